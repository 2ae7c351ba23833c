"""Keyword search by BM25, on tantivy."""

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar, cast

import tantivy

from askmesh.passages import ANY_DOCUMENT, DocumentChange, Filter, Passage
from askmesh.resilience import Threads, threads
from askmesh.search._folders import emptied, locked
from askmesh.search._identifiers import identifiers, with_parts
from askmesh.search._keys import CHECKPOINT, key
from askmesh.search._spelling import corrected
from askmesh.search._tantivy_errors import translated
from askmesh.search._tantivy_files import damage
from askmesh.search._tantivy_queries import (
    TantivyVocabulary,
    held_query,
    key_query,
    narrowed,
    word_query,
)
from askmesh.search._tantivy_schema import (
    Checkpoint,
    PassageNames,
    analyzer,
    checkpoint_document,
    checkpoint_of,
    documents_of,
    register_tokenizers,
    schema,
    stored,
    unfit_passages,
)
from askmesh.search._ties import best
from askmesh.search._types import FieldBoosts, Hit, UnindexableDocumentError

T = TypeVar("T")
MAX_OWNERS = 16
_WRITER_BYTES = 32_000_000
_READER_THREADS = 2
_log = logging.getLogger(__name__)


class TantivyKeywordIndex:
    """BM25 over title, headings and text, with English stems. Open it by `tantivy_index`.

    Searches run on the last commit; updates run one after another in a thread of their own.
    """

    def __init__(
        self, index: tantivy.Index, boosts: FieldBoosts, readers: Threads, writer: Threads
    ) -> None:
        self._index = index
        self._boosts = boosts.by_field()
        self._readers = readers
        self._writer_thread = writer
        self._writer: tantivy.IndexWriter | None = None
        self._analyzer = analyzer()
        self._names = PassageNames()
        self._checkpoint = checkpoint_of(index.searcher(), index.schema)

    @property
    def revision(self) -> int:
        return self._checkpoint.revision

    @property
    def store_id(self) -> str:
        return self._checkpoint.store_id

    async def search(
        self, tenant: str, query: str, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        words = list(dict.fromkeys(self._analyzer.analyze(with_parts(query))))
        if not words or limit < 1:
            return []
        searcher, fields = self._index.searcher(), self._index.schema
        by_word = word_query(fields, words, identifiers(query), self._boosts)
        narrow = narrowed(fields, by_word, tenant, condition)

        def found(size: int) -> list[Hit]:
            hits = searcher.search(narrow, limit=size, count=False).hits
            names = self._names.of(searcher, [address for _, address in hits])
            return [Hit(name, score) for name, (score, _) in zip(names, hits, strict=True)]

        return await self._read(lambda: best(found, limit))

    async def corrected(self, tenant: str, query: str, condition: Filter = ANY_DOCUMENT) -> str:
        searcher, fields, words = self._index.searcher(), self._index.schema, self._analyzer.analyze
        vocabulary = TantivyVocabulary(searcher, fields, words, tenant, condition)
        return await self._read(lambda: corrected(query, vocabulary))

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        searcher, fields = self._index.searcher(), self._index.schema
        queries = [key_query(fields, [key("passage", tenant, item)]) for item in passage_ids]

        def found() -> list[Passage]:
            hits = (searcher.search(query, limit=MAX_OWNERS, count=False).hits for query in queries)
            copies = ([stored(searcher, at) for _, at in each] for each in hits)
            return [max(each, key=lambda item: item.revision) for each in copies if each]

        return await self._read(found)

    async def count(self, tenant: str, condition: Filter = ANY_DOCUMENT) -> int:
        searcher = self._index.searcher()
        query = held_query(self._index.schema, tenant, condition)
        return await self._read(lambda: cast("_Counted", searcher.search(query, limit=1)).count)

    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
        return await self._writer_thread.call(lambda: unfit_passages(changes))

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        await self._writer_thread.call(lambda: self._apply(changes, revision))

    async def clear(self, *, store_id: str = "") -> None:
        await self._writer_thread.call(lambda: self._clear(store_id))

    def close(self) -> None:
        """Wait for merges in the background, and release the files."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    async def _read(self, function: Callable[[], T]) -> T:
        with translated():
            return await self._readers.call(function)

    def _apply(self, changes: Sequence[DocumentChange], revision: int) -> None:
        # Documents are made before the writer is touched: what is unfit never reaches it.
        prepared = [(change, documents_of(change)) for change in changes]
        with self._committed(Checkpoint(revision, self.store_id)) as writer:
            for change, documents in prepared:
                document_key = key("document", change.tenant, change.document_id)
                writer.delete_documents_by_term("keys", document_key)
                for document in documents:
                    writer.add_document(document)

    def _clear(self, store_id: str) -> None:
        with self._committed(Checkpoint(0, store_id)) as writer:
            writer.delete_all_documents()

    @contextmanager
    def _committed(self, checkpoint: Checkpoint) -> Generator[tantivy.IndexWriter]:
        """Commit the block's changes together with the checkpoint, or drop them all."""
        with translated():
            writer = self._writer or self._index.writer(_WRITER_BYTES, num_threads=1)
            self._writer = None  # A writer that fails is dropped; the next update opens another.
            yield writer
            writer.delete_documents_by_term("keys", CHECKPOINT)
            writer.add_document(checkpoint_document(checkpoint))
            writer.commit()
            self._index.reload()
            self._writer, self._checkpoint = writer, checkpoint


class _Counted(Protocol):
    count: int


@asynccontextmanager
async def tantivy_index(
    folder: Path, *, boosts: FieldBoosts | None = None
) -> AsyncGenerator[TantivyKeywordIndex]:
    """Open the index in the folder, or a new one, until the block ends.

    A torn, corrupt or older index is thrown away: the one yielded then holds revision 0. Raises
    `IndexBusyError` if another process has the folder open.
    """
    async with threads("keyword-search", _READER_THREADS) as readers, threads("keywords", 1) as one:
        with locked(folder):
            opened = await one.call(lambda: _opened(folder / "tantivy"))
            index = TantivyKeywordIndex(opened, boosts or FieldBoosts(), readers, one)
            try:
                yield index
            finally:
                await one.call(index.close)


def _opened(folder: Path) -> tantivy.Index:
    if not tantivy.Index.exists(str(folder)) if folder.exists() else True:
        return _configured(tantivy.Index(schema(), path=str(emptied(folder))))
    problem = damage(folder)
    if problem is None:
        try:
            return _configured(tantivy.Index(schema(), path=str(folder)))
        except ValueError as error:
            problem = str(error)
    _log.warning("The keyword index is thrown away and made again: %s.", problem)
    return _configured(tantivy.Index(schema(), path=str(emptied(folder))))


def _configured(index: tantivy.Index) -> tantivy.Index:
    register_tokenizers(index)
    index.config_reader("manual")
    return index
