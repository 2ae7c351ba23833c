"""The source roots make one namespace package, and the wheel holds all of it and nothing else."""

import ast
import importlib
import zipfile
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from support.wheels import built_wheel

REPOSITORY = Path(__file__).parents[2]
ROOTS = [REPOSITORY / name / "askmesh" for name in ("protos", "libs", "services")]
LIBS = sorted(path.parent.name for path in (REPOSITORY / "libs/askmesh").glob("*/__init__.py"))
SERVICES = [
    "gateway",
    "ingestion",
    "query_understanding",
    "reranking",
    "retrieval",
    "summarization",
]
MODULES_OF_A_SERVICE = {
    "__init__.py",
    "__main__.py",
    "servicer.py",
    "settings.py",
    "wiring.py",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(built_wheel(REPOSITORY, tmp_path_factory.mktemp("wheel")))


def test_namespace_roots_are_not_packages() -> None:
    assert [root for root in ROOTS if (root / "__init__.py").exists()] == []


def test_no_package_is_in_two_roots() -> None:
    names = [path.name for root in ROOTS for path in root.iterdir() if path.name != "__pycache__"]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_modules_that_readers_expect(service: str) -> None:
    folder = REPOSITORY / "services/askmesh" / service
    assert {path.name for path in folder.glob("*.py")} >= MODULES_OF_A_SERVICE


@pytest.mark.parametrize("service", [*SERVICES, "cli", "triton_cpu"])
def test_a_service_exports_nothing(service: str) -> None:
    source = (REPOSITORY / "services/askmesh" / service / "__init__.py").read_text()
    module = ast.parse(source)
    assert ast.get_docstring(module)
    assert len(module.body) == 1


@pytest.mark.parametrize("lib", LIBS)
def test_a_lib_exports_what_it_says(lib: str) -> None:
    package = importlib.import_module(f"askmesh.{lib}")
    exported: list[str] = package.__all__
    assert exported == sorted(exported, key=_constants_then_classes_then_functions)
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(exported)


@pytest.mark.parametrize("lib", LIBS)
def test_the_modules_of_a_lib_are_private(lib: str) -> None:
    names = [path.name for path in (REPOSITORY / "libs/askmesh" / lib).glob("*.py")]
    assert [name for name in names if not name.startswith("_")] == []


def test_the_wheel_holds_every_source_file(wheel: zipfile.ZipFile) -> None:
    sources = {
        PurePosixPath("askmesh", path.relative_to(root).as_posix())
        for root in ROOTS
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {PurePosixPath(name) for name in wheel.namelist()}
    assert {name for name in packed if name.parts[0] == "askmesh"} == sources


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {PurePosixPath(name).parts[0] for name in wheel.namelist()} == {
        "askmesh",
        "askmesh-0.1.0.dist-info",
    }


def test_the_wheel_says_once_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    typed = [name for name in wheel.namelist() if name.endswith("py.typed")]
    assert typed == ["askmesh/py.typed"]


def test_the_wheel_carries_schemas_and_stubs(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for service in SERVICES:
        stem = f"askmesh/api/{service}/v1/{service}"
        assert {f"{stem}.proto", f"{stem}_pb2.py", f"{stem}_pb2.pyi"} <= names
        assert {f"{stem}_pb2_grpc.py", f"{stem}_pb2_grpc.pyi"} <= names


def test_the_wheel_carries_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    licence = wheel.read("askmesh-0.1.0.dist-info/licenses/LICENSE").decode()
    assert "Apache License" in licence
    assert "limitations under the License." in licence
    entry_points = wheel.read("askmesh-0.1.0.dist-info/entry_points.txt").decode()
    assert "askmesh = askmesh.cli.__main__:main" in entry_points


def _constants_then_classes_then_functions(name: str) -> tuple[bool, bool, str]:
    return not name.isupper(), name[0].islower(), name
