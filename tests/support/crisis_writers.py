"""What language models write of the oil crisis, and how they fail."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from support.summaries import (
    BOLD,
)

TRUSTED = replace(BOLD, policy="mark")
BEGAN = "The oil crisis began in October 1973 [1]."
QUOTED = "The oil crisis began in October 1973, when Arab producers proclaimed an embargo."
QUOTE = f"\u201c{QUOTED}\u201d [1]"


def failing_at(number: int, error: Exception) -> Callable[[int], Awaitable[None]]:
    async def before_chunk(sent: int) -> None:
        if sent == number:
            raise error

    return before_chunk
