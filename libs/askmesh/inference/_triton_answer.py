"""From Triton's replies to one request to the chunks of its answer."""

from collections.abc import Sequence

from askmesh.inference._ports import FinishReason, GenerationChunk, GenerationRequest
from askmesh.inference._triton_tensors import TritonModel
from askmesh.inference._triton_wire import Reply


class TritonAnswer:
    """The chunks of one answer, from the replies to one request."""

    def __init__(
        self, request: GenerationRequest, interface: TritonModel, *, cumulative: bool | None
    ) -> None:
        self._request = request
        self._prompt = "" if interface.leaves_prompt_out else request.prompt
        self._deltas = TextDeltas(
            cumulative=cumulative, usually_cumulative=interface.answers_cumulatively
        )
        self._stop = StopFilter(request.stop)
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._reason = ""
        self.complete = False

    @property
    def cumulative(self) -> bool | None:
        """Whether pieces repeat the text so far, as far as this answer showed it."""
        return self._deltas.cumulative

    def take(self, reply: Reply) -> GenerationChunk | None:
        """The chunk for a reply; None when it brings nothing new."""
        new = self._deltas.feed(reply.text.removeprefix(self._prompt))
        self._count(reply, pieces=1 if new else 0)
        text = self._stop.feed(new)
        self._reason = reply.finish_reason or self._reason
        self.complete = reply.final or self._stop.stopped
        if self.complete:
            return self._chunk(text + self._stop.finish(), self._finish_reason())
        return self._chunk(text, None) if text else None

    def _count(self, reply: Reply, *, pieces: int) -> None:
        self._prompt_tokens = reply.prompt_tokens or self._prompt_tokens
        if reply.completion_tokens is not None:
            self._completion_tokens = reply.completion_tokens
        else:
            self._completion_tokens += pieces

    def _finish_reason(self) -> FinishReason:
        if self._stop.stopped:
            return "stop"
        if self._reason in {"stop", "length"}:
            return "length" if self._reason == "length" else "stop"
        return "length" if self._completion_tokens >= self._request.max_tokens else "stop"

    def _chunk(self, text: str, reason: FinishReason | None) -> GenerationChunk:
        return GenerationChunk(
            text=text,
            finish_reason=reason,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
        )


_PIECES_TO_BE_SURE = 3


class TextDeltas:
    """New text of each piece, whether pieces repeat the text so far or not.

    Servers differ in this and do not say it. As long as every piece begins with the whole piece
    before, pieces are taken to be cumulative. `cumulative` is what is known in advance; after the
    first few pieces it is what was found.
    """

    def __init__(self, *, cumulative: bool | None = None, usually_cumulative: bool = False) -> None:
        self.cumulative = cumulative
        self._usually_cumulative = usually_cumulative
        self._last = ""
        self._growing = 0

    def feed(self, piece: str) -> str:
        """The part of `piece` that was not seen before."""
        if not piece:
            return ""
        new = piece
        if self._is_cumulative(piece):
            new = piece[len(self._last) :]
            self._last = piece
        elif not self._last:
            self._last = piece
        return new

    def _is_cumulative(self, piece: str) -> bool:
        if self.cumulative is not None:
            return self.cumulative
        if not self._last:
            return False
        if piece == self._last:
            return self._usually_cumulative or self._growing > 0
        if not piece.startswith(self._last):
            self.cumulative = False
            return False
        self._growing += 1
        if self._growing >= _PIECES_TO_BE_SURE:
            self.cumulative = True
        return True


class StopFilter:
    """Holds text back while it may be the beginning of a stop string, and cuts there."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(string for string in stop if string)
        self._held = ""
        self.stopped = False
        """A stop string has come; all text after it is dropped."""

    def feed(self, text: str) -> str:
        """What can be released now."""
        if self.stopped:
            return ""
        self._held += text
        ends = [end for stop in self._stop if (end := self._held.find(stop)) >= 0]
        self.stopped = bool(ends)
        return self._release(min(ends) if ends else len(self._held) - self._doubtful())

    def finish(self) -> str:
        """What was held back, when no more text comes."""
        return "" if self.stopped else self._release(len(self._held))

    def _release(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        return text

    def _doubtful(self) -> int:
        """Length of the longest end of the held text that begins a stop string."""
        longest = max((len(stop) for stop in self._stop), default=1) - 1
        return next(
            (
                length
                for length in range(min(longest, len(self._held)), 0, -1)
                if any(stop.startswith(self._held[-length:]) for stop in self._stop)
            ),
            0,
        )
