"""The language model that a mesh gets where none is named."""

from pathlib import Path

import pytest

from askmesh.cli.models import available_memory, choice

GIGABYTE = 1 << 30


@pytest.mark.parametrize(
    ("gigabytes", "model"),
    [
        (16.0, "qwen2.5-coder-1.5b-instruct"),
        (3.5, "qwen2.5-coder-0.5b-instruct"),
        (1.0, "smollm2-135m-instruct"),
    ],
)
def test_the_best_model_that_fits_is_chosen_and_a_lesser_one_is_said(
    gigabytes: float, model: str
) -> None:
    chosen, notice = choice(int(gigabytes * GIGABYTE))
    assert chosen == model
    if chosen == "qwen2.5-coder-1.5b-instruct":
        assert not notice
    else:
        assert f"Only {gigabytes} GB" in notice
        assert f"{model} writes the answers" in notice


@pytest.mark.parametrize(
    ("limit", "available"), [("max\n", 8192), ("6144\n", 4096), ("999999\n", 8192)]
)
def test_a_container_has_no_more_memory_than_its_limit_leaves(
    tmp_path: Path, limit: str, available: int
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 16 kB\nMemAvailable: 8 kB\n")
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text("2048\n")
    assert available_memory(meminfo, tmp_path) == available


def test_without_control_groups_all_that_the_machine_has_is_there(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable: 8 kB\n")
    assert available_memory(meminfo, tmp_path / "nowhere") == 8192
