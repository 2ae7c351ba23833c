"""What gateways tell each other of the answers that they make."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from askmesh.errors import AskmeshError, DeadlineError, UnavailableError
from askmesh.gateway.answers import Answer
from askmesh.gateway.keys import permissions_of

_FAILURES = {each.__name__: each for each in (DeadlineError, UnavailableError)}


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What all gateways know of an answer; `fingerprint` is that of its question, in hex.

    `permissions` are those of whoever asked; None where it does not matter.
    """

    answer_id: str
    asker: str
    request_id: str
    fingerprint: str
    cache_status: int
    making_id: str
    permissions: str | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Return the values by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class News:
    """What whoever makes an answer learns: how many events all have, who follows and cancels.

    The length is negative if another gateway makes the answer.
    """

    length: int
    followed: bool
    cancelled: frozenset[str]


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events of a making. `end` says how it ended, and is "" before.

    One that has not ended and is not made has lost its maker. `parted` answers have a making of
    their own by now.
    """

    events: tuple[bytes, ...]
    end: str
    is_made: bool
    parted: frozenset[str]


class SharedAnswers(Protocol):
    """Answers that all gateways know. Raises `UnavailableError` if it cannot be reached."""

    async def lead(self, key: str, making_id: str, *, instead_of: str) -> str:
        """Return the making of a key: the one given, if there is none or one to be replaced."""
        ...

    async def record(self, record: KnownAnswer, question: bytes, *, joined: bool) -> None:
        """Let all gateways find an answer, by its id and by its request, and make it again.

        The question is empty if another answer's record has told it.
        """
        ...

    async def joined(self, making_id: str) -> frozenset[str]:
        """Return the answers that have joined a making, wherever, and not left it."""
        ...

    async def part(self, record: KnownAnswer, events: Sequence[bytes]) -> None:
        """Let an answer be one of its own from now on, with these events and no others."""
        ...

    async def find(self, answer_id: str) -> KnownAnswer | None:
        """Return what is known of an answer."""
        ...

    async def claim(self, making_id: str) -> bytes | None:
        """Make a making without a maker this gateway's own; return its question then.

        That is empty if nobody has told it.
        """
        ...

    async def of_request(self, asker: str, request_id: str) -> tuple[str, str] | None:
        """Return the id of the answer that a request has started, and perhaps its fingerprint.

        That is empty if the answer's record tells it.
        """
        ...

    async def name(self, record: KnownAnswer) -> None:
        """Let all gateways find an answer by its request, if its id tells the rest."""
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


def record_of(answer: Answer) -> KnownAnswer:
    """Return what other gateways are to know of an answer."""
    return KnownAnswer(
        answer.answer_id,
        answer.asker,
        answer.request_id,
        answer.fingerprint.hex(),
        int(answer.cache_status),
        answer.making.making_id,
        permissions_of(answer.making.key),
    )


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
