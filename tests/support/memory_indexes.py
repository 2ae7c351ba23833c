"""Indexes in plain Python, for small collections and for tests."""

import math
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from askmesh.passages import (
    ANY_DOCUMENT,
    NOBODY,
    AccessList,
    DocumentChange,
    EmbeddedPassage,
    Filter,
    Passage,
    by_key,
)
from askmesh.search._identifiers import identifiers, with_parts
from askmesh.search._keys import spelling, spellings
from askmesh.search._spelling import corrected
from askmesh.search._tantivy_schema import unfit_passages
from askmesh.search._ties import ranked
from askmesh.search._types import FieldBoosts, Hit, UnindexableDocumentError, Vector
from askmesh.search._vector_rows import unfit_vectors
from askmesh.text import stem

_WORD = re.compile(r"[^\W_]+")
_K1 = 1.2
_B = 0.75


class _MemoryIndex(ABC):
    """Passages by tenant and document."""

    def __init__(self) -> None:
        self._documents: dict[tuple[str, str], tuple[EmbeddedPassage, ...]] = {}
        self._revision = 0
        self._store_id = ""
        self._lists: dict[str, Mapping[str, AccessList]] = {}

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def store_id(self) -> str:
        return self._store_id

    async def clear(self, *, store_id: str = "") -> None:
        self._documents, self._revision, self._store_id = {}, 0, store_id

    async def count(self, tenant: str, condition: Filter = ANY_DOCUMENT) -> int:
        return sum(condition.admits(passage) for passage in self._passages_of(tenant))

    async def access_lists(self, tenant: str) -> Mapping[str, AccessList]:
        lists = by_key(passage.access or NOBODY for passage in self._passages_of(tenant))
        known = self._lists.setdefault(tenant, lists)
        if known != lists:
            known = self._lists[tenant] = lists
        return known

    @abstractmethod
    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]: ...

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        for error in await self.unfit(changes):
            raise error
        for change in changes:
            self._documents.pop((change.tenant, change.document_id), None)
            if change.passages:
                self._documents[change.tenant, change.document_id] = change.passages
        self._revision = revision

    def _passages_of(self, tenant: str) -> Iterator[Passage]:
        return (embedded.passage for embedded in self._embedded_of(tenant))

    def _embedded_of(self, tenant: str) -> Iterator[EmbeddedPassage]:
        for (owner, _), passages in self._documents.items():
            if owner == tenant:
                yield from passages


class MemoryKeywordIndex(_MemoryIndex):
    """BM25 over title, headings and text, one pass over the tenant's passages for each search."""

    def __init__(self, boosts: FieldBoosts | None = None) -> None:
        super().__init__()
        self._boosts = (boosts or FieldBoosts()).by_field()

    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
        return unfit_passages(changes)

    async def search(
        self, tenant: str, query: str, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        passages = list(self._passages_of(tenant))
        scores = [0.0] * len(passages)
        for field, boost in self._boosts.items():
            texts = [_words(with_parts(_field(passage, field))) for passage in passages]
            for at, score in enumerate(_bm25(set(_words(with_parts(query))), texts)):
                scores[at] += boost * score
        names = [identifiers(_field(passage, "words")) for passage in passages]
        for at, score in enumerate(_bm25(set(identifiers(query)), names)):
            scores[at] += score
        hits = [
            Hit(passage.passage_id, scores[at])
            for at, passage in enumerate(passages)
            if scores[at] > 0 and condition.admits(passage)
        ]
        return ranked(hits)[: max(limit, 0)]

    async def corrected(self, tenant: str, query: str, condition: Filter = ANY_DOCUMENT) -> str:
        held = [each for each in self._passages_of(tenant) if condition.admits(each)]
        return corrected(query, _MemoryVocabulary(held))

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        by_age = sorted(self._passages_of(tenant), key=lambda passage: passage.revision)
        held = {passage.passage_id: passage for passage in by_age}
        return [held[item] for item in passage_ids if item in held]


class MemoryVectorIndex(_MemoryIndex):
    """Exact search by inner product, one product for each of the tenant's passages."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self._dimension = dimension

    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
        return unfit_vectors(changes, self._dimension)

    async def search(
        self, tenant: str, vector: Vector, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        hits = [
            Hit(embedded.passage.passage_id, float(np.dot(embedded.embedding, vector)))
            for embedded in self._embedded_of(tenant)
            if condition.admits(embedded.passage)
        ]
        return ranked(hits)[: max(limit, 0)]


class _MemoryVocabulary:
    """The words of some passages."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        start = len(spelling("", ""))
        self._spelt = {term[start:] for passage in passages for term in spellings("", passage)}
        self._stems = {stem(word) for word in self._spelt}

    def has(self, word: str) -> bool:
        return self.spells(word) or stem(word) in self._stems

    def spells(self, word: str) -> bool:
        return word in self._spelt

    def beginning_with(self, letters: str) -> list[str]:
        return sorted(word for word in self._spelt if word.startswith(letters))


def _field(passage: Passage, name: str) -> str:
    headings = " ".join(passage.headings)
    fields = {"title": passage.title, "headings": headings}
    return fields.get(name, f"{passage.title} {headings} {passage.text}")


def _words(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower())]


def _bm25(query: set[str], texts: Sequence[list[str]]) -> Iterator[float]:
    counts = [Counter(words) for words in texts]
    mean = sum(map(len, texts)) / max(len(texts), 1)
    weights = {word: _rarity(sum(word in count for count in counts), len(texts)) for word in query}
    for count in counts:
        yield sum(
            weights[word] * _saturated(count[word], count.total() / mean)
            for word in query & count.keys()
        )


def _saturated(times: int, length: float) -> float:
    """Return what a word counts that occurs so often, in a text of so many times the mean."""
    return times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length))


def _rarity(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
