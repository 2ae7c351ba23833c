"""What a tantivy index is asked: words, conditions, and the words that it has."""

import re
from collections.abc import Callable, Generator, Sequence
from typing import TypeAlias

import tantivy

from askmesh.passages import Filter, microseconds
from askmesh.search._keys import ALLOWED, DENIED, key, spelling
from askmesh.search._tantivy_schema import FOLDER

Words: TypeAlias = Callable[[str], list[str]]


def word_query(
    fields: tantivy.Schema,
    words: Sequence[str],
    names: Sequence[str],
    boosts: dict[str, float],
) -> tantivy.Query:
    """Return a query for passages with any of the words or identifiers, scored by BM25."""
    terms = [
        tantivy.Query.boost_query(tantivy.Query.term_query(fields, field, word, "freq"), boost)
        for field, boost in boosts.items()
        for word in words
    ]
    terms += [tantivy.Query.term_query(fields, "identifiers", name, "basic") for name in names]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])


def narrowed(
    fields: tantivy.Schema, query: tantivy.Query, tenant: str, condition: Filter
) -> tantivy.Query:
    """Return the query, with the same scores, for what the tenant has and the filter admits."""
    conditions = [
        tantivy.Query.const_score_query(each, 0.0)
        for each in _conditions(fields, tenant, condition)
    ]
    clauses = [(tantivy.Occur.Must, each) for each in (query, *conditions)]
    if condition.readable is not None:
        denied = [DENIED + name for name in condition.readable.principals]
        barred = tantivy.Query.term_set_query(fields, "access", denied)
        clauses.append((tantivy.Occur.MustNot, barred))
    return tantivy.Query.boolean_query(clauses)


def held_query(fields: tantivy.Schema, tenant: str, condition: Filter) -> tantivy.Query:
    """Return a query for all that the tenant has and the filter admits."""
    return narrowed(fields, key_query(fields, [key("tenant", tenant)]), tenant, condition)


def key_query(fields: tantivy.Schema, keys: list[str]) -> tantivy.Query:
    """Return a query for passages with any of the keys."""
    return tantivy.Query.term_set_query(fields, "keys", keys)


def _conditions(fields: tantivy.Schema, tenant: str, condition: Filter) -> Generator[tantivy.Query]:
    yield key_query(fields, [key("tenant", tenant)])
    if condition.readable is not None:
        allowed = [ALLOWED, *(ALLOWED + name for name in condition.readable.principals)]
        yield tantivy.Query.term_set_query(fields, "access", allowed)
    if condition.sources:
        yield _lying_at(fields, tenant, sorted(condition.sources))
    if condition.document_ids:
        yield key_query(fields, [key("document", tenant, item) for item in condition.document_ids])
    for name, value in condition.attributes.items():
        yield key_query(fields, [key("attribute", tenant, name, value)])
    if condition.modified_after is not None or condition.modified_before is not None:
        yield _modified_within(fields, condition)


def _lying_at(fields: tantivy.Schema, tenant: str, places: Sequence[str]) -> tantivy.Query:
    keys = key_query(fields, [key("place", tenant, place) for place in places])
    folders = [place for place in places if place.endswith("/") and not place.startswith("/")]
    anywhere = [_within(fields, re.findall(FOLDER, folder)) for folder in folders]
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, query) for query in (keys, *anywhere)]
    )


def _within(fields: tantivy.Schema, names: list[str]) -> tantivy.Query:
    if len(names) == 1:  # One word is no phrase to tantivy.
        return tantivy.Query.term_query(fields, "folders", names[0], "basic")
    return tantivy.Query.phrase_query(fields, "folders", [*names])


def _modified_within(fields: tantivy.Schema, condition: Filter) -> tantivy.Query:
    after, before = condition.modified_after, condition.modified_before
    return tantivy.Query.range_query(
        fields,
        "modified",
        tantivy.FieldType.Integer,
        lower_bound=None if after is None else microseconds(after),
        upper_bound=None if before is None else microseconds(before),
        include_upper=before is None,
    )


class TantivyVocabulary:
    """The words of a tenant's passages that a condition admits, at one moment."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        fields: tantivy.Schema,
        words: Words,
        tenant: str,
        condition: Filter,
    ) -> None:
        self._searcher = searcher
        self._fields = fields
        self._words = words
        self._tenant = tenant
        self._condition = condition

    def has(self, word: str) -> bool:
        if self.spells(word):
            return True
        return self._finds(word_query(self._fields, self._words(word), [], {"words": 1.0}))

    def spells(self, word: str) -> bool:
        term = spelling(self._tenant, word)
        if not self._searcher.doc_freq("spellings", term):
            return False
        spelt = tantivy.Query.term_query(self._fields, "spellings", term, "basic")
        return self._condition.admits_everything or self._finds(spelt)

    def beginning_with(self, letters: str) -> list[str]:
        found = self._searcher.terms_with_prefix("spellings", spelling(self._tenant, letters))
        start = len(spelling(self._tenant, ""))
        return [term[start:] for term, _ in found]

    def _finds(self, query: tantivy.Query) -> bool:
        narrow = narrowed(self._fields, query, self._tenant, self._condition)
        return bool(self._searcher.search(narrow, limit=1, count=False).hits)
