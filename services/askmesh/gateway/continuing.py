"""An answer that is made again from its start, for readers who have its beginning."""

from collections.abc import Sequence

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.errors import UnavailableError
from askmesh.gateway.ports import AnswerSink

LOST = "ANSWER_LOST"
"""The reason of an answer that cannot be continued."""

_ONCE = frozenset({"plan_made", "sources_found", "sources_ranked"})
"""What an answer tells once. What follows is as it was told, so it must be the same again."""


class Continuation:
    """Pass on what follows the events that are delivered, and nothing twice.

    Raise `UnavailableError` where the second making differs: what readers have cannot be taken
    back.
    """

    def __init__(self, delivered: Sequence[bytes], sink: AnswerSink) -> None:
        self._pending = [_without_place(AnswerEvent.FromString(event)) for event in delivered]
        self._text = "".join(event.text_delta.text for event in self._pending)
        self._pending = [event for event in self._pending if not event.HasField("text_delta")]
        self._sink = sink

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
        if event.HasField("completed") and self._text:
            raise _lost()
        self._sink(event)

    def _continue_text(self, text: str) -> None:
        """Pass on what goes beyond the text that is delivered."""
        known = min(len(text), len(self._text))
        if text[:known] != self._text[:known]:
            raise _lost()
        self._text = self._text[known:]
        if text[known:]:
            self._sink(AnswerEvent(text_delta=TextDelta(text=text[known:])))


def _without_place(event: AnswerEvent) -> AnswerEvent:
    event.ClearField("sequence")
    return event


def _lost() -> UnavailableError:
    return UnavailableError(LOST, "the answer broke off, and cannot be continued: please ask again")
