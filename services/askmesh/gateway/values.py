"""What the gateway talks about: questions, plans, sources, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from askmesh.documents import Passage


class Intent(Enum):
    """What kind of answer a question wants."""

    FACT = "fact"
    EXPLANATION = "explanation"
    COMPARISON = "comparison"
    LIST = "list"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"


class Outcome(Enum):
    """How an answer ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    CANCELLED = "cancelled"
    SMALL_TALK = "small_talk"


class DegradationReason(Enum):
    """What an answer had to do without."""

    VECTOR_SEARCH_UNAVAILABLE = "vector_search_unavailable"
    KEYWORD_SEARCH_UNAVAILABLE = "keyword_search_unavailable"
    RERANKING_UNAVAILABLE = "reranking_unavailable"
    RERANKING_TRUNCATED = "reranking_truncated"
    LANGUAGE_MODEL_UNAVAILABLE = "language_model_unavailable"
    QUERY_UNDERSTANDING_UNAVAILABLE = "query_understanding_unavailable"
    DOCUMENT_STORE_UNAVAILABLE = "document_store_unavailable"


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Conditions on documents; all of them must hold, an empty filter admits everything."""

    sources: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])

    def over(self, implied: "PassageFilter") -> "PassageFilter":
        """Return these conditions, and those of `implied` where this filter has none."""
        return PassageFilter(
            self.sources or implied.sources,
            self.document_ids or implied.document_ids,
            self.modified_after or implied.modified_after,
            self.modified_before or implied.modified_before,
            {**implied.attributes, **self.attributes},
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a client asked it."""

    text: str
    conversation: tuple[Turn, ...] = ()
    filter: PassageFilter = PassageFilter()
    wants_table: bool | None = None
    seed: int | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How to find the answer of a question."""

    standalone_question: str
    sub_questions: tuple[str, ...] = ()
    intent: Intent = Intent.FACT
    language: str = ""
    key_terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    filter: PassageFilter = PassageFilter()
    wants_table: bool = False
    table_columns: tuple[str, ...] = ()
    model_assisted: bool = False

    @property
    def queries(self) -> tuple[str, ...]:
        """Return everything to search for, the standalone question first."""
        return (self.standalone_question, *self.sub_questions)

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Return the parts of the question that evidence must mention."""
        return tuple(dict.fromkeys((*self.names, *self.numbers, *self.phrases)))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, by its code points, and how well it answers, from 0 to 1."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage, its calibrated score if it was scored, and its scored sentences."""

    passage: Passage
    score: float | None = None
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Degradation:
    """What was missing, and a sentence about it."""

    reason: DegradationReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages that a search found, best first."""

    passages: tuple[Passage, ...]
    indexed_revision: int
    degradations: tuple[Degradation, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The passages worth citing, best first, and whether all candidates were scored."""

    passages: tuple[RankedPassage, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer consumed, in tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    model: str = ""


@dataclass(frozen=True, slots=True)
class StageDuration:
    """When a stage began, from admission, and how long it took, in seconds."""

    stage: str
    start_seconds: float
    elapsed_seconds: float


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
