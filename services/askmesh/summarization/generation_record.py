"""What is known of one text completion."""

from dataclasses import dataclass, field
from enum import Enum
from time import perf_counter


class Failure(Enum):
    """What became of a language model that was to write, as the end of a sentence."""

    NOT_THERE = "is not available"
    BUSY = "has no room now"
    SLOW = "was too slow"


@dataclass(slots=True)
class GenerationRecord:
    """What is known of a generation, while it runs and after. `failure` is why it broke off."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token_time: float | None = None
    waited_seconds: float | None = None
    token_seconds: list[float] = field(default_factory=list[float])
    """What each token after the first was waited for."""
    failure: Failure | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a first token came."""
        return self.first_token_time is not None

    def note_token(self, asked: float) -> None:
        """Note that a token has come that was waited for from `asked` on."""
        now = perf_counter()
        if self.first_token_time is None:
            self.first_token_time = now
        else:
            self.token_seconds.append(now - asked)
