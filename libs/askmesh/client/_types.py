"""Documents to ingest, their results, and the state of the mesh, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MediaType(StrEnum):
    """The form of a document's content."""

    PLAIN_TEXT = "plain_text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    ODT = "odt"
    CSV = "csv"
    TSV = "tsv"
    EPUB = "epub"
    EML = "eml"
    RTF = "rtf"
    RST = "rst"
    IPYNB = "ipynb"
    SOURCE_CODE = "source_code"
    ZIP = "zip"


class IngestOutcome(StrEnum):
    """What became of a document."""

    UNKNOWN = "unknown"
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document to ingest.

    `document_id` is derived from `source`, the title taken from the content and the media type
    guessed from the ending of `source` if they are not given.
    """

    source: str
    content: bytes
    document_id: str = ""
    title: str = ""
    media_type: MediaType | None = None
    modified_time: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one document. The refusal is empty unless it was refused.

    Notices say what of it was guessed or could not be kept.
    """

    document_id: str
    source: str
    outcome: IngestOutcome
    passage_count: int
    revision: int
    refusal_reason: str = ""
    refusal_detail: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A document as it is stored, or as it was refused, which its refusal says."""

    document_id: str
    source: str
    title: str
    passage_count: int
    revision: int
    modified_time: datetime | None
    attributes: Mapping[str, str]
    content_sha256: str
    refusal_reason: str = ""
    refusal_detail: str = ""


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """How much is stored for the tenant, and the newest revision."""

    document_count: int
    passage_count: int
    revision: int


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """Whether a service behind the gateway serves; `detail` says why it does not."""

    name: str
    serving: bool
    detail: str


@dataclass(frozen=True, slots=True)
class MeshStatus:
    """The state of the mesh, as the gateway sees it."""

    services: tuple[ServiceStatus, ...]
    indexed_revision: int
    passage_count: int
    active_answer_count: int
