"""What gateways tell each other of the answers that they make."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from askmesh.errors import AskmeshError, DeadlineError, UnavailableError

_FAILURES = {each.__name__: each for each in (DeadlineError, UnavailableError)}


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What all gateways know of an answer; `fingerprint` is that of its question, in hex."""

    answer_id: str
    tenant: str
    request_id: str
    fingerprint: str
    cache_status: int
    making_id: str

    def as_json(self) -> dict[str, str | int]:
        """Return the values by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class News:
    """What whoever makes an answer learns: how many events all have, who follows and cancels.

    The length is negative if another gateway makes the answer.
    """

    length: int
    followed: bool
    cancelled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events of a making. `end` says how it ended, and is "" before.

    One that has not ended and is not made has lost its maker.
    """

    events: tuple[bytes, ...]
    end: str
    is_made: bool


class SharedAnswers(Protocol):
    """Answers that all gateways know. Raises `UnavailableError` if it cannot be reached."""

    async def record(self, record: KnownAnswer, question: bytes) -> None:
        """Let all gateways find an answer, by its id and by its request, and make it again."""
        ...

    async def find(self, answer_id: str) -> KnownAnswer | None:
        """Return what is known of an answer."""
        ...

    async def claim(self, making_id: str) -> bytes | None:
        """Make a making without a maker this gateway's own; return its question then."""
        ...

    async def of_request(self, tenant: str, request_id: str) -> str | None:
        """Return the id of the answer that a request has started."""
        ...

    async def publish(self, making_id: str, after: int, events: Sequence[bytes], end: str) -> News:
        """Add the events after a sequence, and how the making ended, if it has."""
        ...

    async def read(self, making_id: str, after: int) -> LogPage:
        """Return the events after a sequence; the making knows that somebody follows it."""
        ...

    async def cancel(self, record: KnownAnswer) -> None:
        """Ask the gateway that makes an answer to cancel it."""
        ...


def end_of(failure: Exception | None) -> str:
    """Return in a text how a making ended."""
    if not isinstance(failure, AskmeshError):
        return "{}"
    kind = type(failure).__name__
    return json.dumps({"kind": kind, "reason": failure.reason, "message": failure.message})


def failure_of(end: str) -> AskmeshError | None:
    """Return what a making failed with, if it did."""
    told = json.loads(end)
    if not told:
        return None
    return _FAILURES.get(told["kind"], AskmeshError)(told["reason"], told["message"])
