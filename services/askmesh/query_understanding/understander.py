"""The use case: a plan for one question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from askmesh.query_understanding.filters import filter_of
from askmesh.query_understanding.intent import intent_of, is_small_talk
from askmesh.query_understanding.phrases import key_terms, phrases, written_numbers
from askmesh.query_understanding.ports import (
    Intent,
    LanguageDetector,
    QueryPlan,
    QuestionRewriter,
    Turn,
)
from askmesh.query_understanding.rewriting import is_faithful
from askmesh.query_understanding.standalone import standalone
from askmesh.query_understanding.sub_questions import sub_questions
from askmesh.query_understanding.tables import table_columns, wants_table
from askmesh.text import names, normalise

_RULES_LANGUAGES = frozenset({"", "en"})
_SEARCHED_INTENTS = frozenset(Intent) - {Intent.SMALL_TALK, Intent.OUT_OF_SCOPE}
# A short question in another language may leave anything to the conversation.
_SHORT_WORDS = 6
# The form of a long question is told from its beginning and its end.
_FORM_CHARS = 400


class Understander:
    """Makes plans by rules, and asks a language model only where rules do not suffice.

    The rules read English. Questions in other languages are searched as they are typed.
    """

    def __init__(
        self,
        detector: LanguageDetector,
        rewriter: QuestionRewriter | None,
        *,
        today: Callable[[], date],
    ) -> None:
        self._detector = detector
        self._rewriter = rewriter
        self._today = today

    async def understand(self, question: str, conversation: Sequence[Turn]) -> QueryPlan:
        """Return the plan for `question`, the turn after `conversation`."""
        typed = normalise(question)
        language = self._detector.language(typed)
        whole = await self._standalone(typed, conversation, language)
        return _plan(typed, whole, language, self._today())

    async def _standalone(
        self, typed: str, conversation: Sequence[Turn], language: str
    ) -> "_Whole":
        if not conversation or is_small_talk(typed):
            return _Whole(typed)
        if language in _RULES_LANGUAGES:
            by_rules = standalone(typed, conversation)
            question, certain = by_rules.question, by_rules.certain
        else:
            question, certain = typed, len(typed.split()) > _SHORT_WORDS
        if certain or self._rewriter is None:
            return _Whole(question)
        rewritten = await self._rewriter.rewrite(typed, conversation)
        plain = normalise(rewritten or "")
        if is_faithful(plain, typed, conversation):
            return _Whole(plain, model_assisted=True)
        return _Whole(question)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A question that needs no conversation."""

    question: str
    model_assisted: bool = False


def _plan(typed: str, whole: _Whole, language: str, today: date) -> QueryPlan:
    question, form = whole.question, _form(typed)
    table = wants_table(form)
    intent = intent_of(_form(question), wants_table=table)
    found_names = tuple(names(question))
    is_split = intent in _SEARCHED_INTENTS and language in _RULES_LANGUAGES
    return QueryPlan(
        standalone_question=question,
        intent=intent,
        sub_questions=sub_questions(_form(question)) if is_split else (),
        language=language,
        key_terms=key_terms(question),
        phrases=phrases(question, found_names),
        names=found_names,
        numbers=written_numbers(question),
        document_filter=filter_of(form, today),
        wants_table=table,
        table_columns=table_columns(form),
        model_assisted=whole.model_assisted,
    )


def _form(question: str) -> str:
    if len(question) <= 2 * _FORM_CHARS:
        return question
    return f"{question[:_FORM_CHARS]} {question[-_FORM_CHARS:]}"
