"""The output of a mesh's processes, each line behind the name of its process."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from askmesh.cli.layout import MeshLayout
from askmesh.cli.supervising import prefixed


@pytest.mark.parametrize("triton_address", ["", "triton:8001"])
def test_each_line_follows_the_name_of_its_process(triton_address: str) -> None:
    layout = MeshLayout(home=Path("home"), triton_address=triton_address)
    output = StringIO()
    show = prefixed(Console(file=output), layout)
    for name in layout.processes:
        show(name, "[serves]")
    lines = output.getvalue().splitlines()
    assert [line.lstrip() for line in lines] == [f"{name} | [serves]" for name in layout.processes]
