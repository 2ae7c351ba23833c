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
    """Say why quotes stand for what the only model that was asked would have written."""
    return f"The language model {failure.value}, so the answer quotes its sources."


def _told(failed: Sequence[tuple[Failure, str]]) -> str:
    """Say it of all models that were asked; each of several has its name."""
    if len(failed) == 1:
        return in_quotes(failed[0][0])
    clauses = " and ".join(f"{name} {failure.value}" for failure, name in failed)
    return f"Of the language models {clauses}, so the answer quotes its sources."


def _without(draft: Draft) -> Degradation | None:
    tried: Sequence[TextWriter | TableWriter]
    tried = draft.texts if draft.text.record.failure else draft.tables
    if tried[-1].record.failure is None:
        return None
    failed = [(each.record.failure, each.model.name) for each in tried if each.record.failure]
    return Degradation(
        reason=DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
        detail=_told(failed),
        # One that had no room may have it later, whatever became of those after it.
        for_want_of_room=any(failure is not Failure.NOT_THERE for failure, _ in failed),
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
