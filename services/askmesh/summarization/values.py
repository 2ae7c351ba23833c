"""What the summarization service is asked, and the events it answers with."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A scored sentence: `text[start:end]` of its passage, in code points."""

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
class ModelMissing:
    """The language model did not write all of the answer: quotes stand in for it."""

    detail: str


class Outcome(Enum):
    """How an answer ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


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


SummaryEvent = TextDelta | TableDelta | Citation | ModelMissing | SummaryCompleted
