"""Spans of calls that are recorded."""

import traceback
from collections.abc import Mapping, Sequence
from time import time_ns
from typing import NamedTuple

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import Attributes, AttributeValue

from askmesh.tracing import ERROR_TYPE, Headers, headers_of, outcome

_UNSET = Status(StatusCode.UNSET)


class Destination(NamedTuple):
    """Where spans go when they have ended, and what all of them say."""

    processor: SpanProcessor
    resource: Resource
    scope: InstrumentationScope


class RecordedCall(ReadableSpan, Span):
    """The span of a call that is what the SDK exports, too.

    It holds no limits and no locks: one task writes it, and the SDK gets it when it has ended.
    """

    is_recorded = True
    _instrumentation_info = None
    _events: Sequence[Event] = ()
    _links: Sequence[Link] = ()
    _status = _UNSET
    _end_time: int | None = None

    # In place of the SDK's own, which sets one by one what few spans change.
    def __init__(
        self,
        destination: Destination,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, AttributeValue],
        *,
        context: SpanContext,
        parent: SpanContext | None,
    ) -> None:
        self._processor, self._resource, self._instrumentation_scope = destination
        self._name = name
        self._kind = kind
        self._attributes = attributes
        self._context = self._own = context
        self._parent = parent
        self._start_time = time_ns()

    @property
    def span(self) -> Span:
        return self

    @property
    def trace_id(self) -> str:
        return f"{self._own.trace_id:032x}"

    def headers(self) -> Headers:
        return headers_of(self._own)

    def finish(
        self,
        code: str,
        *,
        details: str = "",
        reason: str = "",
        tenant: str = "",
        priority: str = "",
    ) -> None:
        if self._end_time is not None:
            return
        told = outcome(self._kind, code, reason, tenant, priority)
        self._attributes = {**(self._attributes or {}), **told}
        if ERROR_TYPE in told:
            self._status = Status(StatusCode.ERROR, details or None)
        self._end_time = time_ns()
        self._processor.on_end(self)

    def get_span_context(self) -> SpanContext:
        return self._own

    def is_recording(self) -> bool:
        return self._end_time is None

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        if self._end_time is None:
            self._attributes = {**(self._attributes or {}), **attributes}

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self.set_attributes({key: value})

    def add_event(
        self, name: str, attributes: Attributes = None, timestamp: int | None = None
    ) -> None:
        if self._end_time is None:
            self._events = (*self._events, Event(name, attributes, timestamp or time_ns()))

    def update_name(self, name: str) -> None:
        if self._end_time is None:
            self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        if not isinstance(status, Status):
            status = Status(status, description)
        if self._end_time is None:
            self._status = status

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,  # noqa: FBT001, FBT002 - the interface's order
    ) -> None:
        told = {
            "exception.type": f"{type(exception).__module__}.{type(exception).__qualname__}",
            "exception.message": str(exception),
            "exception.stacktrace": "".join(traceback.format_exception(exception)),
            "exception.escaped": str(escaped),
        }
        self.add_event("exception", {**told, **(attributes or {})}, timestamp)

    def end(self, end_time: int | None = None) -> None:
        if self._end_time is None:
            self._end_time = end_time or time_ns()
            self._processor.on_end(self)
