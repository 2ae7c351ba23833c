"""The events of an answer, as values."""

from dataclasses import dataclass

from askmesh.client._parts import (
    Abstention,
    CacheStatus,
    DegradationReason,
    Missing,
    Outcome,
    QueryPlan,
    RankedSource,
    StageDuration,
    TableRow,
    Usage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEvent:
    """One event of an answer. `sequence` counts 1, 2, 3, without gaps."""

    answer_id: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(AnswerEvent):
    """How the question was understood."""

    plan: QueryPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesFound(AnswerEvent):
    """How many candidates were found, and the newest revision that the search could see.

    `permissions` names what whoever asked may read; it is empty for everything.
    """

    passage_count: int
    indexed_revision: int
    permissions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesRanked(AnswerEvent):
    """The sources that the answer may cite, best first."""

    sources: tuple[RankedSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta(AnswerEvent):
    """Text to append."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDelta(AnswerEvent):
    """Rows to append. `columns` is set in the first delta of a table only."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(AnswerEvent):
    """Ties a part of the text to a source; offsets count code points of the whole text."""

    source_number: int
    passage_id: str
    start_offset: int
    end_offset: int
    quote: str
    support: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedSpan(AnswerEvent):
    """Nothing supports a part of the text; offsets count code points of the whole text."""

    start_offset: int
    end_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation(AnswerEvent):
    """A part of the mesh was missing or too slow; it may work, and only have had no room."""

    reason: DegradationReason
    detail: str
    for_want_of_room: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(AnswerEvent):
    """The answer is complete. Exactly one, and the last event. Abstentions say why.

    `answered_question` is the one that it was made for, if that was in other words.
    """

    outcome: Outcome
    usage: Usage
    stage_durations: tuple[StageDuration, ...]
    cache_status: CacheStatus
    degradations: tuple[Missing, ...]
    elapsed_seconds: float
    abstention: Abstention | None = None
    answered_question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(AnswerEvent):
    """An event of a newer gateway, which this version does not know. It may be passed over."""


Event = (
    PlanMade
    | SourcesFound
    | SourcesRanked
    | TextDelta
    | TableDelta
    | Citation
    | UnsupportedSpan
    | Degradation
    | Completed
    | OtherEvent
)
