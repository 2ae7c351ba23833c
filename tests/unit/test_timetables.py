"""When questions come."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from askmesh.errors import StartupError
from askmesh.load import Phase, arrivals, read_trace, replayed


def within(times: list[float], begin: float, end: float) -> int:
    return sum(begin <= time < end for time in times)


def test_a_steady_rate_comes_evenly() -> None:
    times = arrivals([Phase(10, 60)])
    assert times == pytest.approx([0.5 + second for second in range(10)])


def test_a_ramp_brings_as_many_as_its_mean_and_ever_more() -> None:
    times = arrivals([Phase(60, 10, 150)])
    assert len(times) == 80
    assert times == sorted(times)
    assert within(times, 0, 30) == 22
    assert within(times, 30, 60) == 58


def test_a_ramp_down_is_a_ramp_up_backwards() -> None:
    up, down = arrivals([Phase(60, 0, 120)]), arrivals([Phase(60, 120, 0)])
    assert down == pytest.approx([60 - time for time in reversed(up)])


def test_a_burst_lies_between_calm_seconds() -> None:
    times = arrivals([Phase(10, 60), Phase(2, 3000), Phase(10, 60)])
    assert [within(times, *span) for span in ((0, 10), (10, 12), (12, 22))] == [10, 100, 10]


def test_phases_of_which_each_has_less_than_a_question_have_their_questions_together() -> None:
    assert len(arrivals([Phase(0.25, 60)] * 40)) == 10


def test_nothing_comes_at_no_rate() -> None:
    assert arrivals([Phase(10, 0)]) == []


def test_independent_arrivals_have_the_rate_and_are_the_same_again() -> None:
    times = arrivals([Phase(1000, 600)], Random(1))
    assert 9_700 < len(times) < 10_300
    assert times == arrivals([Phase(1000, 600)], Random(1))
    gaps = [after - before for before, after in pairwise(times)]
    short = sum(gap < 0.05 for gap in gaps) / len(gaps)
    assert 0.37 < short < 0.42  # 1 - exp(-1/2): evenly there would be none


def test_a_recording_is_replayed_at_another_mean_rate_with_its_bursts() -> None:
    recorded = [0.0, 0.0, 0.0, 10.0, 20.0, 30.0, 60.0]
    assert replayed(recorded, seconds=1000) == recorded
    assert replayed(recorded, seconds=1000, per_minute=12) == [time / 2 for time in recorded]


def test_a_part_of_a_recording_begins_at_its_own_start() -> None:
    assert replayed([0.0, 10.0, 20.0, 30.0], seconds=15, skip=10) == [0.0, 10.0]


def test_a_recording_out_of_order_is_put_in_order() -> None:
    assert replayed([5.0, 3.0, 9.0], seconds=100) == [0.0, 2.0, 6.0]


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 1.0]])
def test_a_recording_needs_a_rate(times: list[float]) -> None:
    with pytest.raises(ValueError, match="two moments"):
        replayed(times, seconds=10)


def test_a_trace_in_csv_is_read_as_seconds_after_its_first(tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    file.write_text(
        "TIMESTAMP,ContextTokens\n2023-11-16 18:15:59.5000000,374\n2023-11-16 18:16:01.2500000,9\n",
        encoding="utf-8",
    )
    assert read_trace(file) == [0.0, 1.75]


@pytest.mark.parametrize(
    "content", ["time\n1\n", "TIMESTAMP\nyesterday\n", "", "TIMESTAMP\n2023-11-16\n"]
)
def test_what_is_no_trace_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "trace.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(StartupError, match=r"trace\.csv is no table"):
        read_trace(file)
