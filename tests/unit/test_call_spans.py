"""The spans of calls: what the SDK gets of them, and what they hand on."""

from collections.abc import Mapping
from contextvars import copy_context

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    Decision,
    ParentBased,
    Sampler,
    StaticSampler,
)
from opentelemetry.trace import SpanContext, SpanKind, StatusCode, get_current_span
from prometheus_client import CollectorRegistry

from askmesh.telemetry import ServiceMetrics, Telemetry
from askmesh.tracing import TracedCalls

METHOD, ADDRESS = "/package.Service/Method", "127.0.0.1:80"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED, NOT_SAMPLED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


class Ended(SpanProcessor):
    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


def traced(sampler: Sampler = DEFAULT_ON) -> tuple[Telemetry, Ended]:
    ended = Ended()
    provider = TracerProvider(sampler, shutdown_on_exit=False)
    provider.add_span_processor(ended)
    return Telemetry("test", provider, ServiceMetrics(CollectorRegistry())), ended


def served(telemetry: Telemetry, *metadata: tuple[str, str]) -> dict[str, str]:
    """Serve a call with these metadata, and return what a call that it makes takes along."""
    return copy_context().run(_served, telemetry.calls_of(METHOD, ADDRESS), dict(metadata))


def _served(calls: TracedCalls, said: Mapping[str, str]) -> dict[str, str]:
    span = calls.served(said)
    inner = calls.made()
    inner.finish("UNAVAILABLE", details="it is down")
    span.finish("OK", tenant="t")
    return dict(inner.headers())


def test_both_sides_of_a_call_are_one_branch_of_the_callers_trace() -> None:
    telemetry, ended = traced()
    handed_on = served(telemetry, ("traceparent", SAMPLED))
    client, server = ended.spans
    assert server.context is not None
    assert client.context is not None
    assert server.parent is not None
    assert client.parent is not None
    assert f"{server.context.trace_id:032x}" == TRACE
    assert f"{server.parent.span_id:016x}" == SPAN
    assert client.parent.span_id == server.context.span_id
    assert handed_on == {"traceparent": f"00-{TRACE}-{client.context.span_id:016x}-01"}
    assert (server.kind, client.kind) == (SpanKind.SERVER, SpanKind.CLIENT)
    assert (server.end_time or 0) >= (client.end_time or 0) >= (client.start_time or 0)


def test_a_span_says_what_the_sdks_own_would() -> None:
    telemetry, ended = traced()
    served(telemetry, ("traceparent", SAMPLED))
    with telemetry.span("of the SDK"):
        pass
    client, server, other = ended.spans
    assert server.attributes == {
        "rpc.system.name": "grpc",
        "rpc.method": "package.Service/Method",
        "server.address": "127.0.0.1",
        "server.port": 80,
        "rpc.response.status_code": "OK",
        "askmesh.tenant": "t",
    }
    assert client.status.status_code is StatusCode.ERROR
    assert client.status.description == "it is down"
    assert server.status.status_code is StatusCode.UNSET
    assert server.resource == other.resource
    assert server.instrumentation_scope == other.instrumentation_scope


def _fail() -> None:
    raise ZeroDivisionError("by zero")


def test_a_defect_is_an_event_with_its_stack() -> None:
    telemetry, ended = traced()
    span = telemetry.calls_of(METHOD, ADDRESS).made()
    try:
        _fail()
    except ZeroDivisionError as error:
        span.span.record_exception(error)
    span.finish("UNKNOWN")
    (event,) = ended.spans[0].events
    told = event.attributes or {}
    assert event.name == "exception"
    assert told["exception.message"] == "by zero"
    assert "_fail" in str(told["exception.stacktrace"])


def test_nothing_is_recorded_of_a_trace_that_is_not_sampled() -> None:
    telemetry, ended = traced()
    assert served(telemetry, ("traceparent", NOT_SAMPLED)) == {"traceparent": NOT_SAMPLED}
    assert not ended.spans


def test_a_root_that_is_not_sampled_says_so_to_all_below() -> None:
    telemetry, ended = traced(DEFAULT_OFF)
    handed_on = served(telemetry)
    assert handed_on["traceparent"].endswith(("-00", "-02"))  # 02: the trace's id is random
    assert not ended.spans


