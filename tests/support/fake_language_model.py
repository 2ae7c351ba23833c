"""A language model that says what it is told to say."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from askmesh.inference import FinishReason, GenerationChunk, GenerationRequest

_Script = str | Callable[[GenerationRequest], str]

_WORD = re.compile(r"\s*\S+|\s+$")


async def _go_on(_: int) -> None:
    """Hold nothing back."""


class ScriptedLanguageModel:
    """Streams a given text word by word; a word is a token.

    `script` is the text, or a function of the request. `before_chunk` is awaited with the number
    of chunks sent so far: it can hold the model back, or raise what a failing model raises.
    Token limits and stop strings work as in a real model; sampling parameters change nothing.
    """

    def __init__(
        self,
        script: _Script,
        *,
        before_chunk: Callable[[int], Awaitable[None]] = _go_on,
    ) -> None:
        self._script = script
        self._before_chunk = before_chunk
        self.requests: list[GenerationRequest] = []
        """Every request so far, the latest last."""
        self.lives = True
        """Whether its server would answer."""
        self.active = 0
        """Generations that run now."""
        self.abandoned = 0
        """Generations that were closed, cancelled or failed before their end."""

    async def can_be_guided(self) -> bool:
        """False: a script keeps to no guide."""
        return False

    async def shows_life(self, seconds: float) -> bool:
        """Whatever `lives` says, at once."""
        del seconds
        return self.lives

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[GenerationChunk]:
        """Stream the script's text for this request."""
        self.requests.append(request)
        words, reason = _completion(self._text_for(request), request)
        self.active += 1
        complete = False
        try:
            async with aclosing(self._chunks(words, reason, len(request.prompt.split()))) as chunks:
                async for chunk in chunks:
                    complete = chunk.finish_reason is not None
                    yield chunk
        finally:
            self.active -= 1
            self.abandoned += not complete

    def _text_for(self, request: GenerationRequest) -> str:
        return self._script if isinstance(self._script, str) else self._script(request)

    async def _chunks(
        self, words: Sequence[str], reason: FinishReason, prompt_tokens: int
    ) -> AsyncGenerator[GenerationChunk]:
        for number, word in enumerate(words):
            await self._before_chunk(number)
            yield GenerationChunk(
                text=word, prompt_tokens=prompt_tokens, completion_tokens=number + 1
            )
        await self._before_chunk(len(words))
        yield GenerationChunk(
            text="",
            finish_reason=reason,
            prompt_tokens=prompt_tokens,
            completion_tokens=len(words),
        )


def _completion(text: str, request: GenerationRequest) -> tuple[list[str], FinishReason]:
    ends = [text.find(stop) for stop in request.stop if stop in text]
    words = _WORD.findall(text[: min(ends)] if ends else text)
    if len(words) > request.max_tokens:
        return words[: request.max_tokens], "length"
    return words, "stop"
