"""Questions rewritten by a language model."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.errors import AskmeshError
from askmesh.inference import Bias, GenerationRequest, LanguageModel
from askmesh.query_understanding.follow_ups import shown

_MAX_TOKENS = 48
_NEVER = -100.0
_OPENERS = ("And", "But", "Or", "So")
"""What begins so leaves out its beginning; a small model likes to repeat it."""
INSTRUCTIONS = """\
You rewrite questions. The last question of a conversation leaves out what was said before. Write \
it as one full question that somebody understands who has not seen the conversation. Keep what the \
last question asks; take names and things from the conversation. Never answer, never repeat an \
earlier question.

Examples:

Earlier: Who runs the bakery? A: Lena Vogt runs it.
Last question: And the cafe?
Full question: Who runs the cafe?

Earlier: Who runs the bakery? A: Lena Vogt runs it.
Last question: Since when does she work there?
Full question: Since when does Lena Vogt work at the bakery?

Earlier: What does the Basic plan cost? A: It costs 10 euros a month.
Last question: Is it billed yearly?
Full question: Is the Basic plan billed yearly?

Earlier: Compare the red and the blue bus. A: The red bus has 40 seats, the blue bus 55.
Last question: Which is faster?
Full question: Which is faster, the red bus or the blue bus?

Earlier: Compare the red and the blue bus. A: The red bus has 40 seats, the blue bus 55.
Last question: When was the second one built?
Full question: When was the blue bus built?

Earlier: How do I renew a library card? A: Fill in the form at the desk.
Last question: What if I lost it?
Full question: What if I lost my library card?

Earlier: May guests use the gym? A: Yes, with a day pass.
Last question: And the pool?
Full question: May guests use the pool?"""


class ModelRewriter:
    """Asks a language model, within a time budget. What comes back is not checked here."""

    def __init__(self, model: LanguageModel, *, budget_seconds: float) -> None:
        self._model = model
        self._budget_seconds = budget_seconds

    async def rewrite(self, question: str, conversation: Sequence[Turn]) -> str | None:
        try:
            async with asyncio.timeout(self._budget_seconds):
                text = await self._completion(shown(question, conversation), _barred(question))
        except (AskmeshError, TimeoutError):
            return None
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[0].strip('"') if lines else None

    async def _completion(self, asked: str, biases: tuple[Bias, ...]) -> str:
        request = GenerationRequest(
            system=INSTRUCTIONS,
            prompt=asked,
            max_tokens=_MAX_TOKENS,
            stop=("\n",),
            biases=biases,
        )
        async with aclosing(self._model.generate(request)) as chunks:
            return "".join([chunk.text async for chunk in chunks])


def _barred(question: str) -> tuple[Bias, ...]:
    opener = question.strip().partition(" ")[0].capitalize()
    return (Bias(opener, _NEVER),) if opener in _OPENERS else ()