def test_work_for_a_call_that_is_not_sampled_is_of_its_trace() -> None:
    telemetry, ended = traced()

    def serve() -> SpanContext:
        call = telemetry.calls_of(METHOD, ADDRESS).served({"traceparent": NOT_SAMPLED})
        with telemetry.span("work"):
            pass
        assert telemetry.trace_headers() == {"traceparent": NOT_SAMPLED}
        assert call.trace_id == TRACE
        return get_current_span().get_span_context()

    current = copy_context().run(serve)
    assert (f"{current.trace_id:032x}", f"{current.span_id:016x}") == (TRACE, SPAN)
    assert current.is_remote
    assert not current.trace_flags.sampled
    assert not ended.spans


@pytest.mark.parametrize("sampler", [DEFAULT_ON, DEFAULT_OFF])
def test_each_call_outside_of_all_traces_begins_its_own(sampler: Sampler) -> None:
    telemetry, _ = traced(sampler)
    calls = telemetry.calls_of(METHOD, ADDRESS)
    traces = {calls.made().headers()[0][1] for _ in range(200)}
    assert len(traces) == 200


def test_what_begins_a_trace_that_is_not_sampled_is_of_this_process() -> None:
    telemetry, _ = traced(DEFAULT_OFF)
    call = telemetry.calls_of(METHOD, ADDRESS).made()
    root = call.span.get_span_context()
    assert root.is_valid
    assert not root.is_remote
    assert call.headers()[0][1].startswith(f"00-{root.trace_id:032x}-{root.span_id:016x}-")


@pytest.mark.parametrize("wrong", [f"00-{'0' * 32}-{SPAN}-00", f"00-{TRACE.upper()}-{SPAN}-00"])
def test_headers_that_name_no_span_do_not_keep_a_trace_from_being_sampled(wrong: str) -> None:
    telemetry, ended = traced()
    served(telemetry, ("traceparent", wrong))
    assert ended.spans[-1].parent is None


@pytest.mark.parametrize(("sampler", "count"), [(ALWAYS_ON, 2), (ALWAYS_OFF, 0)])
def test_a_sampler_that_follows_nobody_is_asked_for_each_span(sampler: Sampler, count: int) -> None:
    telemetry, ended = traced(sampler)
    served(telemetry, ("traceparent", SAMPLED if sampler is ALWAYS_OFF else NOT_SAMPLED))
    assert len(ended.spans) == count


def test_what_vendors_say_of_a_trace_is_handed_on() -> None:
    telemetry, _ = traced()
    handed_on = served(telemetry, ("traceparent", SAMPLED), ("tracestate", "vendor=1"))
    assert handed_on["tracestate"] == "vendor=1"
    assert TRACE in handed_on["traceparent"]


@pytest.mark.parametrize(
    "wrong",
    ["", "x", f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{SPAN}-01"],
)
def test_headers_that_name_no_span_begin_a_trace(wrong: str) -> None:
    telemetry, ended = traced()
    served(telemetry, ("traceparent", wrong))
    assert ended.spans[-1].parent is None


def test_a_later_version_of_the_headers_is_read() -> None:
    telemetry, ended = traced()
    served(telemetry, ("traceparent", f"01-{TRACE}-{SPAN}-01-more"))
    parent = ended.spans[-1].parent
    assert parent is not None
    assert f"{parent.trace_id:032x}" == TRACE


def test_a_span_ends_once() -> None:
    telemetry, ended = traced()
    call = telemetry.calls_of(METHOD, ADDRESS).made()
    call.finish("OK")
    call.finish("OK")
    assert len(ended.spans) == 1


def test_a_span_that_has_ended_is_told_nothing_more() -> None:
    telemetry, ended = traced()

    def serve() -> None:
        telemetry.calls_of(METHOD, ADDRESS).served({}).finish("OK")
        span = get_current_span()
        span.set_attribute("late", "yes")
        span.add_event("late")
        span.update_name("late")
        span.set_status(StatusCode.ERROR)

    copy_context().run(serve)
    (span,) = ended.spans
    assert "late" not in (span.attributes or {})
    assert (span.name, span.events) == ("package.Service/Method", ())
    assert span.status.status_code is StatusCode.UNSET


def test_a_call_below_a_span_that_is_recorded_but_not_sampled_does_not_end_it() -> None:
    recorded = ParentBased(StaticSampler(Decision.RECORD_ONLY))
    telemetry, ended = traced(recorded)
    served(telemetry)
    (span,) = ended.spans
    assert span.kind is SpanKind.SERVER
    assert (span.attributes or {})["rpc.response.status_code"] == "OK"
