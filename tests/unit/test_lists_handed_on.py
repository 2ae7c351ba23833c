"""Who may read documents that are stored under new names."""

import hashlib

from askmesh.cli.inheriting import lists_of
from askmesh.client import AccessList, DocumentStatus, SourceDocument

BOARD = AccessList(frozenset({"group:board", "group:staff"}))
CLOSED = AccessList(frozenset({"group:board", "user:eve"}), frozenset({"user:bob"}))


def stored(source: str, content: bytes, access: AccessList | None) -> DocumentStatus:
    content_hash = hashlib.sha256(content).hexdigest()
    return DocumentStatus(source, source, "", 1, 1, None, {}, content_hash, access)


def access_of(source: str, content: bytes, *before: DocumentStatus) -> AccessList | None:
    (document,) = lists_of(before).handed_on([SourceDocument(source=source, content=content)])
    return document.access


def test_what_has_a_new_name_keeps_its_readers() -> None:
    assert access_of("post.mbox#ab", b"x", stored("post.mbox#2", b"x", BOARD)) == BOARD


def test_other_content_under_a_new_name_gets_no_list() -> None:
    assert access_of("b.md", b"y", stored("a.md", b"x", BOARD)) is None


def test_what_is_stored_under_its_name_says_nothing() -> None:
    before = (stored("a.md", b"x", AccessList()), stored("b.md", b"x", BOARD))
    assert access_of("a.md", b"x", *before) is None


def test_a_changed_message_of_a_numbered_mailbox_keeps_to_the_lists_of_all_of_it() -> None:
    before = (
        stored("post.mbox#1", b"x", BOARD),
        stored("post.mbox#2", b"y", CLOSED),
        stored("post.mbox#3", b"open", AccessList()),
    )
    assert access_of("post.mbox#ab", b"Status: RO\nx", *before) == AccessList(
        frozenset({"group:board"}), frozenset({"user:bob"})
    )
    assert access_of("post.mbox#ab", b"open", *before) is None
    assert access_of("post.mbox#ab", b"x", *before) == BOARD
    assert access_of("other.mbox#ab", b"z", *before) is None


def test_a_record_with_a_number_is_no_message() -> None:
    before = stored("records.jsonl#1", b"x", BOARD)
    assert access_of("records.jsonl#ab", b"z", before) is None


def test_a_new_message_is_open_where_messages_have_names_of_their_own() -> None:
    before = stored("post.mbox#4a3945", b"x", BOARD)
    assert access_of("post.mbox#ab", b"z", before) is None


def test_of_several_lists_all_must_admit_a_reader() -> None:
    lists = (AccessList(), BOARD, CLOSED)
    before = [stored(f"{number}.md", b"x", access) for number, access in enumerate(lists)]
    assert access_of("new.md", b"x", *before) == AccessList(
        frozenset({"group:board"}), frozenset({"user:bob"})
    )
