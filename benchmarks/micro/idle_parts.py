"""Parts of what surrounds a call that do nothing, so that the others are measured."""

from opentelemetry.trace import INVALID_SPAN, SpanKind

from askmesh.identity import Caller, current_caller
from askmesh.rpc import MetadataByKey
from askmesh.serving import CertifiedNames, nobody
from askmesh.telemetry import MeasuredCalls, ServiceMetrics, Telemetry
from askmesh.tracing import AnySpan, CallSpan, TracedCalls


class NoSpans(TracedCalls):
    """Has one span for all calls, of which nothing becomes."""

    def __init__(self) -> None:
        self._none = AnySpan(INVALID_SPAN, SpanKind.INTERNAL)

    def made(self) -> CallSpan:
        return self._none

    def served(self, said: MetadataByKey) -> CallSpan:  # noqa: ARG002
        return self._none


class Untraced(Telemetry):
    """Telemetry without spans."""

    def calls_of(self, method: str, address: str) -> TracedCalls:  # noqa: ARG002 - for all
        return NoSpans()


class Uncounted(MeasuredCalls):
    """Counts nothing."""

    def __init__(self) -> None:
        pass

    def observe(self, code: str, seconds: float | None, *, is_recorded: bool = True) -> None:
        pass


class NoMetrics(ServiceMetrics):
    """Metrics of no call."""

    def calls_of(self, service: str, method: str) -> MeasuredCalls:  # noqa: ARG002
        return Uncounted()


class NoDoor:
    """Takes everybody for the same caller."""

    is_open = True

    async def admit(
        self,
        method: str,  # noqa: ARG002 - all are let in
        said: MetadataByKey,  # noqa: ARG002
        certified: CertifiedNames = nobody,  # noqa: ARG002
    ) -> Caller:
        return current_caller()
