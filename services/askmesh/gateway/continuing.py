"""Answers that are made a second time, for readers who have their beginning."""

from collections.abc import Callable, Sequence

from askmesh.api.common.v1.answer_pb2 import (
    ANSWER_OUTCOME_ANSWERED,
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
    Degradation,
    TextDelta,
)
from askmesh.api.gateway.v1.gateway_pb2 import AnswerCompleted, AnswerEvent
from askmesh.errors import UnavailableError
from askmesh.gateway.ports import AnswerSink

LOST = "ANSWER_LOST"
"""The reason of an answer that cannot be continued."""

CUT_SHORT = Degradation(
    reason=DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
    detail="The writing broke off, and other words came the second time: the answer ends with its "
    "last whole sentence.",
)

_ONCE = frozenset({"plan_made", "sources_found", "sources_ranked"})
"""What an answer tells once. What follows is as it was told, so it must be the same again."""
_OF_TEXT = frozenset({"citation", "unsupported_span"})


class Continuation:
    """Pass on what follows the events that are delivered, and nothing twice.

    What readers have cannot be taken back. Where other words are written the second time, an answer
    of whole sentences, each with its source, ends with them and is `cut_short`. Raise
    `UnavailableError` where anything else differs.
    """

    def __init__(
        self,
        delivered: Sequence[bytes],
        sink: AnswerSink,
        cut_short: Callable[[Degradation], None],
    ) -> None:
        """`cut_short` has to send the degradation by way of this object."""
        self._delivered = delivered
        self._pending = [_without_place(AnswerEvent.FromString(event)) for event in delivered]
        self._text = "".join(event.text_delta.text for event in self._pending)
        self._pending = [event for event in self._pending if not event.HasField("text_delta")]
        self._is_cut = False
        self._sink = sink
        self._cut_short = cut_short

    def __call__(self, event: AnswerEvent) -> None:
        """Take the next event of the second making."""
        if event.HasField("text_delta"):
            self._continue_text(event.text_delta.text)
            return
        if event in self._pending:
            self._pending.remove(event)
            return
        kind = event.WhichOneof("event")
        waits = any(kind == each.WhichOneof("event") for each in self._pending)
        if waits and (kind in _ONCE or kind == "table_delta"):
            raise _lost()
        if event.HasField("completed"):
            self._complete(event.completed)
        if not (self._is_cut and kind in _OF_TEXT):
            self._sink(event)

    def _continue_text(self, text: str) -> None:
        """Pass on what goes beyond the text that is delivered."""
        known = min(len(text), len(self._text))
        if text[:known] != self._text[:known]:
            self._cut()
        if self._is_cut:
            return
        self._text = self._text[known:]
        if text[known:]:
            self._sink(AnswerEvent(text_delta=TextDelta(text=text[known:])))

    def _complete(self, completed: AnswerCompleted) -> None:
        if self._text and not self._is_cut:
            self._cut()
            completed.degradations.append(CUT_SHORT)
        if self._is_cut and completed.outcome != ANSWER_OUTCOME_ANSWERED:
            raise _lost()

    def _cut(self) -> None:
        """Let the text end where it is delivered, if that is an answer."""
        told = map(AnswerEvent.FromString, self._delivered)
        if not any(map(_is_of_the_first_sentence, told)):
            raise _lost()
        if not self._is_cut:
            self._is_cut = True
            self._cut_short(CUT_SHORT)


def _is_of_the_first_sentence(event: AnswerEvent) -> bool:
    """Tell whether an event is about the first words: only those of an answer have a source."""
    if event.HasField("citation"):
        return event.citation.start_offset == 0
    return event.HasField("unsupported_span") and event.unsupported_span.start_offset == 0


def _without_place(event: AnswerEvent) -> AnswerEvent:
    event.ClearField("sequence")
    return event


def _lost() -> UnavailableError:
    return UnavailableError(LOST, "the answer broke off, and cannot be continued: please ask again")
