"""From Triton's replies to one request to the chunks of its answer."""

from askmesh.inference._generated_text import StopFilter, TextDeltas
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
