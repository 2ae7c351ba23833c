"""The performance gate: what works more, or grows faster than its input, is named."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from benchmarks.gate.baselines import BASELINES, PYTHON, read, write
from benchmarks.gate.cases import CASES
from benchmarks.gate.comparing import slower, steep
from benchmarks.gate.counting import Work, work_of

from askmesh.retrieval.fusion import WeightedRanking, fuse_by_rank

ROOT = Path(__file__).parents[2]
FUSION, MERGE = "retrieval, fusion", "gateway, merge of searches"


def gate(*arguments: str, copies: Path | None = None, seed: str = "0") -> tuple[int, str]:
    """Run the gate on our code, or on copies of some of its packages, and return what it says."""
    places = [str(place) for place in (copies, ROOT) if place]
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.gate", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places), "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def planted(folder: Path, module: str, line: str, more: str) -> None:
    """Copy the package of a module, with more below a line."""
    package, _, name = module.partition("/")
    copied = shutil.copytree(ROOT / "services/askmesh" / package, folder / "askmesh" / package)
    text = (copied / name).read_text(encoding="utf-8")
    assert line in text
    (copied / name).write_text(text.replace(line, line + more), encoding="utf-8")


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that accepts the work of two cases as it is, whatever was accepted before."""
    file = tmp_path_factory.mktemp("gate") / "accepted.json"
    assert gate("--accept", "--baselines", str(file), FUSION, MERGE) == (0, "")
    return str(file)


def test_a_loop_in_a_loop_and_a_function_a_tenth_slower_are_named(
    accepted: str, tmp_path: Path
) -> None:
    ranks = "            ranks[-1][passage_id] = rank\n"
    search = (
        "            if passage_id not in list(scores):\n                scores[passage_id] = 0.0\n"
    )
    planted(tmp_path, "retrieval/fusion.py", ranks, search)
    planted(
        tmp_path,
        "gateway/turns.py",
        "        seen.setdefault(key(item), item)\n",
        "        len(seen)\n",
    )
    code, told = gate("--baselines", accepted, FUSION, MERGE, copies=tmp_path)
    assert code == 1
    assert f"{FUSION}: askmesh.retrieval.fusion.fuse_by_rank grows too fast" in told
    slow, *others = [line for line in told.splitlines() if line.startswith(MERGE)]
    assert slow.startswith(f"{MERGE}: askmesh.gateway.turns.once works ")
    assert "before" in slow
    assert others == []
    assert "make gate-accept" in told


def test_a_flame_graph_of_the_difference_shows_who_works_more(
    accepted: str, tmp_path: Path
) -> None:
    line, more = "        seen.setdefault(key(item), item)\n", "        len(seen)\n" * 9
    planted(tmp_path, "gateway/turns.py", line, more)
    flames = tmp_path / "flames"
    _, told = gate("--baselines", accepted, "--flames", str(flames), MERGE, copies=tmp_path)
    drawn = flames / "gateway-merge-of-searches.svg"
    assert str(drawn) in told
    boxes = re.findall(r'<title>([^:]*): .*?fill="(.*?)"', drawn.read_text(encoding="utf-8"))
    red = {name for name, colour in boxes if colour == "#e76f51"}
    assert red == {"askmesh.gateway.turns.once"}


def test_code_as_it_was_accepted_passes(accepted: str) -> None:
    assert gate("--baselines", accepted, FUSION) == (0, "1 hot paths work as before\n")


def test_what_was_never_accepted_fails(tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    write(file, {FUSION: {}})
    code, told = gate("--baselines", str(file), MERGE)
    assert code == 1
    assert told.startswith(f"{MERGE}: is not accepted yet")


def test_a_hot_path_that_there_is_not_is_told_with_those_that_there_are() -> None:
    code, said = gate("no such path")
    assert code == 2
    assert "'no such path'" in said
    assert FUSION in said


def test_counts_are_the_same_in_each_process(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.json", "other.json")]
    for file in files:
        gate("--accept", "--baselines", str(file), "summarization, support", "gateway, event log")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_order_of_sets_that_changes_is_refused() -> None:
    code, told = gate(FUSION, seed="random")
    assert code == 1
    assert "PYTHONHASHSEED=0" in told


def test_each_case_has_a_baseline_and_each_baseline_a_case() -> None:
    python, cases = read(BASELINES)
    assert cases.keys() == CASES.keys()
    assert python == "3.11"


def test_baselines_are_read_as_they_were_written(tmp_path: Path) -> None:
    cases = {"a": {"askmesh.f": Work(1, 2, 3), "askmesh.g": Work(4, 5, 6)}}
    write(tmp_path / "some.json", cases)
    assert read(tmp_path / "some.json") == (PYTHON, cases)


def test_what_a_comprehension_does_is_work_of_its_function() -> None:
    name = "askmesh.retrieval.fusion.fuse_by_rank"
    works = work_of(lambda: fuse_by_rank([WeightedRanking(["a", "b"], 1.0)], limit=2))
    assert list(works) == [name]
    assert works[name].calls == 1
    assert works[name].own == works[name].whole > 20


BEFORE = {"f": Work(1, 100, 1000), "g": Work(9, 900, 900)}


@pytest.mark.parametrize(
    ("now", "named"),
    [
        ({"f": Work(1, 100, 1000), "g": Work(9, 900, 900)}, []),
        ({"f": Work(1, 100, 1089), "g": Work(9, 989, 989)}, []),
        ({"f": Work(1, 100, 1200), "g": Work(9, 1100, 1100)}, ["g"]),
        ({"f": Work(1, 300, 1200), "g": Work(9, 900, 900)}, ["f"]),
        ({"f": Work(1, 100, 1300), "g": Work(9, 900, 900), "h": Work(1, 300, 300)}, ["h"]),
        ({"f": Work(1, 50, 1000), "g": Work(9, 900, 900), "h": Work(1, 50, 50)}, []),
        ({"f": Work(1, 1000, 1000)}, []),
    ],
    ids=["same", "little", "callee", "itself", "new", "moved out", "moved in"],
)
def test_named_is_who_works_more_itself(now: Mapping[str, Work], named: list[str]) -> None:
    assert [fault.function for fault in slower("case", BEFORE, now)] == named


@pytest.mark.parametrize(
    ("large", "named"),
    [
        ({"f": Work(1, 1000, 10_000), "g": Work(90, 9000, 9000)}, []),
        ({"f": Work(1, 1000, 91_000), "g": Work(900, 90_000, 90_000)}, ["g"]),
        ({"f": Work(1, 10_000, 19_000), "g": Work(90, 9000, 9000)}, ["f"]),
    ],
    ids=["linear", "callee", "itself"],
)
def test_what_grows_faster_than_its_input_is_named(
    large: Mapping[str, Work], named: list[str]
) -> None:
    assert [fault.function for fault in steep("case", BEFORE, large)] == named
