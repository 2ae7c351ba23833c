"""Documents in files and folders."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO

from askmesh.folders._archives import members_of
from askmesh.folders._files import DiskFile, File
from askmesh.folders._mailboxes import is_mailbox
from askmesh.folders._several import messages, records
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
    too; ids need to be unique within their file only. A message of a mailbox (mbox) is one.
    Messages, and lines without an id, are named by a hash of their content: "docs/post.mbox#…". A
    ZIP archive is read as a folder is: "docs/archive.zip/guide.md". Files of a folder come in the
    order of their names. Passed over, and told by their kind, are hidden files, those whose ending
    is of no known form, linked folders, and the JSON Lines files (queries, judgements) beside a
    `corpus.jsonl`. What cannot be read is reported and the rest goes on. Sources are names below
    the folder given and begin with its own name, or with `name`: "docs/guide.md", the same on every
    machine. Files that are not wanted are not read. Reading blocks: `Client.ingest` does it in a
    thread.
    """
    for file in files(places, on_unreadable, on_passed_over, name):
        if not is_wanted(file):
            continue
        if is_record(file.ending):
            yield from _several(file, records, on_unreadable)
        elif is_mailbox(file.ending):
            yield from _several(file, messages, on_unreadable)
        elif media_type_of_ending(file.ending) is MediaType.ZIP:
            yield from _members(file, on_unreadable, on_passed_over)
        elif (document := _document(file, on_unreadable)) is not None:
            yield document


def mailboxes(places: Iterable[Place], name: str = "") -> list[str]:
    """Return what the sources of the mailboxes among the files begin with, before "#"."""
    found = files(places, lambda _: None, lambda _: None, name)
    return [file.name for file in found if is_mailbox(file.ending)]


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
                elif is_mailbox(member.ending):
                    yield from messages(name, BytesIO(member.content), on_unreadable)
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


def _several(
    file: File,
    documents_of: Callable[
        [str, Iterable[bytes], Callable[[Unreadable], object]], Iterator[SourceDocument]
    ],
    on_unreadable: Callable[[Unreadable], object],
) -> Iterator[SourceDocument]:
    try:
        with file.opened() as lines:
            yield from documents_of(file.name, lines, on_unreadable)
    except OSError as error:
        on_unreadable(Unreadable(file.name, reason_of(error)))


def _count_lines(file: File) -> int:
    try:
        with file.opened() as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:
        return 0
