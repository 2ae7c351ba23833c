"""The use case: a plan for one question."""

from collections.abc import Callable, Sequence
from datetime import date

from askmesh.api.query_understanding.v1 import query_understanding_pb2 as pb2
from askmesh.passages import filter_to_wire
from askmesh.query_understanding.filters import filter_of
from askmesh.query_understanding.follow_ups import (
    QuestionRewriter,
    beside,
    is_faithful,
    leaves_open,
)
from askmesh.query_understanding.intent import intent_of, is_small_talk
from askmesh.query_understanding.language import LanguageDetector
from askmesh.query_understanding.phrases import key_terms, phrases, written_numbers
from askmesh.query_understanding.sub_questions import sub_questions
from askmesh.query_understanding.substitution import substituted
from askmesh.query_understanding.tables import table_columns, wants_table
from askmesh.telemetry import Telemetry
from askmesh.text import names, normalise

_RULES_LANGUAGES = frozenset({"", "en"})
_NOT_SEARCHED = frozenset({pb2.INTENT_SMALL_TALK, pb2.INTENT_OUT_OF_SCOPE})
# A short question in another language may leave anything to the conversation.
_SHORT_WORDS = 6
# The form of a long question is told from its beginning and its end.
_FORM_CHARS = 400


class Understander:
    """Makes plans by rules; a language model completes what they cannot of a conversation.

    The rules read English. Questions in other languages are searched as they are typed.
    """

    def __init__(
        self,
        detector: LanguageDetector,
        rewriter: QuestionRewriter | None,
        telemetry: Telemetry,
        *,
        today: Callable[[], date],
    ) -> None:
        self._detector = detector
        self._rewriter = rewriter
        self._telemetry = telemetry
        self._today = today

    async def understand(self, question: str, conversation: Sequence[pb2.Turn]) -> pb2.QueryPlan:
        """Return the plan for `question`, the turn after `conversation`."""
        with self._telemetry.stage("query_understanding"):
            return await self._understand(question, conversation)

    async def _understand(self, question: str, conversation: Sequence[pb2.Turn]) -> pb2.QueryPlan:
        typed = normalise(question)
        language = self._detector.language(typed)
        if not conversation or is_small_talk(typed) or not _may_leave_open(typed, language):
            return _plan(typed, typed, language, self._today())
        exchanged = substituted(typed, conversation)
        if exchanged and is_faithful(exchanged, typed, conversation):
            return _plan(typed, exchanged, language, self._today())
        whole = await self._whole(typed, conversation)
        plan = _plan(typed, whole or beside(typed, conversation), language, self._today())
        plan.model_assisted = whole is not None
        return plan

    async def _whole(self, typed: str, conversation: Sequence[pb2.Turn]) -> str | None:
        if self._rewriter is None:
            return None
        with self._telemetry.stage("rewriting"):
            written = normalise(await self._rewriter.rewrite(typed, conversation) or "")
        return written if is_faithful(written, typed, conversation) else None


def _may_leave_open(typed: str, language: str) -> bool:
    if language in _RULES_LANGUAGES:
        return leaves_open(typed)
    return len(typed.split()) <= _SHORT_WORDS


def _plan(typed: str, question: str, language: str, today: date) -> pb2.QueryPlan:
    form = _form(typed)
    table = wants_table(form)
    intent = intent_of(_form(question), wants_table=table)
    found_names = tuple(names(question))
    is_split = intent not in _NOT_SEARCHED and language in _RULES_LANGUAGES
    return pb2.QueryPlan(
        standalone_question=question,
        intent=intent,
        sub_questions=sub_questions(_form(question)) if is_split else (),
        language=language,
        key_terms=key_terms(question),
        phrases=phrases(question, found_names),
        names=found_names,
        numbers=written_numbers(question),
        filter=filter_to_wire(filter_of(form, today)),
        wants_table=table,
        table_columns=table_columns(form),
    )


def _form(question: str) -> str:
    if len(question) <= 2 * _FORM_CHARS:
        return question
    return f"{question[:_FORM_CHARS]} {question[-_FORM_CHARS:]}"
