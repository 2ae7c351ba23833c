"""What became of documents, and the state of the mesh, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from askmesh.passages import AccessList


class IngestOutcome(StrEnum):
    """What became of a document."""

    UNKNOWN = "unknown"
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    IN_PROGRESS = "in progress"
    ELSEWHERE = "ingested elsewhere"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one document. The refusal is empty unless it was refused.

    Notices say what of it was guessed or could not be kept. Of one in progress, some passages are
    embedded.
    """

    document_id: str
    source: str
    outcome: IngestOutcome
    passage_count: int
    revision: int
    refusal_reason: str = ""
    refusal_detail: str = ""
    notices: tuple[str, ...] = ()
    embedded_passage_count: int = 0


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A document as it is stored, or as it was refused, which its refusal says.

    `access` is told to those who may change it, of stored documents. It is
    outdated if ingestion would make other passages or vectors of it now.
    """

    document_id: str
    source: str
    title: str
    passage_count: int
    revision: int
    modified_time: datetime | None
    attributes: Mapping[str, str]
    content_sha256: str
    access: AccessList | None = None
    outdated: bool = False
    refusal_reason: str = ""
    refusal_detail: str = ""


@dataclass(frozen=True, slots=True)
class AccessChange:
    """What became of a change of access lists.

    So many documents were meant, so many of them had another list; they are so at the revision.
    """

    document_count: int
    changed_document_count: int
    revision: int


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """How much is stored for the tenant, and the newest revision."""

    document_count: int
    passage_count: int
    revision: int


class BreakerState(StrEnum):
    """Whether the gateway asks a service, not after failures, or once to see whether it works."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """Whether a service behind the gateway serves; `detail` says why it does not.

    Of its replicas the gateway asks those that rest only where no other can be asked. It knows none
    if it is of a version that does not say.
    """

    name: str
    serving: bool
    detail: str
    breaker_state: BreakerState = BreakerState.UNKNOWN
    replica_count: int = 0
    resting_replica_count: int = 0


@dataclass(frozen=True, slots=True)
class AdmissionStatus:
    """How many answers the gateway may make at once now, how many questions wait for a place.

    Refused ones are counted since its start, by cause: "full", "share", "batch",
    "waited" or "writing".
    """

    place_count: int
    waiting_count: int
    refused_counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LanguageModelStatus:
    """Whether a language model is asked by summarization, and how many texts it writes now."""

    name: str
    state: BreakerState
    active_generation_count: int


@dataclass(frozen=True, slots=True)
class MeshStatus:
    """The state of the mesh, as the gateway sees it. Older gateways tell nothing of admission."""

    services: tuple[ServiceStatus, ...]
    indexed_revision: int
    passage_count: int
    active_answer_count: int
    admission: AdmissionStatus | None = None
    language_models: tuple[LanguageModelStatus, ...] = ()
