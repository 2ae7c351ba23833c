"""What the gateway talks about: questions, plans, sources, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from askmesh.passages import Passage


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
        """Return these conditions, and those of `implied` where this filter has none.

        The two times are one condition: a range is never made of both filters.
        """
        times = self if self.modified_after or self.modified_before else implied
        return PassageFilter(
            self.sources or implied.sources,
            self.document_ids or implied.document_ids,
            times.modified_after,
            times.modified_before,
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
