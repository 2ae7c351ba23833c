"""Tests that need the same servers run in the same process."""

import re
from pathlib import Path

import pytest

from support.distribution import SHARED_SERVERS, longest_first, scope_of

TESTS = Path(__file__).parents[1]
SHARED = re.compile(r"\b(?:triton: RunningTriton|openai_server: RunningOpenAiServer)\b")


def test_a_module_that_shares_nothing_is_its_own_scope() -> None:
    assert scope_of("tests/unit/test_a.py::test_b[c::d]") == "tests/unit/test_a.py"
    assert scope_of("tests/unit/test_a.py::TestB::test_c") == "tests/unit/test_a.py"


@pytest.mark.parametrize("folder", ["tests/chart", "tests/contract", "tests/mesh"])
def test_all_of_a_folder_with_servers_is_one_scope(folder: str) -> None:
    assert {scope_of(f"{folder}/test_{name}.py::test") for name in "ab"} == {folder}
    assert scope_of(f"{folder}_2/test_a.py::test") == f"{folder}_2/test_a.py"


def test_all_that_need_the_one_triton_or_llama_are_one_scope() -> None:
    modules = [
        str(path.relative_to(TESTS.parent))
        for path in sorted(TESTS.rglob("test_*.py"))
        if any(
            line.startswith(("async def test_", "def test_", "    ")) and SHARED.search(line)
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    ]
    assert modules
    assert {scope_of(f"{module}::test") for module in modules} == {SHARED_SERVERS[0]}


def test_the_longest_scope_comes_first_and_all_others_stay_in_their_order() -> None:
    chart, mesh, unit = (f"tests/{folder}/test_a.py::test" for folder in ("chart", "mesh", "unit"))
    mesh_too = mesh.replace("test_a", "test_b")
    ordered = sorted([unit, mesh, chart, mesh_too], key=longest_first)
    assert ordered == [mesh, mesh_too, unit, chart]
