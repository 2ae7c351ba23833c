"""One text completion, within limits of time and of how many run at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from askmesh.errors import DeadlineError, OverloadedError, UnavailableError
from askmesh.inference import GenerationChunk, GenerationRequest, LanguageModel
from askmesh.resilience import time_remaining

TOO_SLOW = "The language model was too slow, so the answer quotes its sources."
TOO_BUSY = "The language model has no room now, so the answer quotes its sources."
NOT_THERE = "The language model is not available, so the answer quotes its sources."


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


@dataclass(slots=True)
class GenerationRecord:
    """What is known of a generation, while it runs and after. `failure` is a sentence or empty."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token_time: float | None = None
    waited_seconds: float | None = None
    token_seconds: list[float] = field(default_factory=list[float])
    """What each token after the first was waited for."""
    failure: str = ""

    def note_token(self, asked: float) -> None:
        """Note that a token has come that was waited for from `asked` on."""
        now = perf_counter()
        if self.first_token_time is None:
            self.first_token_time = now
        else:
            self.token_seconds.append(now - asked)


class Generations:
    """Run completions of one model, never more than `limits.concurrency` at once."""

    def __init__(self, model: LanguageModel, limits: GenerationLimits) -> None:
        self._model = model
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.concurrency)

    async def stream(
        self, request: GenerationRequest, buffer: PieceBuffer, record: GenerationRecord
    ) -> AsyncGenerator[str]:
        """Yield what `buffer` makes of the completion.

        A model that fails, is busy or too slow ends the stream and leaves its reason in
        `record.failure`; what was incomplete then is lost. Closing stops the generation.
        """
        try:
            async with (
                self._slot(record),
                aclosing(self._model.generate(request)) as chunks,
                aclosing(self._timed(chunks, record)) as timed,
            ):
                async for chunk in timed:
                    for text in _texts(chunk, buffer):
                        yield text
        except UnavailableError:
            record.failure = NOT_THERE
        except OverloadedError:
            record.failure = TOO_BUSY
        except (TimeoutError, DeadlineError):
            record.failure = TOO_SLOW

    @asynccontextmanager
    async def _slot(self, record: GenerationRecord) -> AsyncGenerator[None]:
        asked = perf_counter()
        try:
            async with asyncio.timeout(self._limits.slot_wait):
                await self._slots.acquire()
        except TimeoutError:
            raise OverloadedError("GENERATIONS_BUSY", TOO_BUSY) from None
        finally:
            record.waited_seconds = perf_counter() - asked
        try:
            yield
        finally:
            self._slots.release()

    async def _timed(
        self, chunks: AsyncGenerator[GenerationChunk], record: GenerationRecord
    ) -> AsyncGenerator[GenerationChunk]:
        started = asked = perf_counter()
        while True:
            async with asyncio.timeout(self._patience(started, record)):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            record.prompt_tokens = chunk.prompt_tokens
            record.completion_tokens = chunk.completion_tokens
            if chunk.text:
                record.note_token(asked)
            yield chunk
            if chunk.text:
                asked = perf_counter()

    def _patience(self, started: float, record: GenerationRecord) -> float:
        limits = self._limits
        elapsed = perf_counter() - started
        allowed = limits.first_token if record.first_token_time is None else limits.whole
        remaining = time_remaining()
        until_deadline = allowed if remaining is None else remaining - limits.deadline_margin
        return max(0.0, min(allowed - elapsed, until_deadline))


def _texts(chunk: GenerationChunk, buffer: PieceBuffer) -> list[str]:
    complete = buffer.feed(chunk.text)
    if chunk.finish_reason is None:
        return complete
    return complete + buffer.rest(cut_off=chunk.finish_reason == "length")
