"""Where nothing can be written, processes end in one sentence that says what to do."""

from pathlib import Path

import pytest
from rich.console import Console

from askmesh.cli.demo import run_demo
from askmesh.cli.layout import MeshLayout
from askmesh.cli.supervising import supervise
from askmesh.errors import StartupError
from askmesh.retrieval.settings import Settings
from askmesh.retrieval.wiring import retrieval_service
from support.mesh import free_base_port
from support.triton import askmesh_home


@pytest.fixture
def layout(tmp_path: Path) -> MeshLayout:
    file = tmp_path / "file"
    file.touch()
    return MeshLayout(home=file / "home", base_port=free_base_port())


async def test_a_mesh_names_its_home(layout: MeshLayout) -> None:
    with pytest.raises(StartupError, match="--home") as caught:
        await supervise(layout, Console(quiet=True))
    assert str(layout.home) in caught.value.message


async def test_a_demonstration_names_its_home(layout: MeshLayout) -> None:
    with pytest.raises(StartupError, match="--home") as caught:
        await run_demo(layout, [], Console(quiet=True))
    assert str(layout.home) in caught.value.message


async def test_retrieval_names_the_folder_of_its_indexes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").symlink_to(askmesh_home() / "models")
    (tmp_path / "indexes").touch()
    monkeypatch.setenv("ASKMESH_HOME", str(tmp_path))
    settings = Settings(address="127.0.0.1:0", metrics_address="127.0.0.1:0")
    with pytest.raises(StartupError, match="set ASKMESH_HOME") as caught:
        async with retrieval_service(settings):
            pass
    assert str(tmp_path / "indexes") in caught.value.message
