"""Messages of mailboxes that are one file, as Unix, Thunderbird and Takeout write them (mbox)."""

import re
from collections.abc import Iterable, Iterator

from askmesh.uploads import MAX_CONTENT_BYTES

MAILBOX = ".mbox"
"""The ending of mailboxes."""

_DIVIDER = b"From "
_QUOTED = re.compile(rb">+From ")
_LINE_END = re.compile(rb"\r\n")
_HEAD_END = re.compile(rb"^$", re.MULTILINE)
_OF_PROGRAMS = re.compile(
    rb"^(?:status|lines|content-length|x-(?:status|keywords|uidl?|imap(?:base)?|gmail-labels|"
    rb"mozilla-[\w-]+)):.*\n(?:[ \t].*\n)*",
    re.IGNORECASE | re.MULTILINE,
)


def is_mailbox(ending: str) -> bool:
    """Tell whether files of this ending are mailboxes."""
    return ending.lower() == MAILBOX


def what_stays_of(message: bytes) -> bytes:
    """Return a message without what programs write into it when it is read, sorted or moved."""
    plain = _LINE_END.sub(b"\n", message)
    end = _HEAD_END.search(plain)
    head = plain[: end.start()] if end else plain
    return (_OF_PROGRAMS.sub(b"", head) + plain[len(head) :]).rstrip()


def messages_of(lines: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield each message of a mailbox, in order; None for one that is larger than is taken.

    A message begins below a line "From …" that is the first or stands below an empty line. What
    stands before the first one is passed over. One message is held at a time.
    """
    message: list[bytes] | None = None
    size = 0
    is_below_gap = True
    for line in lines:
        if is_below_gap and line.startswith(_DIVIDER):
            if message is not None:
                yield _joined(message, size)
            message, size = [], 0
        elif message is not None:
            size += len(line)
            if size <= MAX_CONTENT_BYTES:
                message.append(line[1:] if _QUOTED.match(line) else line)
        is_below_gap = not line.strip()
    if message is not None:
        yield _joined(message, size)


def _joined(message: list[bytes], size: int) -> bytes | None:
    return b"".join(message) if size <= MAX_CONTENT_BYTES else None
