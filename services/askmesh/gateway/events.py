"""The events of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.gateway.values import (
    Degradation,
    Outcome,
    QueryPlan,
    RankedPassage,
    StageDuration,
    Usage,
)


@dataclass(frozen=True, slots=True)
class PlanMade:
    """How the question was understood."""

    plan: QueryPlan


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """What retrieval found."""

    passage_count: int
    indexed_revision: int


@dataclass(frozen=True, slots=True)
class SourcesRanked:
    """The sources that the answer may cite; citations number them from 1."""

    sources: tuple[RankedPassage, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Text to append."""

    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table and the numbers of its sources."""

    cells: tuple[str, ...]
    source_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableDelta:
    """Rows to append; columns in the first delta only."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class TableReset:
    """The table starts again."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Ties text, by its code points, to the source that supports it."""

    source_number: int
    passage_id: str
    start: int
    end: int
    quote: str
    support: float


@dataclass(frozen=True, slots=True)
class SummaryCompleted:
    """The end of the writing of an answer."""

    outcome: Outcome
    usage: Usage


@dataclass(frozen=True, slots=True)
class AnswerCompleted:
    """The end of an answer. Always the last event."""

    outcome: Outcome
    usage: Usage
    stage_durations: Sequence[StageDuration]
    degradations: Sequence[Degradation]
    elapsed_seconds: float


SummaryPart = TextDelta | TableDelta | TableReset | Citation | Degradation
EventBody = PlanMade | SourcesFound | SourcesRanked | SummaryPart | AnswerCompleted


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """One event of an answer; sequences count 1, 2, 3 without gaps."""

    answer_id: str
    sequence: int
    body: EventBody


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing new, but the answer is alive. Not one of its events."""
