"""One text completion, within limits of time and of how many run at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from askmesh.errors import AskmeshError, DeadlineError, OverloadedError, UnavailableError
from askmesh.inference import (
    GenerationChunk,
    GenerationRequest,
    LanguageModel,
    LanguageModelRejectionError,
)
from askmesh.resilience import BreakerPosition, time_remaining
from askmesh.summarization.generation_record import Failure, GenerationRecord
from askmesh.summarization.model_watch import ModelWatch, TooSlowError
from askmesh.summarization.slots import Slots

FAIR_SHARE = 0.5
"""A model that had less than this share of its time for the first token is hurried, not failing."""
MOST_HURRIED = 3
"""So many hurried completions, and no first token between them, are a failure."""


class PieceBuffer(Protocol):
    """Makes sentences or lines of pieces of text."""

    def feed(self, piece: str) -> list[str]:
        """Add a piece and return what it completed."""
        ...

    def rest(self, *, cut_off: bool) -> list[str]:
        """Return what is left at the end of a text, which may have been cut off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationLimits:
    """Times in seconds. `deadline_margin` is kept of the caller's deadline for what follows."""

    concurrency: int
    slot_wait: float
    first_token: float
    whole: float
    deadline_margin: float


@dataclass(frozen=True, slots=True)
class ModelTurn:
    """The turn of one model of several. `sharing` of them share the time left for a first token.

    Those before it have waited `waited_seconds` for room.
    """

    sharing: int = 1
    waited_seconds: float = 0.0


_ALONE = ModelTurn()


class Generations:
    """Run completions of one model, never more than `limits.concurrency` at once."""

    def __init__(
        self, model: LanguageModel, limits: GenerationLimits, watch: ModelWatch | None = None
    ) -> None:
        """`watch` says whether the model is asked. Without one nobody asks it beside the texts."""
        self._model = model
        self._limits = limits
        self.slots = Slots(limits.concurrency)
        self.watch = watch or ModelWatch(model, first_token_seconds=limits.first_token)
        self._hurried = 0

    @property
    def state(self) -> BreakerPosition:
        """Whether the model is asked now."""
        return self.watch.state

    async def stream(
        self,
        request: GenerationRequest,
        buffer: PieceBuffer,
        record: GenerationRecord,
        *,
        turn: ModelTurn = _ALONE,
    ) -> AsyncGenerator[str]:
        """Yield what `buffer` makes of the completion.

        A model that fails, is busy or too slow ends the stream and leaves its reason in
        `record.failure`; what was incomplete then is lost. Closing stops the generation.
        """
        try:
            async with self._slot(record, turn):
                with self.watch.attempt() as attempt:
                    async with (
                        aclosing(self._model.generate(request)) as chunks,
                        aclosing(self._timed(chunks, record, turn)) as timed,
                    ):
                        async for chunk in timed:
                            attempt.works()
                            for text in _texts(chunk, buffer):
                                yield text
        except (TooSlowError, TimeoutError, DeadlineError):
            record.failure = Failure.SLOW
        except (UnavailableError, LanguageModelRejectionError):
            record.failure = Failure.NOT_THERE
        except OverloadedError:
            record.failure = Failure.BUSY

    @asynccontextmanager
    async def _slot(self, record: GenerationRecord, turn: ModelTurn) -> AsyncGenerator[None]:
        asked = perf_counter()
        try:
            await self.slots.take(self._patience_for_room(turn))
        except TimeoutError:
            raise OverloadedError("GENERATIONS_BUSY", Failure.BUSY.value) from None
        finally:
            record.waited_seconds = perf_counter() - asked
        async with self.slots.held():
            yield

    async def _timed(
        self, chunks: AsyncGenerator[GenerationChunk], record: GenerationRecord, turn: ModelTurn
    ) -> AsyncGenerator[GenerationChunk]:
        started = asked = perf_counter()
        while True:
            try:
                async with self._waiting(self._patience(started, record, turn), record):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise self._late(started, record) from None
            if chunk is None:
                return
            record.prompt_tokens = chunk.prompt_tokens
            record.completion_tokens = chunk.completion_tokens
            if chunk.text:
                self._hurried = 0
                record.note_token(asked)
            yield chunk
            if chunk.text:
                asked = perf_counter()

    def _waiting(
        self, seconds: float, record: GenerationRecord
    ) -> AbstractAsyncContextManager[object]:
        if record.has_begun:  # what was begun goes on once a server that stalls does
            return asyncio.timeout(seconds)
        return self.watch.first_token_within(seconds)

    def _patience_for_room(self, turn: ModelTurn) -> float:
        allowed = self._limits.slot_wait - turn.waited_seconds
        remaining = time_remaining()
        if remaining is not None:
            allowed = min(allowed, (remaining - self._limits.deadline_margin) / turn.sharing)
        return max(0.0, allowed)

    def _patience(self, started: float, record: GenerationRecord, turn: ModelTurn) -> float:
        limits = self._limits
        elapsed = perf_counter() - started
        allowed = limits.whole if record.has_begun else limits.first_token
        remaining = time_remaining()
        if remaining is not None:
            whole = remaining + elapsed - limits.deadline_margin
            allowed = min(allowed, whole if record.has_begun else whole / turn.sharing)
        return max(0.0, allowed - elapsed)

    def _late(self, started: float, record: GenerationRecord) -> AskmeshError:
        if not record.has_begun:
            self._hurried += 1
            fair = perf_counter() - started >= self._limits.first_token * FAIR_SHARE
            if fair or self._hurried >= MOST_HURRIED:
                self._hurried = 0
                return TooSlowError()
        return DeadlineError("DEADLINE_EXCEEDED", "The language model was too slow.")


def _texts(chunk: GenerationChunk, buffer: PieceBuffer) -> list[str]:
    complete = buffer.feed(chunk.text)
    if chunk.finish_reason is None:
        return complete
    return complete + buffer.rest(cut_off=chunk.finish_reason == "length")
