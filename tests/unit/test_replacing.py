"""Files that are written anew as a whole."""

import os
from pathlib import Path

import pytest

from askmesh.replacing import replacing

NOBODY = 65_534


def test_a_new_file_is_for_its_owner_alone_and_another_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for text, mode in ((b"one", 0o600), (b"two", 0o644)):
        with replacing(path) as file:
            file.write(text)
        assert path.read_bytes() == text
        assert path.stat().st_mode & 0o777 == mode
        path.chmod(0o644)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_writes_anew_stays_with_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    os.chown(path, NOBODY, NOBODY)
    with replacing(path) as file:
        file.write(b"text")
    assert (path.stat().st_uid, path.stat().st_gid) == (NOBODY, NOBODY)


def fail_to_replace(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"two")
        raise ValueError("no")


def test_after_an_error_there_is_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    with pytest.raises(ValueError, match="no"):
        fail_to_replace(path)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"one"
