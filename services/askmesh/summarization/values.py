"""What the summarization service is asked, and the events it answers with."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A scored unit: `text[start:end]` of its passage, in code points."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that may be used. Scores are probabilities; None if there is none."""

    passage_id: str
    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    score: float | None = None
    sentences: tuple[SourceSentence, ...] = ()
    document_id: str = ""
    position: int = 0
    modified: str = ""
    """The day of the last change, as in 2026-01-31; empty if unknown."""

    @property
    def whole_text(self) -> str:
        """The text after its title and headings."""
        return "\n".join((self.title, *self.headings, self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRequest:
    """A question and its sources, best first. Citations number the sources from 1.

    Each of the `sub_questions`, if there are any, should find evidence of its own.
    """

    question: str
    sources: tuple[Source, ...]
    sub_questions: tuple[str, ...] = ()
    required_terms: tuple[str, ...] = ()
    wants_table: bool = False
    table_columns: tuple[str, ...] = ()
    max_output_tokens: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Text to append to the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row, with the numbers of the sources that support it."""

    cells: tuple[str, ...]
    source_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableDelta:
    """Rows to append; `columns` is set in the first delta of a table only."""

    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """The answer's text from `start` to `end` is supported by words of a source."""

    source_number: int
    passage_id: str
    start: int
    end: int
    quote: str
    support: float


@dataclass(frozen=True, slots=True)
class UnsupportedSpan:
    """The answer's text from `start` to `end` is supported by nothing."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ModelMissing:
    """The language model did not write all of the answer: quotes stand in for it."""

    detail: str


class Outcome(Enum):
    """How an answer ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


class Reason(Enum):
    """Why a question was not answered."""

    NOTHING_NEAR = "nothing is near"
    NOT_ANSWERED = "near, but not answered"
    LANGUAGE_NOT_SUPPORTED = "the question's language is not supported"
    UNSUPPORTED_AFTER_WRITING = "what was written is not supported"


@dataclass(frozen=True, slots=True)
class Abstention:
    """That a question was not answered, and the source that comes nearest, if there is one."""

    reason: Reason
    nearest_source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryCompleted:
    """The end of an answer. `model` is empty if no language model took part."""

    outcome: Outcome
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token_seconds: float | None = None
    supported_sentences: int = 0
    unsupported_sentences: int = 0
    abstention: Abstention | None = None


SummaryEvent = TextDelta | TableDelta | Citation | UnsupportedSpan | ModelMissing | SummaryCompleted
