"""Documents as they arrive, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from askmesh.ingestion.media_types import MediaType
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import SplitPassage


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as a client sent it: an empty title or a missing form are for us to find."""

    document_id: str
    source: str
    title: str
    content: bytes
    media_type: MediaType | None
    modified_time: datetime | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document in passages, and what it says about itself.

    Notices are sentences for whoever handed the document in.
    """

    title: str
    passages: tuple[SplitPassage, ...]
    attributes: Mapping[str, str]
    notices: tuple[str, ...]


class Outcome(Enum):
    """What became of a document."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one document. `refusal` is set exactly if it was refused.

    Notices say what of it could not be kept, or had to be guessed.
    """

    document_id: str
    source: str
    outcome: Outcome
    passage_count: int = 0
    revision: int = 0
    refusal: DocumentRefusedError | None = None
    notices: tuple[str, ...] = ()
