"""What query understanding works on, and what it needs from others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from askmesh.passages import Filter


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange. The answer is empty if it was cancelled."""

    question: str
    answer: str = ""


class Intent(Enum):
    """What kind of answer a question wants."""

    FACT = auto()
    EXPLANATION = auto()
    COMPARISON = auto()
    LIST = auto()
    SMALL_TALK = auto()
    OUT_OF_SCOPE = auto()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How to find the answer of a question."""

    standalone_question: str
    intent: Intent
    sub_questions: tuple[str, ...] = ()
    language: str = ""
    key_terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    document_filter: Filter = field(default_factory=Filter)
    wants_table: bool = False
    table_columns: tuple[str, ...] = ()
    model_assisted: bool = False


class LanguageDetector(Protocol):
    """Tell the language of a text."""

    def language(self, text: str) -> str:
        """Return an ISO 639-1 code, or an empty string if the language cannot be told."""
        ...


class QuestionRewriter(Protocol):
    """Rewrite a question so that it is understandable without its conversation."""

    async def rewrite(self, question: str, conversation: Sequence[Turn]) -> str | None:
        """Return the question rewritten, or None if that failed or took too long."""
        ...
