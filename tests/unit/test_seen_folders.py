"""What is known of a folder that was read before."""

from pathlib import Path

from askmesh.cli.folders import MOST_LOOKS, SeenFolder, Stillness, is_within
from askmesh.client import DocumentStatus


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


def test_a_file_is_left_alone_until_it_looks_the_same_twice(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    stillness = Stillness()
    assert not stillness.changing(tmp_path, "shelf")
    for text in ("Two words", "Two words of three."):
        (tmp_path / "b.md").write_text(text)
        assert stillness.changing(tmp_path, "shelf") == {"shelf/b.md"}
    assert not stillness.changing(tmp_path, "shelf")
    (tmp_path / "a.md").rename(tmp_path / "c.md")
    assert not stillness.changing(tmp_path, "shelf")


def test_a_file_that_never_stops_changing_is_taken_after_many_looks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    stillness = Stillness()
    stillness.changing(tmp_path)
    looks: list[bool] = []
    for number in range(1, MOST_LOOKS + 1):
        (tmp_path / "a.md").write_text("One." * number * 2)
        looks.append(bool(stillness.changing(tmp_path)))
    assert looks == [True] * (MOST_LOOKS - 1) + [False]


def test_a_file_that_is_being_written_is_neither_read_nor_lost(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    first = seen(tmp_path)
    assert sources(first) == ["shelf/a.md"]
    (tmp_path / "a.md").write_text("One and")
    changing = frozenset({"shelf/a.md"})
    second = SeenFolder(tmp_path, "shelf", first.files, changing)
    assert not sources(second)
    stored = DocumentStatus("shelf/a.md", "shelf/a.md", "", 1, 1, None, {}, "")
    assert not second.has_lost(stored)
    assert sources(seen(tmp_path, second)) == ["shelf/a.md"]
