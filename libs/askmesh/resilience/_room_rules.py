"""What a room is for, and what is said to work for which there is none."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import Literal, Protocol, TypeAlias

from askmesh.errors import OverloadedError, TooManyCallsError
from askmesh.resilience._priority import Priority

Why: TypeAlias = Literal["full", "share", "batch", "waited", "writing"]
"""Why there is no room: all places are taken, the own share of them, those for batch work, it was
waited for one in vain, or who is to write has too much to do."""
OVERDUE = 0.75
"""What somebody waits for longer than this share of the time is overtaken by what came last."""
LEAST_TIME = 0.5
"""Work is begun if it has this share of the time that it usually takes."""
LEAST_SECONDS = 0.25
MOST_SECONDS = 5.0


class RoomObserver(Protocol):
    """Counts what happens in rooms. Names of rooms are a small closed set."""

    def set_room(self, room: str, *, places: int, in_use: int, waiting: int) -> None:
        """Take how it is now."""
        ...

    def count_refusal(self, room: str, why: Why) -> None:
        """Count a refusal."""
        ...

    def observe_wait(self, resource: str, seconds: float) -> None:
        """Take how long there was no room for work that waited."""
        ...


class Nobody:
    """Counts nothing."""

    def set_room(self, room: str, *, places: int, in_use: int, waiting: int) -> None:
        """Do nothing."""

    def count_refusal(self, room: str, why: Why) -> None:
        """Do nothing."""

    def observe_wait(self, resource: str, seconds: float) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Refusals:
    """How often work was refused, by cause, and when for the last time."""

    counts: Counter[Why] = field(default_factory=Counter[Why])
    last: float = -inf

    def note(self, why: Why, now: float) -> None:
        """Count one more."""
        self.counts[why] += 1
        self.last = now


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What the places are for, in a word; the reason of refusals; and how long work waits.

    Work waits if it will have a place within the share `hope` of the time that it may wait, and
    within the share `usual_share` of the time that it usually takes, if that is known: whoever is
    let in is not to have much more than the usual. At most `most_waiting` wait, as many as there
    are places if that is None. Of the places, batch work takes `batch_share` at most, and one at
    least.
    """

    name: str
    reason: str
    wait_seconds: float
    most_waiting: int | None = None
    batch_share: float = 0.75
    hope: float = 0.5
    usual_share: float = inf

    def longest_wait(self, usual_seconds: float) -> float:
        """Return within how many seconds there must be a place for work that may wait for it."""
        hoped = self.hope * self.wait_seconds
        return min(hoped, self.usual_share * usual_seconds) if usual_seconds else hoped

    def least_time(self, usual_seconds: float) -> float:
        """Return the time without which work is not begun."""
        return LEAST_TIME * usual_seconds

    @property
    def overdue_seconds(self) -> float:
        """What waits for longer is overtaken by what came last."""
        return OVERDUE * self.wait_seconds

    def most_waiting_of(self, places: int) -> int:
        """Return how many may wait where there are so many places."""
        return places if self.most_waiting is None else self.most_waiting

    def batch_places(self, places: int) -> int:
        """Return how many of so many places batch work may take."""
        return max(1, int(places * self.batch_share))


@dataclass(frozen=True, slots=True)
class Situation:
    """How it is where there is no room: how soon there will be, and whose share is taken."""

    rules: RoomRules
    places: int
    seconds: float
    quota: str = ""

    def why(self, priority: Priority) -> Why:
        """Return why there is no place at once."""
        if priority is Priority.BATCH:
            return "batch"
        return "share" if self.quota else "full"

    def error(self, why: Why) -> OverloadedError:
        """Return the error that tells it."""
        seconds = round(min(MOST_SECONDS, max(LEAST_SECONDS, self.seconds)), 3)
        said = _SENTENCES[why].format(name=self.rules.name)
        sentence = f"{said}: please try again in {seconds:g} s"
        told = {"places": str(self.places), "why": why}
        if self.quota and why != "writing":
            return TooManyCallsError(
                self.rules.reason, sentence, quota=self.quota, retry_after_seconds=seconds, **told
            )
        return OverloadedError(self.rules.reason, sentence, retry_after_seconds=seconds, **told)


_SENTENCES: dict[Why, str] = {
    "full": "All places for {name} are taken",
    "share": "You have your share of the places for {name}, and others wait",
    "batch": "No place for {name} is left to batch work",
    "waited": "No place for {name} has become free",
    "writing": "The language models have too much to write for more {name}",
}
