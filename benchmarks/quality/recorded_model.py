"""Completions of a real language model, kept with their times to be played again."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from pydantic import TypeAdapter

from askmesh.inference import GenerationChunk, GenerationRequest, LanguageModel


@dataclass(frozen=True, slots=True)
class Recording:
    """The chunks of one completion, and when each came, in seconds from the request."""

    chunks: tuple[GenerationChunk, ...]
    times: tuple[float, ...]

    @property
    def text(self) -> str:
        """The whole completion."""
        return "".join(chunk.text for chunk in self.chunks)


class RecordedModel:
    """Plays completions again that `record` has taken from another model.

    `seconds` is how long the real model took for what was read of the last completion. With a
    `folder`, recordings are kept there between runs.
    """

    def __init__(self, model: LanguageModel, folder: Path | None = None) -> None:
        self._model = model
        self._file = folder / "recordings.jsonl" if folder else None
        self._recordings = _loaded(self._file) if self._file else {}
        self.seconds = 0.0

    async def record(self, request: GenerationRequest) -> Recording:
        """Return the real model's completion, asked for once only."""
        known = self._recordings.get(request.prompt)
        if known is None:
            known = await self._recorded(request)
            self._recordings[request.prompt] = known
            if self._file:
                _append(self._file, request.prompt, known)
        return known

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[GenerationChunk]:
        """Yield the recorded completion of this prompt, without its pauses."""
        recording = await self.record(request)
        self.seconds = 0.0
        for chunk, seconds in zip(recording.chunks, recording.times, strict=True):
            self.seconds = seconds
            yield chunk

    async def _recorded(self, request: GenerationRequest) -> Recording:
        started = perf_counter()
        chunks: list[GenerationChunk] = []
        times: list[float] = []
        async with aclosing(self._model.generate(request)) as stream:
            async for chunk in stream:
                chunks.append(chunk)
                times.append(perf_counter() - started)
        return Recording(tuple(chunks), tuple(times))


def _loaded(file: Path) -> dict[str, Recording]:
    if not file.exists():
        return {}
    line = TypeAdapter(tuple[str, Recording])
    with file.open(encoding="utf-8") as lines:
        return dict(line.validate_json(text) for text in lines)


def _append(file: Path, prompt: str, recording: Recording) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps([prompt, asdict(recording)]) + "\n")
