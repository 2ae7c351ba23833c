"""How an answer ends: what is said when the model is done, and the last messages."""

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_NOT_ANSWERED,
    ABSTENTION_REASON_NOTHING_NEAR,
    ABSTENTION_REASON_UNSUPPORTED_AFTER_WRITING,
    ANSWER_OUTCOME_ABSTAINED,
    ANSWER_OUTCOME_ANSWERED,
    Abstention,
    AbstentionReason,
    TextDelta,
    Usage,
)
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse, SummaryCompleted
from askmesh.passages import duration_to_wire
from askmesh.summarization.answerability import says_the_opposite, signals_of
from askmesh.summarization.asked_things import speaks_of_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.compared_things import tells_one_alone
from askmesh.summarization.drafting import DOUBTLESS, Draft
from askmesh.summarization.evidence import lead_of
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.nearest import is_alone, nearest_statement
from askmesh.summarization.quotes_instead import is_strange_row
from askmesh.summarization.said import Said
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.wording import abstention_text
from askmesh.summarization.writers import TextWriter

NEAR = 0.02
"""A source whose best unit scores less is about something else."""
QUOTABLE = 0.4
"""From this probability on, the evidence may be quoted where nothing that the model wrote holds."""
QUOTABLE_COVERAGE = 0.4
"""And only a unit that has, with what stands above it, this share of the question's words."""
LIKELY, SPOKEN_OF, TIMES_THE_NEXT = 0.5, 0.75, 2.0
"""From this probability on, the best statement is quoted although the model refused, if it has that
share of the question's words or is so many times as near as the next. In seventeen small
collections, which are not reported, that were four, all of them right."""


async def finish(request: SummaryRequest, draft: Draft) -> Abstention | None:
    """Say what is left to say when the model is done, and return why nothing was answered."""
    text, table, evidence = draft.text, draft.table, draft.text.evidence
    if request.wants_table and not (table.row_count or evidence.doubtful):
        await table.send_evidence()
    if table.row_count or not text.text.is_empty:
        return None
    reason = _why_nothing(text)
    if reason is None:
        await text.send(text.text.quote_best())
        return None
    meant = text.text.instead.to_look_at
    if meant is not None and await draft.confirms(meant):
        await text.send(text.text.quote_meant())
        return None
    return await _abstained(request, text, reason)


def _why_nothing(text: TextWriter) -> AbstentionReason.ValueType | None:
    """Return why nothing is answered where nothing that the model wrote holds; None to quote."""
    evidence, failed = text.evidence, text.record.failure is not None
    is_told = _has_what_is_asked_for(evidence)
    surely = (is_told and evidence.probability >= DOUBTLESS) or _speaks_of_all(evidence)
    if not surely and (text.text.declined or (evidence.doubtful and failed)):
        return ABSTENTION_REASON_NOT_ANSWERED
    if (is_told and failed) or _is_quotable(evidence, text):
        return None
    return ABSTENTION_REASON_UNSUPPORTED_AFTER_WRITING


async def _abstained(
    request: SummaryRequest, text: TextWriter, reason: AbstentionReason.ValueType
) -> Abstention:
    """Say that there is no answer, and what comes nearest."""
    evidence = text.evidence
    nearest = evidence.shown[0]
    if nearest.score < NEAR and evidence.probability < QUOTABLE:
        abstention = Abstention(reason=ABSTENTION_REASON_NOTHING_NEAR)
    else:
        number = nearest.source_number
        abstention = Abstention(reason=reason, nearest_source_number=number)
    await text.send(text.text.say(Said(_in_words(request, abstention))))
    if abstention.nearest_source_number and (said := nearest_statement(evidence)):
        await text.send(text.text.say(said))
    return abstention


def _speaks_of_all(evidence: Evidence) -> bool:
    """Tell whether the best statement stands alone, or likely answers all that was asked."""
    question, best = evidence.question, evidence.shown[0]
    coverage = signals_of(question, [best]).unit_coverage
    speaks_of = coverage >= SPOKEN_OF or lead_of(best, evidence.ranked) >= TIMES_THE_NEXT
    is_likely = evidence.probability >= LIKELY and speaks_of
    return (
        (is_likely or is_alone(evidence))
        and nearest_statement(evidence) is not None
        and _has_what_is_asked_for(evidence)
        and not says_the_opposite(question, best.own)
    )


def _has_what_is_asked_for(evidence: Evidence) -> bool:
    """Tell whether the best statement speaks of the thing asked for, and has something of its kind.

    Of several parts each has its own statement.
    """
    question, best = evidence.question, evidence.shown[0]
    is_of_its_kind = not (lacks_kind(question.text, best.text) or is_strange_row(question, best))
    if tells_one_alone(question, evidence.parts or [best]):
        return False
    return bool(evidence.parts) or (is_of_its_kind and speaks_of_it(question.text, [best]))


def _is_quotable(evidence: Evidence, text: TextWriter) -> bool:
    if evidence.probability >= DOUBTLESS and _has_what_is_asked_for(evidence):
        return True
    if text.text.instead.means_the_best:
        return True
    best = evidence.shown[0]
    coverage = signals_of(evidence.question, [best]).unit_coverage
    speaks_of = bool(evidence.parts) or coverage >= QUOTABLE_COVERAGE
    is_likely = evidence.probability >= QUOTABLE or is_alone(evidence)
    return is_likely and speaks_of and text.text.instead.has_a_place


def abstaining(request: SummaryRequest, abstention: Abstention) -> list[StreamSummaryResponse]:
    """Return the whole of an answer that has no evidence."""
    text = TextDelta(text=_in_words(request, abstention))
    completed = SummaryCompleted(outcome=ANSWER_OUTCOME_ABSTAINED, abstention=abstention)
    return [StreamSummaryResponse(text_delta=text), StreamSummaryResponse(completed=completed)]


def completion(
    abstention: Abstention | None, usage: Usage, draft: Draft, started: float
) -> SummaryCompleted:
    """Return the end of an answer that began at `started`, on the clock of `perf_counter`."""
    times = [time for record in draft.records if (time := record.first_token_time) is not None]
    return SummaryCompleted(
        outcome=ANSWER_OUTCOME_ABSTAINED if abstention else ANSWER_OUTCOME_ANSWERED,
        abstention=abstention,
        usage=usage,
        first_model_token_duration=duration_to_wire(min(times) - started) if times else None,
        supported_sentence_count=draft.text.text.supported,
        unsupported_sentence_count=draft.text.text.unsupported,
    )


def _in_words(request: SummaryRequest, abstention: Abstention) -> str:
    number = abstention.nearest_source_number
    source = request.sources[number - 1] if number else None
    place = " > ".join((source.title, *source.headings)).strip(" >") if source else ""
    return abstention_text(request.question, abstention, place)
