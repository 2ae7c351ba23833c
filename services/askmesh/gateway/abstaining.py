"""Questions that the gateway itself does not answer, and what it says instead."""

from collections.abc import Sequence

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.answer_pb2 import Abstention, TextDelta
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    INTENT_OUT_OF_SCOPE,
    QueryPlan,
)
from askmesh.gateway.progress import Progress
from askmesh.gateway.searching import Found

GREETING = "Hello! Ask me something about your documents, and I will answer with sources."
OUT_OF_SCOPE = "I can only answer questions from the documents that I was given."
COLLECTION_EMPTY = "There are no documents yet, so there is nothing to answer from."
MAX_NAMED = 3


def nothing_to_read(
    found: Found, passage_filter: Filter
) -> tuple[answer_pb2.AbstentionReason.ValueType, str] | None:
    """Return why there was nothing to find, and a sentence about it; None if there was something.

    A search that failed proves nothing.
    """
    incomplete = answer_pb2.DEGRADATION_REASON_SEARCH_INCOMPLETE
    if found.passages or any(each.reason == incomplete for each in found.degradations):
        return None
    if not found.collection_passage_count:
        return answer_pb2.ABSTENTION_REASON_COLLECTION_EMPTY, COLLECTION_EMPTY
    conditions = _conditions(passage_filter)
    if not conditions:
        return None
    sentence = f"None of the documents meets the filter of this question: {'; '.join(conditions)}."
    return answer_pb2.ABSTENTION_REASON_FILTER_EXCLUDED_ALL, sentence


def reply_without_documents(plan: QueryPlan, progress: Progress) -> None:
    """Answer what is no question about documents."""
    if plan.intent == INTENT_OUT_OF_SCOPE:
        abstain(answer_pb2.ABSTENTION_REASON_OUT_OF_SCOPE, OUT_OF_SCOPE, progress)
        return
    progress.emit(AnswerEvent(text_delta=TextDelta(text=GREETING)))
    progress.complete(answer_pb2.ANSWER_OUTCOME_SMALL_TALK)


def abstain(
    reason: answer_pb2.AbstentionReason.ValueType, sentence: str, progress: Progress
) -> None:
    """Say in one sentence why there is no answer, and end."""
    progress.emit(AnswerEvent(text_delta=TextDelta(text=sentence)))
    progress.complete(answer_pb2.ANSWER_OUTCOME_ABSTAINED, abstention=Abstention(reason=reason))


def _conditions(passage_filter: Filter) -> list[str]:
    """Return the conditions of a filter in words."""
    times = [
        f"modified {word} {time.ToDatetime():%Y-%m-%d %H:%M} UTC"
        for field, word, time in (
            ("modified_after_time", "at or after", passage_filter.modified_after_time),
            ("modified_before_time", "before", passage_filter.modified_before_time),
        )
        if any(each.name == field for each, _ in passage_filter.ListFields())
    ]
    attributes = passage_filter.attributes
    return [
        *_named("source", passage_filter.sources),
        *_named("document", passage_filter.document_ids),
        *times,
        *(f"{name} is {attributes[name]}" for name in sorted(attributes)),
    ]


def _named(kind: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = len(names) - MAX_NAMED
    some = " or ".join(names[:MAX_NAMED])
    return [f"{kind} {some}{f' or one of {more} more' if more > 0 else ''}"]
