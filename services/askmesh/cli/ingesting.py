"""Ingest documents with a progress bar, and wait until they can be found."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.console import Console

from askmesh.cli.amounts import amount
from askmesh.cli.ingest_view import ingest_view
from askmesh.cli.inheriting import StoredLists, lists_of
from askmesh.cli.names import one_line
from askmesh.client import AccessList, Client, IngestOutcome, IngestResult, SourceDocument
from askmesh.errors import UnavailableError
from askmesh.folders import Place, Unreadable, count_documents, documents_in, mailboxes

_BEFORE_2007 = frozenset({".doc", ".xls", ".ppt"})
NO_ROOM = "STORAGE_QUOTA_EXCEEDED"
POLL_SECONDS = 0.2
VISIBLE_WITHIN_SECONDS = 60.0


@dataclass(slots=True)
class IngestReport:
    """What became of the documents."""

    outcomes: Counter[IngestOutcome] = field(default_factory=Counter[IngestOutcome])
    passage_count: int = 0
    revision: int = 0
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    notices: list[Unreadable] = field(default_factory=list[Unreadable])
    passed_over: Counter[str] = field(default_factory=Counter[str])
    found: list[str] = field(default_factory=list[str])
    created: set[str] = field(default_factory=set[str])
    without_room: set[str] = field(default_factory=set[str])
    deleted_count: int = 0
    moved_count: int = 0

    def add(self, result: IngestResult) -> None:
        """Count one result."""
        self.outcomes[result.outcome] += 1
        self.passage_count += result.passage_count
        self.revision = max(self.revision, result.revision)
        self.notices += [Unreadable(result.source, notice) for notice in result.notices]
        if result.outcome is IngestOutcome.CREATED:
            self.created.add(result.source)
        if result.outcome is IngestOutcome.REFUSED:
            self.unreadable.append(Unreadable(result.source, result.refusal_detail))
            if result.refusal_reason == NO_ROOM:
                self.without_room.add(result.source)

    def count_lost(self, content_sha256: str, created: Counter[str]) -> None:
        """Count a document that is gone; it has moved if its content is among those `created`.

        What was created by a move counts as moved alone, and for one move only.
        """
        if created[content_sha256] > 0:
            created[content_sha256] -= 1
            self.outcomes -= Counter([IngestOutcome.CREATED])
            self.moved_count += 1
        else:
            self.deleted_count += 1


async def ingest_paths(
    client: Client,
    paths: Sequence[Place],
    console: Console,
    name: str = "",
    access: AccessList | None = None,
) -> IngestReport:
    """Ingest all documents in files, folders and buckets; report what cannot be read, and go on.

    Messages of mailboxes that are stored under other names keep their readers.
    """
    unreadable: list[Unreadable] = []
    passed_over: Counter[str] = Counter()
    total = await asyncio.to_thread(count_documents, paths)
    documents = documents_in(
        paths, unreadable.append, lambda kind: passed_over.update([kind]), name=name
    )
    lists = await _lists_of_mailboxes(client, paths, name)
    report = await ingest(
        client,
        lists.handed_on(documents),
        total,
        console,
        again=lambda: lists.handed_on(reread(paths, name)),
        access=access,
    )
    report.unreadable.extend(unreadable)
    report.passed_over.update(passed_over)
    return report


async def _lists_of_mailboxes(client: Client, paths: Sequence[Place], name: str) -> StoredLists:
    names = await asyncio.to_thread(mailboxes, paths, name)
    return lists_of(
        [each for source in names async for each in client.documents(prefix=f"{source}#")]
    )


def reread(paths: Iterable[Place], name: str) -> Iterable[SourceDocument]:
    """Return the documents of paths that have been reported on already."""
    return documents_in(paths, lambda _: None, name=name)


async def ingest(
    client: Client,
    documents: Iterable[SourceDocument],
    total: int,
    console: Console,
    *,
    again: Callable[[], Iterable[SourceDocument]] | None = None,
    access: AccessList | None = None,
) -> IngestReport:
    """Ingest documents, show a progress bar, and return once searches can see them.

    Documents that somebody else is ingesting at the moment are waited for; where `again` returns
    the documents a second time, they are left to the others first, so that all work side by side.
    """
    report = IngestReport()
    elsewhere: set[str] = set()
    with ingest_view(console, total) as view:
        async for result in client.ingest(
            with_access(documents, access),
            on_progress=view.show,
            may_be_elsewhere=again is not None,
        ):
            if result.outcome is IngestOutcome.ELSEWHERE:
                elsewhere.add(result.source)
            else:
                report.add(result)
                view.count(result)
        if again is not None and elsewhere:
            left = (each for each in again() if each.source in elsewhere)
            again_sent = with_access(left, access)
            async for result in client.ingest(again_sent, on_progress=view.show):
                report.add(result)
                view.count(result)
    await until_visible(client, report.revision)
    return report


def with_access(
    documents: Iterable[SourceDocument], access: AccessList | None
) -> Iterable[SourceDocument]:
    """Return documents that say who may read them; without a list they are as they were."""
    return documents if access is None else (replace(each, access=access) for each in documents)


def print_report(report: IngestReport, console: Console) -> None:
    """Print what became of the documents, the unreadable ones by name, each on one line."""
    for line in _lines_of(report):
        console.print(line, markup=False, soft_wrap=True)
    for entry in report.unreadable:
        line = f"Not ingested: {one_line(entry.name)}: {entry.reason}"
        console.print(line, style="yellow", markup=False, soft_wrap=True)


def _lines_of(report: IngestReport) -> Iterator[str]:
    yield from map(one_line, report.found)
    if report.found:
        yield f"{len(report.found)} documents would be ingested"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.items())
    for count, what in ((report.moved_count, "moved"), (report.deleted_count, "deleted")):
        counts += f", {count} {what}" if count else ""
    if counts or not report.found:
        yield f"{counts.lstrip(', ') or 'Nothing to do'}; {amount(report.passage_count, 'passage')}"
    if report.passed_over:
        kinds = ", ".join(f"{count} {kind}" for kind, count in report.passed_over.most_common())
        yield f"{report.passed_over.total()} passed over: {kinds}"
    if report.passed_over.keys() & _BEFORE_2007:
        yield "Save .doc, .xls and .ppt as .docx, .xlsx and .pptx to have them read."
    yield from (f"{one_line(entry.name)}: {entry.reason}" for entry in report.notices)


async def until_visible(client: Client, revision: int) -> None:
    """Wait until searches see what was stored up to `revision`."""
    try:
        async with asyncio.timeout(VISIBLE_WITHIN_SECONDS):
            while not await _is_visible(client, revision):  # noqa: ASYNC110 - a remote state
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise UnavailableError(
            "NOT_YET_VISIBLE",
            "The documents are stored, but searches do not see them yet: askmesh status shows "
            "whether retrieval serves",
        ) from None


async def _is_visible(client: Client, revision: int) -> bool:
    return (await client.status()).indexed_revision >= revision
