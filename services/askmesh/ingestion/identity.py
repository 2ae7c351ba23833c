"""What documents must be like, and names that follow from their content."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import SplitPassage
from askmesh.passages import access_problem
from askmesh.uploads import MAX_CONTENT_BYTES, SourceDocument, media_type_of_ending

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

    It begins with the content's own, which `content_sha256_of` returns, and the method's, which
    `is_made_by` compares.
    """
    modified = document.modified_time.isoformat() if document.modified_time else ""
    attributes = [text for pair in sorted(document.attributes.items()) for text in pair]
    form = document.media_type.name if document.media_type else ""
    content = hashlib.sha256(document.content).hexdigest()
    rest = _hash(document.source, document.title, form, modified, *attributes)
    return _DIVIDER.join([content, _hash(method), rest])


def content_sha256_of(content_hash: str) -> str:
    """Return the SHA-256 of the content whose hash was made by `content_hash_of`."""
    content, divider, _ = content_hash.partition(_DIVIDER)
    return content if divider else ""


def is_made_by(method: str, content_hash: str) -> bool:
    """Tell whether a hash was made by `content_hash_of` for this method of processing."""
    return content_hash.split(_DIVIDER)[1:2] == [_hash(method)]


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


_BETWEEN_WORDS = re.compile(r"[\s_]+|(?<=[^\W\d])-+|-+(?=[^\W\d])")


def title_from(source: str) -> str:
    """Return the name of a file, made readable; the whole of `source` if it names none.

    `docs/sprayer-manual_v2.txt` is "sprayer manual v2". Dates keep their hyphens.
    """
    path = PurePosixPath(unquote(re.split(r"[?#]", source, maxsplit=1)[0]).replace("\\", "/"))
    name = path.stem if media_type_of_ending(path.suffix) else path.name
    return _BETWEEN_WORDS.sub(" ", name).strip() or source


def own_title(title: str, source: str) -> str:
    """Return the title that a document has; empty if it is but the name of its file."""
    is_name = PurePosixPath(title).suffix and title_from(title) == title_from(source)
    return "" if is_name else title


MAX_DOCUMENT_ID_CHARS = 500
MAX_SOURCE_CHARS = 2_000
MAX_TITLE_CHARS = 1_000
MAX_ATTRIBUTES = 20
MAX_ATTRIBUTE_NAME_CHARS = 100
MAX_ATTRIBUTE_VALUE_CHARS = 500


def check(document: SourceDocument) -> None:
    """Raise `DocumentRefusedError` unless the document keeps to the limits."""
    if not document.source.strip():
        raise DocumentRefusedError("SOURCE_EMPTY", "It does not say where it came from.")
    _check_length("document_id", document.document_id, MAX_DOCUMENT_ID_CHARS)
    _check_length("source", document.source, MAX_SOURCE_CHARS)
    _check_length("title", document.title, MAX_TITLE_CHARS)
    if len(document.attributes) > MAX_ATTRIBUTES:
        raise DocumentRefusedError(
            "FIELD_TOO_LONG", f"It has more than {MAX_ATTRIBUTES} attributes."
        )
    for name, value in document.attributes.items():
        _check_length("name of an attribute", name, MAX_ATTRIBUTE_NAME_CHARS)
        _check_length("value of an attribute", value, MAX_ATTRIBUTE_VALUE_CHARS)
    if document.access and (problem := access_problem(document.access)):
        raise DocumentRefusedError("ACCESS_INVALID", f"Of its access list, {problem}.")
    if not document.content:
        raise DocumentRefusedError("CONTENT_EMPTY", "It is empty.")
    if len(document.content) > MAX_CONTENT_BYTES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", "It is larger than 32 MiB.")


def _check_length(field: str, value: str, limit: int) -> None:
    if len(value) > limit:
        raise DocumentRefusedError(
            "FIELD_TOO_LONG", f"Its {field} has {len(value)} characters; at most {limit} fit."
        )
