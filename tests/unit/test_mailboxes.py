"""Mailboxes that are one file: each message is a document of its own."""

from pathlib import Path

from askmesh.folders import Unreadable, documents_in
from askmesh.folders._mailboxes import messages_of
from askmesh.uploads import MAX_CONTENT_BYTES, MediaType
from support.archives import zip_file

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
    assert first.source != second.source
    assert all(each.source.startswith(f"{tmp_path.name}/post.mbox#") for each in (first, second))
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


def names(path: Path, mailbox: bytes) -> list[str]:
    path.write_bytes(mailbox)
    return [document.source for document in documents_in([path], lambda _: None)]


def test_a_message_has_its_name_whatever_comes_or_goes_before_it(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    _, second = names(path, MAILBOX)
    assert names(path, MAILBOX[MAILBOX.index(b"From b@x") :]) == [second]
    new = b"From c@x\nSubject: New\n\nHello.\n\n"
    assert names(path, new + MAILBOX)[2] == second


def test_a_message_that_is_read_or_sorted_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    plain = names(path, b"From a@x\nSubject: A\n\nStatus: open\n")
    noted = b"From a@x\nStatus: RO\nX-Mozilla-Keys: a\n b\nSubject: A\n\nStatus: open\n\n"
    assert names(path, noted) == plain
    assert names(path, noted.replace(b"\n", b"\r\n")) == plain
    assert names(path, b"From a@x\nSubject: A\n\nStatus: shut\n") != plain


def test_another_message_of_the_same_id_has_another_name(tmp_path: Path) -> None:
    one, other = (
        b"From a@x\nMessage-ID: <1@x>\n\n%s\n\n" % text for text in (b"Secret", b"Forged")
    )
    path = tmp_path / "post.mbox"
    assert names(path, other + one)[1:] == names(path, one)


def test_a_message_that_stands_twice_is_one(tmp_path: Path) -> None:
    assert len(names(tmp_path / "post.mbox", MAILBOX + b"\n" + MAILBOX)) == 2


def test_mailboxes_in_archives_are_read(tmp_path: Path) -> None:
    (tmp_path / "takeout.zip").write_bytes(zip_file({"Mail/all.mbox": MAILBOX}))
    told: list[str] = []
    documents = list(documents_in([tmp_path], lambda _: None, told.append))
    assert [each.content.split(b"\n")[0] for each in documents] == [
        b"Subject: Lift",
        b"Subject: Keys",
    ]
    start = f"{tmp_path.name}/takeout.zip/Mail/all.mbox#"
    assert all(each.source.startswith(start) for each in documents)
    assert told == []
