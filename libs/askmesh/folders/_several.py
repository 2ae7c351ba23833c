"""Files that hold several documents: messages of mailboxes, lines of JSON Lines files.

What has no name of its own is named by its content, so that a document never takes the name of
another one, and with it who may read it, when one before it goes. What stands twice is one.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

from askmesh.folders._mailboxes import messages_of, what_stays_of
from askmesh.folders._walking import Unreadable, in_unicode
from askmesh.uploads import MAX_CONTENT_BYTES, MediaType, SourceDocument

_HASH_CHARS = 32


def messages(
    name: str, lines: Iterable[bytes], on_unreadable: Callable[[Unreadable], object]
) -> Iterator[SourceDocument]:
    """Yield the messages of a mailbox of this name: "docs/post.mbox#" and a hash of each."""
    number = 0
    seen: set[str] = set()
    for number, content in enumerate(messages_of(lines), start=1):
        if content is None:
            on_unreadable(Unreadable(f"{name}:{number}", "it is larger than 32 MiB"))
            continue
        own_name = _hash(what_stays_of(content))
        if own_name not in seen:
            seen.add(own_name)
            yield SourceDocument(
                source=f"{name}#{own_name}", content=content, media_type=MediaType.EML
            )
    if not number:
        on_unreadable(Unreadable(name, "it has no messages: it is no mailbox, or empty"))


def records(
    name: str, lines: Iterable[bytes], on_unreadable: Callable[[Unreadable], object]
) -> Iterator[SourceDocument]:
    """Yield the records of a JSON Lines file of this name; those without an id by a hash.

    Lines that are none are told one by one, a file without any in one sentence.
    """
    found, without = False, list[Unreadable]()
    for each in _records(name, lines):
        if isinstance(each, SourceDocument):
            found = True
            yield each
        else:
            without.append(each)
        if found:
            for line in without:
                on_unreadable(line)
            without.clear()
    if without:
        on_unreadable(_no_records(name, without))


def _no_records(name: str, lines: Sequence[Unreadable]) -> Unreadable:
    first = lines[0]
    if len(lines) == 1:
        return first
    number = first.name.removeprefix(f"{name}:")
    return Unreadable(
        name, f"none of its {len(lines)} lines is a document (line {number}: {first.reason})"
    )


def _records(name: str, lines: Iterable[bytes]) -> Iterator[SourceDocument | Unreadable]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = _fields(line)
            own_name = _id_of(fields)
            if own_name is None:
                own_name = _hash(line.strip())
                if own_name in seen:
                    continue
                seen.add(own_name)
            yield _record(f"{name}#{own_name}", fields)
        except ValueError as error:
            yield Unreadable(f"{name}:{number}", str(error))


def _fields(line: bytes) -> dict[str, object]:
    try:
        value: object = json.loads(line)
    except ValueError as error:
        raise ValueError("the line is not JSON in UTF-8") from error
    except RecursionError as error:
        raise ValueError("the line is too deeply nested") from error
    if not isinstance(value, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004 - bad data, not a bug
    return cast("dict[str, object]", value)


def _id_of(fields: dict[str, object]) -> str | None:
    names = (fields.get("_id"), fields.get("id"))
    return next((str(name) for name in names if isinstance(name, str | int)), None)


def _record(source: str, fields: dict[str, object]) -> SourceDocument:
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError('the line has no text: it needs a field "text"')  # noqa: TRY004 - bad data, not a bug
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_CONTENT_BYTES:
        raise ValueError("its text is larger than 32 MiB")
    title = fields.get("title")
    return SourceDocument(
        source=in_unicode(source),
        content=content,
        title=in_unicode(title) if isinstance(title, str) else "",
        media_type=MediaType.PLAIN_TEXT,
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_HASH_CHARS]
