"""What the tantivy index consists of: its fields, its words, and its documents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from askmesh.passages import (
    NOBODY,
    PLAIN_FIELDS,
    DocumentChange,
    Passage,
    microseconds,
    passage_from_plain,
    passage_to_plain,
)
from askmesh.search._identifiers import identifiers, with_parts
from askmesh.search._keys import CHECKPOINT, access_terms, keys_of, number_of, spellings
from askmesh.search._types import UnindexableDocumentError

_WORDS = "english"
_FOLDERS = "folders"
FOLDER = "[^/]*/"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}"
# Scripts that are written without spaces: each character counts as a word.
_WORD = rf"[{_UNSPACED}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]+"
_MAX_WORD_BYTES = 255
MAX_KNOWN = 1_000_000


def schema() -> tantivy.Schema:
    """Return the fields: exact terms, folders, three of words, two numbers, a stored copy."""
    builder = tantivy.SchemaBuilder()
    for field in ("keys", "access", "identifiers", "spellings"):
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
    folders = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(FOLDER)).build()
    index.register_tokenizer(_WORDS, analyzer())
    index.register_tokenizer(_FOLDERS, folders)


def documents_of(update: DocumentChange) -> list[tantivy.Document]:
    """Return one tantivy document for each passage. Raises `UnindexableDocumentError`."""
    try:
        return [_document(update.tenant, embedded.passage) for embedded in update.passages]
    except (ValueError, TypeError, OverflowError) as error:
        raise UnindexableDocumentError(update.tenant, update.document_id, str(error)) from error


def unfit_passages(changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
    """Return what is wrong with the passages of changes, for each that cannot be indexed."""
    unfit: list[UnindexableDocumentError] = []
    for change in changes:
        try:
            for embedded in change.passages:
                list(keys_of(change.tenant, embedded.passage))
                _copy(embedded.passage)
        except (ValueError, TypeError, OverflowError) as error:
            unfit.append(UnindexableDocumentError(change.tenant, change.document_id, str(error)))
    return unfit


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
    values: Sequence[object] = json.loads(_payload(searcher, address))
    return passage_from_plain(dict(zip(PLAIN_FIELDS, values, strict=True)))


def _document(tenant: str, passage: Passage) -> tantivy.Document:
    # Every value goes in by the method of its type: a document with a value of another type than
    # its field kills the writer that gets it.
    document = tantivy.Document()
    for item in keys_of(tenant, passage):
        document.add_text("keys", item)
    for item in access_terms(passage.access or NOBODY):
        document.add_text("access", item)
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
    document.add_bytes("payload", _copy(passage))
    return document


def _copy(passage: Passage) -> bytes:
    """Return the index's own copy of a passage. Raises `ValueError` for what Unicode has not."""
    return json.dumps(list(passage_to_plain(passage).values()), ensure_ascii=False).encode()


def _payload(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    payload = searcher.doc(address).get_first("payload")
    if not isinstance(payload, bytes):
        raise TypeError("the index holds a document without a copy")
    return payload


class PassageNames:
    """Remembers which passage id stands behind each number that hits carry in a fast field.

    Reading a stored copy costs more than finding it; each passage's is read once. Any number of
    threads may ask at once.
    """

    def __init__(self) -> None:
        self._known: dict[object, str] = {}

    def of(self, searcher: tantivy.Searcher, addresses: Sequence[tantivy.DocAddress]) -> list[str]:
        """Return the passage id at each address."""
        if len(self._known) > MAX_KNOWN:
            self._known = {}
        known = self._known
        numbers = searcher.fast_field_values("number", list(addresses))
        for number, address in zip(numbers, addresses, strict=True):
            if number not in known:
                known[number] = stored(searcher, address).passage_id
        return [known[number] for number in numbers]
