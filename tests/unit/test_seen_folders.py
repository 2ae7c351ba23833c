"""What is known of a folder that was read before."""

from pathlib import Path

from askmesh.cli.folders import SeenFolder, is_within


def sources(folder: SeenFolder) -> list[str]:
    return [document.source for document in folder.documents()]


def seen(path: Path, before: SeenFolder | None = None) -> SeenFolder:
    return SeenFolder(path, "shelf", before.files if before else {})


def test_files_that_look_as_before_are_not_read_again_and_not_lost(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    (tmp_path / "records.jsonl").write_text('{"_id": 1, "text": "x"}\n{"_id": 2, "text": "y"}\n')
    first = seen(tmp_path)
    assert sources(first) == ["shelf/a.md", "shelf/records.jsonl#1", "shelf/records.jsonl#2"]
    (tmp_path / "b.md").write_text("Two.")
    second = seen(tmp_path, first)
    assert sources(second) == ["shelf/b.md"]
    assert second.contents.keys() == first.contents.keys() | {"shelf/b.md"}
    assert first.hashes < second.hashes


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    first = seen(tmp_path)
    assert sources(first) == ["shelf/a.md"]
    (tmp_path / "a.md").write_text("Another one.")
    second = seen(tmp_path, first)
    assert sources(second) == ["shelf/a.md"]
    assert first.contents != second.contents


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    (tmp_path / "records.jsonl").write_text('{"_id": 1, "text": "x"}\nno JSON\n')
    first = seen(tmp_path)
    list(first.documents())
    assert [each.name for each in first.unreadable] == ["shelf/records.jsonl:2"]
    second = seen(tmp_path, first)
    assert sources(second) == ["shelf/records.jsonl#1"]
    assert len(second.unreadable) == 1


def test_parts_of_files_and_files_below_folders_are_within_them() -> None:
    assert is_within("shelf/a.jsonl#7", "shelf/a.jsonl")
    assert is_within("shelf/a.jsonl:7", "shelf/a.jsonl")
    assert is_within("shelf/box/a.md", "shelf/box")
    assert not is_within("shelf/box-2/a.md", "shelf/box")
