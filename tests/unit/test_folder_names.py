"""Two folders of one name are told apart."""

from pathlib import Path

import pytest

from askmesh.cli.ingest_command import FolderNames
from askmesh.errors import InvalidRequestError


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_another_folder_of_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a" / "docs"), folder(tmp_path / "b" / "docs")
    names = FolderNames(tmp_path, "mesh:7400", "default")
    names.check([first], "")
    names.keep(first, "")
    names.check([first], "")
    with pytest.raises(InvalidRequestError) as caught:
        names.check([second], "")
    assert str(first) in caught.value.message
    names.check([second], "second")


def test_tenants_and_meshes_have_names_of_their_own(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a" / "docs"), folder(tmp_path / "b" / "docs")
    FolderNames(tmp_path, "mesh:7400", "default").keep(first, "")
    FolderNames(tmp_path, "mesh:7400", "other").check([second], "")
    FolderNames(tmp_path, "mesh:7600", "default").check([second], "")


def test_a_folder_that_was_moved_keeps_its_name(tmp_path: Path) -> None:
    first = folder(tmp_path / "a" / "docs")
    names = FolderNames(tmp_path, "mesh:7400", "default")
    names.keep(first, "")
    moved = first.rename(tmp_path / "docs")
    names.check([moved], "")
    names.keep(moved, "")
    names.check([moved], "")


def test_folders_of_one_name_in_one_command_are_refused(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a" / "docs"), folder(tmp_path / "b" / "docs")
    with pytest.raises(InvalidRequestError):
        FolderNames(tmp_path, "mesh:7400", "default").check([first, second], "")


@pytest.mark.parametrize("content", ["{", "[]", '{"mesh:7400/default": ["docs/"]}'])
def test_a_file_of_names_that_is_broken_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    first = folder(tmp_path / "a" / "docs")
    (tmp_path / "folders.json").write_text(content)
    names = FolderNames(tmp_path, "mesh:7400", "default")
    names.check([first], "")
    names.keep(first, "")
    names.check([first], "")
