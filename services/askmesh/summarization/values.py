"""What the summarization service is asked. Its answers are the messages of the contract."""

from dataclasses import dataclass


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
    document_passage_count: int = 0
    """How many passages its document has; 0 if unknown."""
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
    wants_table: bool = False
    table_columns: tuple[str, ...] = ()
    max_output_tokens: int | None = None
    seed: int | None = None
