"""Questions rewritten by a language model."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from askmesh.errors import AskmeshError
from askmesh.inference import (
    GenerationRequest,
    LanguageModel,
    LanguageModelProfile,
    render_prompt,
)
from askmesh.query_understanding.ports import Turn
from askmesh.query_understanding.rewriting import INSTRUCTION, conversation_text

_MAX_TOKENS = 64


class ModelRewriter:
    """Asks a language model, within a time budget. What comes back is not checked here."""

    def __init__(
        self, model: LanguageModel, profile: LanguageModelProfile, *, budget_seconds: float
    ) -> None:
        self._model = model
        self._profile = profile
        self._budget_seconds = budget_seconds

    async def rewrite(self, question: str, conversation: Sequence[Turn]) -> str | None:
        """Return the first line that the model writes, or None if it fails or is too slow."""
        try:
            async with asyncio.timeout(self._budget_seconds):
                text = await self._completion(conversation_text(question, conversation))
        except (AskmeshError, TimeoutError):
            return None
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[0].strip('"') if lines else None

    async def _completion(self, shown: str) -> str:
        request = GenerationRequest(
            prompt=render_prompt(self._profile, INSTRUCTION, shown),
            max_tokens=_MAX_TOKENS,
            stop=self._profile.stop,
        )
        async with aclosing(self._model.generate(request)) as chunks:
            return "".join([chunk.text async for chunk in chunks])
