"""Documents in files and folders."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from askmesh.client import MediaType
from askmesh.folders import Unreadable, count_documents, documents_in, source_of_folder


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def read(*paths: Path) -> tuple[dict[str, bytes], list[Unreadable]]:
    unreadable: list[Unreadable] = []
    documents = {each.source: each.content for each in documents_in(paths, unreadable.append)}
    return documents, unreadable


def test_a_folder_gives_its_documents_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "c/d.html", "c/e.pdf", "picture.png", ".git/x.txt", ".y.md"):
        write(tmp_path / name, name)
    documents, unreadable = read(tmp_path)
    root = tmp_path.name
    assert list(documents) == [
        f"{root}/{name}" for name in ("a.txt", "b.md", "c/d.html", "c/e.pdf")
    ]
    assert unreadable == []
    assert count_documents([tmp_path]) == 4


def test_sources_are_names_below_the_folder_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "docs" / "a.md", "x")
    write(tmp_path / "docs" / "b.jsonl", '{"_id": "1", "text": "x"}')
    monkeypatch.chdir(tmp_path)
    for folder in ("docs", "./docs", "docs/../docs/", str(tmp_path / "docs")):
        assert list(read(Path(folder))[0]) == ["docs/a.md", "docs/b.jsonl#1"]
        assert source_of_folder(folder) == "docs/"
    monkeypatch.chdir(tmp_path / "docs")
    assert list(read(Path("a.md"))[0]) == ["docs/a.md"]
    assert list(read(Path())[0]) == ["docs/a.md", "docs/b.jsonl#1"]


def test_what_is_passed_over_is_told_by_its_kind(tmp_path: Path) -> None:
    for name in ("a.txt", "b.exe", "c.exe", "README", ".d.md", ".e/f.md"):
        write(tmp_path / name, "x")
    (tmp_path / "link").symlink_to(tmp_path.parent, target_is_directory=True)
    kinds: Counter[str] = Counter()
    list(documents_in([tmp_path], lambda _: None, lambda kind: kinds.update([kind])))
    assert kinds == {
        ".exe": 2,
        "file without an ending": 1,
        "hidden file": 1,
        "hidden folder": 1,
        "linked folder": 1,
    }


def test_the_form_of_a_file_is_known_in_a_folder_of_any_name(tmp_path: Path) -> None:
    paths = [write(tmp_path / "c#?" / name, "x") for name in ("a.MD", "b.htm", "c.pdf", "d.rst")]
    forms = [document.media_type for document in documents_in(paths, lambda _: None)]
    assert forms == [MediaType.MARKDOWN, MediaType.HTML, MediaType.PDF, MediaType.RST]


def test_a_document_carries_when_it_was_modified(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "x")
    os.utime(path, (0, 1_700_000_000))
    (document,) = documents_in([path], lambda _: None)
    assert document.modified_time == datetime.fromtimestamp(1_700_000_000, UTC)


def test_lines_of_a_corpus_are_documents(tmp_path: Path) -> None:
    lines = [
        {"_id": "d1", "title": "One", "text": "First."},
        {"id": 7, "text": "Second."},
        {"text": "Third."},
    ]
    path = write(tmp_path / "corpus.jsonl", "\n\n".join(map(json.dumps, lines)))
    documents = list(documents_in([path], lambda _: None))
    assert [(each.title, each.content) for each in documents] == [
        ("One", b"First."),
        ("", b"Second."),
        ("", b"Third."),
    ]
    assert {each.media_type for each in documents} == {MediaType.PLAIN_TEXT}
    assert [each.source.rpartition("#")[2] for each in documents[:2]] == ["d1", "7"]
    assert count_documents([path]) == 3


def test_records_of_two_files_with_the_same_id_are_two_documents(tmp_path: Path) -> None:
    line = json.dumps({"_id": "d1", "text": "x"})
    paths = [write(tmp_path / name, line) for name in ("a.jsonl", "b.jsonl")]
    documents = list(documents_in(paths, lambda _: None))
    assert [each.source for each in documents] == [
        f"{tmp_path.name}/{path.name}#d1" for path in paths
    ]
    assert [each.document_id for each in documents] == ["", ""]  # named after their sources


def test_records_without_ids_have_the_same_names_wherever_they_stand(tmp_path: Path) -> None:
    one, other = '{"_id": null, "text": "x"}\n', '{"id": [1], "text": "y"}\n'
    path = write(tmp_path / "a.jsonl", one + other + one)
    first, second = read(path)[0]
    assert first != second
    assert list(read(write(path, other))[0]) == [second]


def test_what_lies_beside_a_corpus_is_no_document_unless_it_is_named(tmp_path: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.ndjson", "more/queries.jsonl"):
        write(tmp_path / "set" / name, json.dumps({"_id": "1", "text": name}))
    write(tmp_path / "set" / "about.md", "about")
    documents, unreadable = read(tmp_path)
    assert list(documents.values()) == [b"about", b"corpus.jsonl", b"more/queries.jsonl"]
    assert (unreadable, count_documents([tmp_path])) == ([], 3)
    named, _ = read(tmp_path / "set" / "queries.jsonl")
    assert list(named.values()) == [b"queries.jsonl"]


def test_bad_lines_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = '{"_id": "a", "text": "x"}\nnot json\n[1]\n{"_id": "b"}\n{"_id": "c", "text": "y"}\n'
    path = write(tmp_path / "c.jsonl", content)
    documents, unreadable = read(path)
    assert list(documents.values()) == [b"x", b"y"]
    assert [each.name for each in unreadable] == [
        f"{tmp_path.name}/c.jsonl:{line}" for line in (2, 3, 4)
    ]
    assert unreadable[0].reason == "the line is not JSON in UTF-8"


def test_a_file_none_of_whose_lines_is_a_document_is_reported_once(tmp_path: Path) -> None:
    documents, unreadable = read(
        write(tmp_path / "log.jsonl", "\n".join(["", *(f'{{"at": {n}}}' for n in range(5))]))
    )
    assert (documents, [each.name for each in unreadable]) == ({}, [f"{tmp_path.name}/log.jsonl"])
    assert unreadable[0].reason == (
        'none of its 5 lines is a document (line 2: the line has no text: it needs a field "text")'
    )


def test_a_line_that_is_too_deeply_nested_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", "[" * 100_000 + '\n{"_id": "a", "text": "x"}\n')
    documents, unreadable = read(path)
    assert list(documents.values()) == [b"x"]
    assert unreadable == [Unreadable(f"{tmp_path.name}/c.jsonl:1", "the line is too deeply nested")]


def test_a_line_beyond_the_limit_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", json.dumps({"text": "x" * (32 * 2**20 + 1)}))
    assert read(path) == (
        {},
        [Unreadable(f"{tmp_path.name}/c.jsonl:1", "its text is larger than 32 MiB")],
    )


def test_what_is_not_there_is_reported(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt", "x")
    documents, unreadable = read(tmp_path / "gone.txt", good)
    assert list(documents) == [f"{tmp_path.name}/good.txt"]
    assert unreadable == [Unreadable(str(tmp_path / "gone.txt"), "there is no such file or folder")]


def test_a_named_file_of_an_unknown_form_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "picture.png", "x")
    assert read(path) == ({}, [Unreadable(str(path), "its ending is of no known form")])


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    write(tmp_path / "b.txt", "x")
    documents, unreadable = read(tmp_path)
    assert list(documents.values()) == [b"x"]
    assert unreadable == [Unreadable(f"{tmp_path.name}/a.txt", "no such file or directory")]


def test_a_pipe_is_reported_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert read(tmp_path) == ({}, [Unreadable(f"{tmp_path.name}/pipe.txt", "it is not a file")])


def test_names_that_are_no_unicode_are_made_unicode(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    documents, _ = read(tmp_path)
    assert list(documents) == [f"{tmp_path.name}/caf?.txt"]


def test_a_file_beyond_the_limit_is_reported_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(32 * 2**20 + 1)
    assert read(path) == ({}, [Unreadable(f"{tmp_path.name}/huge.txt", "it is larger than 32 MiB")])


def test_files_are_read_one_at_a_time(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt", "x"), write(tmp_path / "b.txt", "y")
    documents = documents_in([first, second], lambda _: None)
    assert next(documents).content == b"x"
    second.write_text("changed")
    assert next(documents).content == b"changed"
