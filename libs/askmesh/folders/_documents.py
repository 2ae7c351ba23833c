"""Documents in files and folders."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from askmesh.folders._archives import members_of
from askmesh.folders._files import DiskFile, File
from askmesh.folders._mailboxes import is_mailbox, messages_of
from askmesh.folders._walking import Place, Unreadable, files, in_unicode, is_record, reason_of
from askmesh.uploads import MAX_CONTENT_BYTES, MediaType, SourceDocument, media_type_of_ending


def documents_in(
    places: Iterable[Place],
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object] = lambda _: None,
    *,
    name: str = "",
    is_wanted: Callable[[File], bool] = lambda _: True,
) -> Iterator[SourceDocument]:
    """Yield the documents in files, folders and buckets, reading each when it is asked for.

    A file is one document, a line of a JSON Lines file (`_id` or `id`, `title`, `text`) is one,
    too; ids need to be unique within their file only. A message of a mailbox (mbox) is one:
    "docs/post.mbox#12". A ZIP archive is read as a folder is:
    "docs/archive.zip/guide.md". Files of a folder come in the order of their
    names. Passed over, and told by their kind, are hidden files, those whose ending is of no known
    form, linked folders, and the JSON Lines files (queries, judgements) beside a `corpus.jsonl`.
    What cannot be read is reported and the rest goes on. Sources are names below the folder given
    and begin with its own name, or with `name`: "docs/guide.md", the same on every machine. Files
    that are not wanted are not read. Reading blocks: `Client.ingest` does it in a thread.
    """
    for file in files(places, on_unreadable, on_passed_over, name):
        if not is_wanted(file):
            continue
        if is_record(file.ending):
            yield from _records(file, on_unreadable)
        elif is_mailbox(file.ending):
            yield from _messages(file, on_unreadable)
        elif media_type_of_ending(file.ending) is MediaType.ZIP:
            yield from _members(file, on_unreadable, on_passed_over)
        elif (document := _document(file, on_unreadable)) is not None:
            yield document


def count_documents(places: Iterable[Place]) -> int:
    """Return how many documents `documents_in` will about yield.

    Reads JSON Lines files of this machine only; an archive counts as one.
    """
    return sum(
        _count_lines(file) if isinstance(file, DiskFile) and is_record(file.ending) else 1
        for file in files(places, lambda _: None, lambda _: None)
    )


def _document(file: File, on_unreadable: Callable[[Unreadable], object]) -> SourceDocument | None:
    try:
        status = file.status()
        if not status.is_file:
            on_unreadable(Unreadable(file.name, "it is not a file"))
            return None
        if status.size > MAX_CONTENT_BYTES:
            on_unreadable(Unreadable(file.name, "it is larger than 32 MiB"))
            return None
        with file.opened() as opened:
            content = opened.read()
    except OSError as error:
        on_unreadable(Unreadable(file.name, reason_of(error)))
        return None
    return SourceDocument(
        source=file.name,
        content=content,
        media_type=media_type_of_ending(file.ending),
        modified_time=status.modified_time,
        attributes=file.attributes,
    )


def _members(
    file: File,
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object],
) -> Iterator[SourceDocument]:
    try:
        with file.opened() as archive:
            for member in members_of(archive):
                name = in_unicode(f"{file.name}/{member.name}".rstrip("/"))
                if member.problem:
                    on_unreadable(Unreadable(name, member.problem))
                elif member.media_type is None:
                    on_passed_over(member.ending or "file without an ending")
                else:
                    yield SourceDocument(
                        source=name,
                        content=member.content,
                        media_type=member.media_type,
                        modified_time=member.modified_time,
                    )
    except OSError as error:
        on_unreadable(Unreadable(file.name, reason_of(error)))


def _messages(
    file: File, on_unreadable: Callable[[Unreadable], object]
) -> Iterator[SourceDocument]:
    number = 0
    try:
        with file.opened() as lines:
            for number, content in enumerate(messages_of(lines), start=1):
                name = f"{file.name}#{number}"
                if content is None:
                    on_unreadable(Unreadable(name, "it is larger than 32 MiB"))
                else:
                    yield SourceDocument(source=name, content=content, media_type=MediaType.EML)
    except OSError as error:
        on_unreadable(Unreadable(file.name, reason_of(error)))
        return
    if not number:
        on_unreadable(Unreadable(file.name, "it has no messages: it is no mailbox, or empty"))


def _records(file: File, on_unreadable: Callable[[Unreadable], object]) -> Iterator[SourceDocument]:
    try:
        with file.opened() as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        yield _record(file, number, line)
                    except ValueError as error:
                        on_unreadable(Unreadable(f"{file.name}:{number}", str(error)))
    except OSError as error:
        on_unreadable(Unreadable(file.name, reason_of(error)))


def _record(file: File, number: int, line: bytes) -> SourceDocument:
    try:
        value: object = json.loads(line)
    except ValueError as error:
        raise ValueError("the line is not JSON in UTF-8") from error
    except RecursionError as error:
        raise ValueError("the line is too deeply nested") from error
    if not isinstance(value, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004 - bad data, not a bug
    fields = cast("dict[str, object]", value)
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError('the line has no text: it needs a field "text"')  # noqa: TRY004 - bad data, not a bug
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_CONTENT_BYTES:
        raise ValueError("its text is larger than 32 MiB")
    names = (fields.get("_id"), fields.get("id"))
    identity = next((name for name in names if isinstance(name, str | int)), number)
    title = fields.get("title")
    return SourceDocument(
        source=in_unicode(f"{file.name}#{identity}"),
        content=content,
        title=in_unicode(title) if isinstance(title, str) else "",
        media_type=MediaType.PLAIN_TEXT,
    )


def _count_lines(file: File) -> int:
    try:
        with file.opened() as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:
        return 0
