"""How long each stage of an answer may take."""

from collections.abc import Callable
from dataclasses import dataclass

FAIR_SHARE = 0.5
"""A stage that had less than this share of its usual time is hurried, not failing."""


@dataclass(frozen=True, slots=True)
class StageLimits:
    """The longest time of each stage, and the time that is kept for writing, in seconds.

    `follow_up_seconds` is for understanding a question that has a conversation before it.
    """

    understanding_seconds: float
    follow_up_seconds: float
    retrieval_seconds: float
    reranking_seconds: float
    silence_seconds: float
    writing_reserve_seconds: float


class Budget:
    """The time of one answer. The stages before writing never touch what is kept for writing.

    Of a short deadline, half is kept.
    """

    def __init__(self, limits: StageLimits, time_remaining: Callable[[], float | None]) -> None:
        self.limits = limits
        self._time_remaining = time_remaining
        self._reserve = min(limits.writing_reserve_seconds, (time_remaining() or 0.0) / 2)

    def understanding_seconds(self, *, follow_up: bool) -> float:
        """Return how long understanding may take from now on; 0.0 if no time is left for it."""
        limits = self.limits
        return self._share(limits.follow_up_seconds if follow_up else limits.understanding_seconds)

    @property
    def retrieval_seconds(self) -> float:
        """How long retrieval may take from now on; 0.0 if no time is left for it."""
        return self._share(self.limits.retrieval_seconds)

    @property
    def reranking_seconds(self) -> float:
        """How long reranking may take from now on; 0.0 if no time is left for it."""
        return self._share(self.limits.reranking_seconds)

    @property
    def is_reranking_hurried(self) -> bool:
        """Whether reranking has so little time from now on that what it leaves out is no wonder."""
        return self.reranking_seconds < FAIR_SHARE * self.limits.reranking_seconds

    def _share(self, limit: float) -> float:
        remaining = self._time_remaining()
        return limit if remaining is None else max(0.0, min(limit, remaining - self._reserve))
