"""Mailboxes that are one file: each message is a document of its own."""

from pathlib import Path

from askmesh.folders import Unreadable, documents_in
from askmesh.folders._mailboxes import messages_of
from askmesh.uploads import MAX_CONTENT_BYTES, MediaType

MAILBOX = (
    b"From a@x Mon Mar  4 10:00:00 2024\nSubject: Lift\n\nThe lift is out of order.\n\n"
    b">From here it takes a day.\nFrom there, too.\n\n"
    b"From b@x Mon Mar  4 11:00:00 2024\nSubject: Keys\n\nIn room 14.\n"
)


def test_each_message_of_a_mailbox_is_an_email(tmp_path: Path) -> None:
    (tmp_path / "post.mbox").write_bytes(MAILBOX)
    told: list[Unreadable] = []
    first, second = documents_in([tmp_path], told.append)
    assert told == []
    assert (first.source, second.source) == tuple(f"{tmp_path.name}/post.mbox#{n}" for n in (1, 2))
    assert first.media_type is second.media_type is MediaType.EML
    assert first.content.startswith(b"Subject: Lift\n")
    assert b"\nFrom here it takes a day.\nFrom there, too.\n" in first.content
    assert second.content == b"Subject: Keys\n\nIn room 14.\n"


def test_a_message_that_is_too_large_hides_no_other() -> None:
    large = [b"From a\n", b"x" * MAX_CONTENT_BYTES, b"\n", b"\n", b"From b\n", b"y\n"]
    assert list(messages_of(large)) == [None, b"y\n"]


def test_a_file_that_is_no_mailbox_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"No messages\n")
    told: list[Unreadable] = []
    assert list(documents_in([tmp_path], told.append)) == []
    assert [(each.name, "no messages" in each.reason) for each in told] == [
        (f"{tmp_path.name}/a.mbox", True)
    ]
