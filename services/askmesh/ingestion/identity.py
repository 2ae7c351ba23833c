"""Names that follow from content, so that the same words have the same names."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from askmesh.ingestion.splitting import SplitPassage
from askmesh.ingestion.validation import MAX_DOCUMENT_ID_CHARS
from askmesh.uploads import SourceDocument

_HASH_CHARS = 32
_DIVIDER = "-"


def document_id_of(document: SourceDocument) -> str:
    """Return the given name, or one that follows from the source."""
    name = document.document_id or document.source
    if len(name) <= MAX_DOCUMENT_ID_CHARS:
        return name
    kept = name[: MAX_DOCUMENT_ID_CHARS - _HASH_CHARS - 1]
    return f"{kept}#{_hash(name)}"


def content_hash_of(document: SourceDocument, method: str) -> str:
    """Return a hash of all that is stored of a document, and of the `method` of processing it.

    It begins with the content's own, which `content_sha256_of` returns.
    """
    modified = document.modified_time.isoformat() if document.modified_time else ""
    attributes = [text for pair in sorted(document.attributes.items()) for text in pair]
    form = document.media_type.name if document.media_type else ""
    content = hashlib.sha256(document.content).hexdigest()
    rest = _hash(method, document.source, document.title, form, modified, *attributes)
    return f"{content}{_DIVIDER}{rest}"


def content_sha256_of(content_hash: str) -> str:
    """Return the SHA-256 of the content whose hash was made by `content_hash_of`."""
    content, divider, _ = content_hash.partition(_DIVIDER)
    return content if divider else ""


def passage_ids(document_id: str, passages: Iterable[SplitPassage]) -> Iterator[str]:
    """Yield a name for each passage; an edit elsewhere in the document does not change it.

    Names depend on the document, the headings and the text, and count equal passages.
    """
    occurrences: Counter[SplitPassage] = Counter()
    for passage in passages:
        occurrence = occurrences[passage]
        occurrences[passage] += 1
        yield _hash(document_id, str(occurrence), passage.text, *passage.headings)


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:_HASH_CHARS]
