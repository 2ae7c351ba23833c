"""What every call takes along: trace, caller, priority and deadline."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Protocol, TypeVar

from grpc import StatusCode

from askmesh.errors import DeadlineError
from askmesh.resilience import time_remaining
from askmesh.rpc._priorities import PRIORITY_METADATA_KEY, by_priority
from askmesh.rpc._tenancy import TENANT_METADATA_KEY, Introduce, MetadataPairs
from askmesh.tracing import CallSpan, TracedCalls
from askmesh.transport import CallMetadata

T = TypeVar("T")

# Leaves time to answer the caller. The share makes up for gRPC, which rounds timeouts up by 1 %.
MARGIN_SECONDS = 0.02
MARGIN_SHARE = 0.01

_OK = StatusCode.OK.name


class FinishedCall(Protocol):
    """A call whose outcome is known."""

    def code(self) -> Coroutine[None, None, StatusCode]:
        """Return the status."""
        ...

    def details(self) -> Coroutine[None, None, str]:
        """Return the sentence that came with the status."""
        ...


@dataclass(slots=True)
class Outgoing:
    """One call that is about to be made."""

    span: CallSpan
    timeout: float
    metadata: MetadataPairs

    def finished(self, call: FinishedCall) -> None:
        """End the span with the outcome of `call`."""
        code = _outcome(call.code())
        if code is StatusCode.OK:
            self.span.finish(_OK)
        else:
            self.span.finish(code.name, details=_outcome(call.details()) or "")


@dataclass(frozen=True, slots=True)
class CallTemplate:
    """What the calls of one method have in common."""

    traced: TracedCalls
    default_seconds: float
    introduce: Introduce

    def prepare(self, timeout: float | None, metadata: CallMetadata | None) -> Outgoing:
        """Return a call with the span started. Raises `DeadlineError` if no time is left."""
        span = self.traced.made()
        seconds = self._seconds(timeout)
        if seconds <= 0:
            span.finish(StatusCode.DEADLINE_EXCEEDED.name)
            raise DeadlineError("DEADLINE_EXCEEDED", "no time is left for this call")
        if not metadata:
            return Outgoing(span, seconds, (*self.introduce(), *by_priority(), *span.headers()))
        own = tuple(metadata)
        caller = () if _names(own, TENANT_METADATA_KEY) else self.introduce()
        priority = () if _names(own, PRIORITY_METADATA_KEY) else by_priority()
        return Outgoing(span, seconds, (*own, *caller, *priority, *span.headers()))

    def _seconds(self, timeout: float | None) -> float:
        remaining = time_remaining()
        if remaining is None:
            return self.default_seconds if timeout is None else timeout
        left = remaining * (1 - MARGIN_SHARE) - MARGIN_SECONDS
        return left if timeout is None else min(timeout, left)


def _names(metadata: MetadataPairs, key: str) -> bool:
    return any(each == key for each, _ in metadata)


def _outcome(coroutine: Coroutine[None, None, T]) -> T:
    """Return the result of a coroutine of a finished call. It ends without waiting."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a finished call did not know its outcome")
