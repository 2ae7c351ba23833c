"""What the tantivy index consists of: its fields, its words, its documents and its queries."""

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import tantivy

from askmesh.passages import ANY_DOCUMENT, DocumentChange, Filter, Passage
from askmesh.search._identifiers import identifiers, with_parts
from askmesh.search._keys import CHECKPOINT, key, keys_of, number_of, spelling, spellings
from askmesh.search._payload import decoded, encoded
from askmesh.search._types import UnindexableDocumentError, microseconds

Words: TypeAlias = Callable[[str], list[str]]
_WORDS = "english"
_FOLDERS = "folders"
_FOLDER = "[^/]*/"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}"
# Scripts that are written without spaces: each character counts as a word.
_WORD = rf"[{_UNSPACED}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]+"
_MAX_WORD_BYTES = 255


def schema() -> tantivy.Schema:
    """Return the fields: exact terms, folders, three of words, two numbers, a stored copy."""
    builder = tantivy.SchemaBuilder()
    for field in ("keys", "identifiers", "spellings"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("folders", tokenizer_name=_FOLDERS, index_option="position")
    for field in ("title", "headings", "words"):
        builder.add_text_field(field, tokenizer_name=_WORDS, index_option="freq")
    builder.add_integer_field("modified", indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


def analyzer() -> tantivy.TextAnalyzer:
    """Return what makes words of text: lower case, no accents, English stems."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
        .filter(tantivy.Filter.remove_long(_MAX_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell the index how to make words of text, and of a source the names of its folders."""
    folders = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_FOLDER)).build()
    index.register_tokenizer(_WORDS, analyzer())
    index.register_tokenizer(_FOLDERS, folders)


def documents_of(update: DocumentChange) -> list[tantivy.Document]:
    """Return one tantivy document for each passage. Raises `UnindexableDocumentError`."""
    try:
        return [_document(update.tenant, embedded.passage) for embedded in update.passages]
    except (ValueError, TypeError, OverflowError) as error:
        raise UnindexableDocumentError(update.tenant, update.document_id, str(error)) from error


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the index is, and in the documents of which store."""

    revision: int = 0
    store_id: str = ""


def checkpoint_document(checkpoint: Checkpoint) -> tantivy.Document:
    """Return the document that keeps the checkpoint."""
    document = tantivy.Document()
    document.add_text("keys", CHECKPOINT)
    document.add_bytes("payload", f"{checkpoint.revision} {checkpoint.store_id}".encode())
    return document


def checkpoint_of(searcher: tantivy.Searcher, fields: tantivy.Schema) -> Checkpoint:
    """Return the checkpoint that the index holds."""
    query = tantivy.Query.term_query(fields, "keys", CHECKPOINT, "basic")
    hits = searcher.search(query, limit=1).hits
    if not hits:
        return Checkpoint()
    revision, _, store_id = _payload(searcher, hits[0][1]).decode().partition(" ")
    return Checkpoint(int(revision), store_id)


def stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Passage:
    """Return the index's copy of a passage."""
    return decoded(_payload(searcher, address))


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
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, each) for each in (query, *conditions)]
    )


def key_query(fields: tantivy.Schema, keys: list[str]) -> tantivy.Query:
    """Return a query for passages with any of the keys."""
    return tantivy.Query.term_set_query(fields, "keys", keys)


def _conditions(fields: tantivy.Schema, tenant: str, condition: Filter) -> Generator[tantivy.Query]:
    yield key_query(fields, [key("tenant", tenant)])
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
    anywhere = [_within(fields, re.findall(_FOLDER, folder)) for folder in folders]
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


def _document(tenant: str, passage: Passage) -> tantivy.Document:
    # Every value goes in by the method of its type: a document with a value of another type than
    # its field kills the writer that gets it.
    document = tantivy.Document()
    for item in keys_of(tenant, passage):
        document.add_text("keys", item)
    document.add_text("folders", passage.source)
    document.add_text("title", with_parts(passage.title))
    for heading in passage.headings:
        document.add_text("headings", with_parts(heading))
    for text in (passage.title, *passage.headings, passage.text):
        document.add_text("words", with_parts(text))
        for name in identifiers(text):
            document.add_text("identifiers", name)
    for term in spellings(tenant, passage):
        document.add_text("spellings", term)
    if passage.modified_time is not None:
        document.add_integer("modified", microseconds(passage.modified_time))
    document.add_unsigned("number", number_of("passage", tenant, passage.passage_id))
    document.add_bytes("payload", encoded(passage))
    return document


def _payload(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    payload = searcher.doc(address).get_first("payload")
    if not isinstance(payload, bytes):
        raise TypeError("the index holds a document without a copy")
    return payload


class TantivyVocabulary:
    """The words of a tenant's passages at one moment."""

    def __init__(
        self, searcher: tantivy.Searcher, fields: tantivy.Schema, tenant: str, words: Words
    ) -> None:
        self._searcher = searcher
        self._fields = fields
        self._tenant = tenant
        self._words = words

    def has(self, word: str) -> bool:
        if self._searcher.doc_freq("spellings", spelling(self._tenant, word)):
            return True
        query = word_query(self._fields, self._words(word), [], {"words": 1.0})
        narrow = narrowed(self._fields, query, self._tenant, ANY_DOCUMENT)
        return bool(self._searcher.search(narrow, limit=1, count=False).hits)

    def beginning_with(self, letters: str) -> list[str]:
        found = self._searcher.terms_with_prefix("spellings", spelling(self._tenant, letters))
        start = len(spelling(self._tenant, ""))
        return [term[start:] for term, _ in found]
