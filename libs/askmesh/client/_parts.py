"""What questions and events are made of, as values."""

from dataclasses import dataclass, field
from enum import StrEnum

from askmesh.passages import Filter, Passage


class Intent(StrEnum):
    """What kind of answer a question wants."""

    UNKNOWN = "unknown"
    FACT = "fact"
    EXPLANATION = "explanation"
    COMPARISON = "comparison"
    LIST = "list"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"


class Outcome(StrEnum):
    """How an answer ended."""

    UNKNOWN = "unknown"
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    CANCELLED = "cancelled"
    SMALL_TALK = "small_talk"


class CacheStatus(StrEnum):
    """Whether an answer came from a cache."""

    UNKNOWN = "unknown"
    MISS = "miss"
    EXACT_HIT = "exact_hit"
    SEMANTIC_HIT = "semantic_hit"
    JOINED = "joined"


class AbstentionReason(StrEnum):
    """Why a question was not answered."""

    UNKNOWN = "unknown"
    COLLECTION_EMPTY = "collection_empty"
    FILTER_EXCLUDED_ALL = "filter_excluded_all"
    NOTHING_NEAR = "nothing_near"
    NOT_ANSWERED = "not_answered"
    LANGUAGE_NOT_SUPPORTED = "language_not_supported"
    UNSUPPORTED_AFTER_WRITING = "unsupported_after_writing"
    OUT_OF_SCOPE = "out_of_scope"


class DegradationReason(StrEnum):
    """What an answer had to do without."""

    UNKNOWN = "unknown"
    VECTOR_SEARCH_UNAVAILABLE = "vector_search_unavailable"
    KEYWORD_SEARCH_UNAVAILABLE = "keyword_search_unavailable"
    RERANKING_UNAVAILABLE = "reranking_unavailable"
    RERANKING_TRUNCATED = "reranking_truncated"
    LANGUAGE_MODEL_UNAVAILABLE = "language_model_unavailable"
    QUERY_UNDERSTANDING_UNAVAILABLE = "query_understanding_unavailable"
    DOCUMENT_STORE_UNAVAILABLE = "document_store_unavailable"
    SEARCH_INCOMPLETE = "search_incomplete"
    LANGUAGE_MODEL_REPLACED = "language_model_replaced"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation; the answer is empty if it was cancelled."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How a question was understood."""

    standalone_question: str
    sub_questions: tuple[str, ...] = ()
    intent: Intent = Intent.UNKNOWN
    language: str = ""
    key_terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    filter: Filter = field(default_factory=Filter)
    wants_table: bool = False
    table_columns: tuple[str, ...] = ()
    model_assisted: bool = False


@dataclass(frozen=True, slots=True)
class RankedSource:
    """A passage that an answer may cite. `number` is what citations call it, from 1.

    So many parts of it are instructions to the system, and no evidence.
    """

    number: int
    score: float | None
    passage: Passage
    planted_instruction_count: int = 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, with the numbers of the sources that support it."""

    cells: tuple[str, ...]
    source_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the mesh that an answer did without, and one sentence about it.

    It may work, and only have had no room.
    """

    reason: DegradationReason
    detail: str
    for_want_of_room: bool = False


@dataclass(frozen=True, slots=True)
class StageDuration:
    """When a stage began, from admission, and how long it took."""

    stage: str
    start_seconds: float
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one language model consumed. `price_micros` are millionths of the currency."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    price_micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer consumed. `model` is empty if no language model took part."""

    prompt_tokens: int
    completion_tokens: int
    model: str
    models: tuple[ModelUsage, ...] = ()


@dataclass(frozen=True, slots=True)
class Abstention:
    """That a question was not answered, and why. The nearest source is 0 if there is none."""

    reason: AbstentionReason
    nearest_source_number: int
