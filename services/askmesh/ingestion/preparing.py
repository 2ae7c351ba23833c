"""From a document as it arrived to passages that can be embedded and stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    INGEST_OUTCOME_CREATED,
    INGEST_OUTCOME_ELSEWHERE,
    INGEST_OUTCOME_REFUSED,
    INGEST_OUTCOME_UNCHANGED,
    INGEST_OUTCOME_UPDATED,
    IngestDocumentsResponse,
    IngestOutcome,
)
from askmesh.documents import Document, DocumentStore, StoredDocument
from askmesh.ingestion.identity import (
    check,
    content_hash_of,
    document_id_of,
    own_title,
    passage_ids,
    title_from,
)
from askmesh.ingestion.leases import Leases
from askmesh.ingestion.ports import DocumentReader, ReadingRoom
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import media_type_of
from askmesh.ingestion.splitting import VERSION, PassageLimits, SplitDocument, SplitPassage
from askmesh.passages import Passage
from askmesh.telemetry import Stages
from askmesh.uploads import SourceDocument

MAX_TITLE_CHARS = 300

_LOOKS_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Submission:
    """A document as a client sent it, and what the client wants to hear of it."""

    document: SourceDocument
    reports_progress: bool = False
    may_be_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document that is new or has changed, in passages."""

    document: Document
    passages: Sequence[Passage]
    outcome: IngestOutcome.ValueType
    notices: tuple[str, ...]
    reports_progress: bool


class Preparer:
    """Decides what is to be done with a document, and reads and splits it if need be.

    Its method is how that is done; by another one, equal documents give other passages or vectors.
    """

    def __init__(
        self,
        store: DocumentStore,
        reader: DocumentReader,
        limits: PassageLimits,
        watch: Stages,
        *,
        model: str,
        room: ReadingRoom,
    ) -> None:
        self._store = store
        self._reader = reader
        self._limits = limits
        self._watch = watch
        self._room = room
        self.method = f"{VERSION} {limits.target} {limits.most} {model}"

    async def prepare(
        self, tenant: str, submission: Submission, leases: Leases
    ) -> PreparedDocument | IngestDocumentsResponse:
        """Return the document in passages, with a lease, or its result if there is nothing to do.

        While another stream has a lease of the document, it is waited for, or left to that stream
        if the client allows it. The lease holds the room that the document takes.
        """
        document = submission.document
        content_hash = content_hash_of(document, self.method)
        try:
            check(document)
            stored = await self._store.get_document(tenant, document.document_id)
            if not _is(stored, content_hash):
                while not await leases.take(document.document_id):
                    if submission.may_be_elsewhere:
                        return _result(document, INGEST_OUTCOME_ELSEWHERE)
                    await asyncio.sleep(_LOOKS_AGAIN_SECONDS)
                # Who had the lease before may have stored it meanwhile.
                stored = await self._store.get_document(tenant, document.document_id)
            if stored is not None and _is(stored, content_hash):
                return await self._kept(tenant, document, stored)
            outcome = INGEST_OUTCOME_UPDATED if stored else INGEST_OUTCOME_CREATED
            content = await self._read(document)
            room = await self._room.take(tenant, document.document_id, len(content.passages))
            leases.hold(document.document_id, room)
        except DocumentRefusedError as refusal:
            return _refused(document, refusal)
        return _prepared(submission, content, content_hash, outcome)

    async def _kept(
        self, tenant: str, document: SourceDocument, stored: StoredDocument
    ) -> IngestDocumentsResponse:
        """Return the result of a document in the same words, of which only readers may change."""
        result = _result(document, INGEST_OUTCOME_UNCHANGED)
        result.passage_count, result.revision = stored.passage_count, stored.revision
        if document.access is not None:
            name = document.document_id
            changed = await self._store.set_access(tenant, [name], document.access)
            if name in changed:
                result.outcome, result.revision = INGEST_OUTCOME_UPDATED, changed[name]
        return result

    async def _read(self, document: SourceDocument) -> SplitDocument:
        media_type = document.media_type or media_type_of(document.source)
        with self._watch.stage("reading"):
            return await self._reader.read(document.content, media_type, self._limits)


def named(submission: Submission) -> Submission:
    """Return the document with its name, derived from the source if it has none."""
    document = submission.document
    title = " ".join(document.title.split())
    renamed = replace(document, document_id=document_id_of(document), title=title)
    return replace(submission, document=renamed)


def _is(stored: StoredDocument | None, content_hash: str) -> bool:
    return stored is not None and stored.document.content_hash == content_hash


def _result(document: SourceDocument, outcome: IngestOutcome.ValueType) -> IngestDocumentsResponse:
    return IngestDocumentsResponse(
        document_id=document.document_id, source=document.source, outcome=outcome
    )


def _refused(document: SourceDocument, refusal: DocumentRefusedError) -> IngestDocumentsResponse:
    result = _result(document, INGEST_OUTCOME_REFUSED)
    result.refusal_reason, result.refusal_detail = refusal.reason, refusal.detail
    return result


def _prepared(
    submission: Submission,
    content: SplitDocument,
    content_hash: str,
    outcome: IngestOutcome.ValueType,
) -> PreparedDocument:
    source = submission.document
    title = source.title or own_title(content.title, source.source) or title_from(source.source)
    document = Document(
        document_id=source.document_id,
        title=title[:MAX_TITLE_CHARS],
        source=source.source,
        content_hash=content_hash,
        modified_time=source.modified_time,
        attributes={**content.attributes, **source.attributes},
        access=source.access,
    )
    ids = passage_ids(source.document_id, content.passages)
    passages = [
        _passage(document, position, passage_id, passage)
        for position, (passage_id, passage) in enumerate(zip(ids, content.passages, strict=True))
    ]
    return PreparedDocument(
        document, passages, outcome, content.notices, submission.reports_progress
    )


def _passage(document: Document, position: int, passage_id: str, passage: SplitPassage) -> Passage:
    headings = passage.headings
    if headings and headings[0].casefold() == document.title.casefold():
        headings = headings[1:]  # The title says it already.
    return Passage(
        passage_id=passage_id,
        document_id=document.document_id,
        title=document.title,
        headings=headings,
        text=passage.text,
        source=document.source,
        position=position,
        revision=0,
        modified_time=document.modified_time,
        attributes=document.attributes,
    )
