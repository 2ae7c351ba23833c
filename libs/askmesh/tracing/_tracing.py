"""What a process uses to take part in traces."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import cast

from opentelemetry import context as contexts
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Tracer,
    TracerProvider,
    get_current_span,
    get_tracer_provider,
    set_span_in_context,
)

from askmesh.tracing import _conventions as conventions
from askmesh.tracing._call_span import AnySpan, AttributeValue, CallSpan, StartSpan
from askmesh.tracing._traceparent import headers_of, remote_parent


def is_traced(method: str) -> bool:
    """Return whether calls of `method` ("/package.Service/Method") are worth a span."""
    return not method.startswith(_PROBES)


def is_watch(method: str) -> bool:
    """Return whether calls of `method` last as long as somebody listens: their time says nothing.

    The name of such a method begins with "Watch".
    """
    return method.rpartition("/")[2].startswith("Watch")


def call_attributes(method: str, address: str) -> Mapping[str, str | int]:
    """Return the attributes of a call of `method` at `address`."""
    attributes: dict[str, str | int] = {
        conventions.RPC_SYSTEM_NAME: conventions.GRPC,
        conventions.RPC_METHOD: method.lstrip("/"),
    }
    host, _, port = address.removeprefix("dns:///").rpartition(":")
    if host and port.isdecimal():
        attributes[conventions.SERVER_ADDRESS] = host.strip("[]")
        attributes[conventions.SERVER_PORT] = int(port)
    elif address:
        attributes[conventions.SERVER_ADDRESS] = address
    return attributes


class Tracing:
    """The traces of one process, whoever exports them."""

    def __init__(self, provider: TracerProvider, start: StartSpan | None = None) -> None:
        """`start` begins the spans of calls, in place of the tracer of `provider`."""
        self._tracer: Tracer = provider.get_tracer(
            conventions.SCOPE, schema_url=conventions.SCHEMA_URL
        )
        self._start = start or self._start_by_tracer

    def span(
        self, name: str, attributes: Mapping[str, str | int | float | bool] | None = None
    ) -> AbstractContextManager[Span]:
        """Time the block as a span, a child of the current one.

        An exception that leaves the block marks the span as failed. Do not `yield` from an
        asynchronous generator inside of the block: its consumer would run inside of the span.
        """
        return self._tracer.start_as_current_span(name, attributes=attributes)

    def annotate(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add to the current span what became known after it began."""
        get_current_span().set_attributes(attributes)

    def trace_headers(self) -> dict[str, str]:
        """Return the W3C headers of the current span, to hand the trace to another system."""
        return dict(headers_of(get_current_span().get_span_context()))

    def calls_of(self, method: str, address: str) -> "TracedCalls":
        """Return what starts the spans of the calls of `method` at `address`.

        Watches have none: it would last for as long as they do.
        """
        start = _no_span if is_watch(method) else self._start
        return TracedCalls(start, method.lstrip("/"), call_attributes(method, address))

    def _start_by_tracer(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int], around: Span
    ) -> CallSpan:
        context = set_span_in_context(around)
        span = self._tracer.start_span(name, context=context, kind=kind, attributes=attributes)
        return AnySpan(span, kind)


class TracedCalls:
    """Starts the spans of the calls of one method at one address. Who starts a span ends it."""

    __slots__ = ("_attributes", "_name", "_start")

    def __init__(self, start: StartSpan, name: str, attributes: Mapping[str, str | int]) -> None:
        self._start = start
        self._name = name
        self._attributes = attributes

    def made(self) -> CallSpan:
        """Start the span of a call that is made, a child of the current one."""
        around = contexts.get_current().get(_CURRENT, INVALID_SPAN)
        return self._start(self._name, SpanKind.CLIENT, self._attributes, cast("Span", around))

    def served(self, said: Mapping[str, str | bytes]) -> CallSpan:
        """Start the span of a call that is served, a child of the one that its metadata name.

        It is the current one from now on, for as long as the task goes on.
        """
        around = remote_parent(said) or get_current_span()
        call = self._start(self._name, SpanKind.SERVER, self._attributes, around)
        contexts.attach(contexts.Context({_CURRENT: call.span}))
        return call


def _no_span(
    _name: str, kind: SpanKind, _attributes: Mapping[str, str | int], _around: Span
) -> CallSpan:
    return AnySpan(INVALID_SPAN, kind)


def tracing_of_application() -> Tracing:
    """Return the tracing that the application around us has set up; without any, none."""
    return Tracing(get_tracer_provider())


__all__ = ["Span", "TracedCalls", "Tracing", "is_traced", "is_watch", "tracing_of_application"]

_PROBES = (
    "/grpc.health.",
    "/grpc.reflection.",
    "/inference.GRPCInferenceService/ServerLive",  # asked each second while a text is waited for
)
(_CURRENT,) = set_span_in_context(INVALID_SPAN, contexts.Context())
