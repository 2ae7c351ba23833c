"""Folders that one process makes while others wait for them."""

import fcntl
from pathlib import Path
from threading import Thread

import pytest

from askmesh.triton_cpu.once import make_once


def test_a_folder_is_filled_once(tmp_path: Path) -> None:
    filled: list[Path] = []
    for _ in range(2):
        make_once(tmp_path / "home" / "triton", filled.append)
    assert (tmp_path / "home" / "triton").is_dir()
    assert len(filled) == 1


def test_nobody_else_fills_a_folder_that_is_being_filled(tmp_path: Path) -> None:
    def fill(_: Path) -> None:
        with (tmp_path / ".triton.lock").open("w") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    make_once(tmp_path / "triton", fill)


def test_a_folder_that_another_process_has_filled_meanwhile_is_taken_as_it_is(
    tmp_path: Path,
) -> None:
    filled: list[Path] = []
    with (tmp_path / ".triton.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = Thread(target=make_once, args=(tmp_path / "triton", filled.append))
        waiting.start()
        (tmp_path / "triton").mkdir()
    waiting.join(timeout=60)
    assert not waiting.is_alive()
    assert filled == []


def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        make_once(tmp_path / "triton", fill)
    assert [path.name for path in tmp_path.iterdir()] == [".triton.lock"]
