"""What an answer says of language models that did not write it."""

from collections.abc import Mapping, Sequence

from askmesh.api.common.v1.answer_pb2 import (
    DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED,
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
    Degradation,
    DegradationReason,
)
from askmesh.summarization.drafting import Draft
from askmesh.summarization.generation_record import Failure
from askmesh.summarization.writers import TableWriter, TextWriter
from askmesh.summarization.writing_models import WritingModel

_LABELS: Mapping[DegradationReason.ValueType, str] = {
    DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED: "language_model_replaced",
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE: "language_model_unavailable",
}


def missing_models(draft: Draft) -> list[Degradation]:
    """Say that no model wrote all of the answer, or that another one wrote than should have."""
    said = [_without(draft), _replaced(draft)]
    return [each for each in said if each is not None]


def in_quotes(failure: Failure) -> str:
    """Say why quotes stand for what a model would have written."""
    return f"The language model {failure.value}, so the answer quotes its sources."


def _without(draft: Draft) -> Degradation | None:
    failure = draft.text.record.failure or draft.table.record.failure
    if failure is None:
        return None
    reason = DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
    return Degradation(
        reason=reason,
        detail=in_quotes(failure),
        for_want_of_room=failure is not Failure.NOT_THERE,
    )


def _replaced(draft: Draft) -> Degradation | None:
    parts: Sequence[TextWriter | TableWriter] = (draft.text, draft.table)
    for writer in parts:
        passed = _passed_over(draft, writer) if writer.record.has_begun else None
        if passed is not None:
            why = _failure_of(draft, passed).value
            return Degradation(
                reason=DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED,
                detail=f"The language model {passed.name} {why}, so {writer.model.name} wrote.",
            )
    return None


def _passed_over(draft: Draft, writer: TextWriter | TableWriter) -> WritingModel | None:
    """Return the model that should have written. Of doubts only some may write."""
    wanted = draft.route.wanted
    better = wanted[: wanted.index(writer.model)]
    may_write = (m for m in better if m.profile.decides_doubts or not writer.evidence.doubtful)
    return next(may_write, None)


def _failure_of(draft: Draft, model: WritingModel) -> Failure:
    for writer in draft.writers:
        if writer.model is model and writer.record.failure is not None:
            return writer.record.failure
    return Failure.NOT_THERE if model.name in draft.route.failed else Failure.BUSY


def label_of(degradation: Degradation) -> str:
    """Return what a metric calls it."""
    return _LABELS[degradation.reason]
