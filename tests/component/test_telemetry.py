"""What a service says about itself: metrics, logs, traces."""

import asyncio
import json
import logging
import time
from contextlib import suppress
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.errors import InvalidRequestError, StartupError
from askmesh.telemetry import Telemetry, silent_telemetry, telemetry
from askmesh.telemetry._families import MOST_VALUES
from askmesh.telemetry._loop_lag import loop_lag
from support.certificates import Authority
from support.echo import SERVICE, Context, echo, text
from support.otlp import otlp_collector
from support.spans import recording_telemetry

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


async def scraped(own: Telemetry, path: str = "/metrics", accept: str = "*/*") -> str:
    """Return what the endpoint answers, with the head."""
    assert own.metrics_port is not None
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", own.metrics_port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: test\r\nAccept: {accept}\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer.decode()


async def refuse(request: StringValue, _: Context) -> StringValue:
    if request.value:
        return request
    raise InvalidRequestError("QUERY_EMPTY", "query must not be empty", field="query")


async def test_calls_are_counted_and_timed_by_method_and_code() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        async with echo(own, unary=refuse) as client:
            await client.unary(text("a"), timeout=60)
            with pytest.raises(aio.AioRpcError):
                await client.unary(text(""), timeout=60)
        page = await scraped(own)
    labels = f'method="Unary",rpc_service="{SERVICE}"'
    assert f'askmesh_rpc_requests_total{{code="OK",{labels}}} 1.0' in page
    assert f'askmesh_rpc_requests_total{{code="INVALID_ARGUMENT",{labels}}} 1.0' in page
    assert f"askmesh_rpc_duration_seconds_count{{{labels}}} 2.0" in page
    assert 'askmesh_rpc_failures_total{reason="QUERY_EMPTY"} 1.0' in page


async def test_a_blocked_event_loop_is_seen() -> None:
    late: asyncio.Queue[float] = asyncio.Queue()
    with loop_lag(late.put_nowait, every_seconds=0.01):
        time.sleep(0.2)  # noqa: ASYNC251 - blocks the loop
        async with asyncio.timeout(60):
            assert await late.get() >= 0.1


def test_tenants_beyond_a_hundred_are_counted_together() -> None:
    metrics = silent_telemetry().metrics
    for number in range(MOST_VALUES + 20):
        metrics.count_tokens("prompt", 1, tenant=f"t{number}", model="m")
    metrics.count_tokens("prompt", 1, tenant="t0", model="m")
    value = metrics.registry.get_sample_value
    common = {"kind": "prompt", "model": "m"}
    assert value("askmesh_tokens_total", {**common, "tenant": "other"}) == 20
    assert value("askmesh_tokens_total", {**common, "tenant": "t0"}) == 2
    assert value("askmesh_tokens_total", {**common, "tenant": "t100"}) is None


async def test_work_is_counted_under_the_names_that_dashboards_use() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        own.metrics.observe_stage("fusion", 0.01)
        own.metrics.observe_first_token(0.2)
        own.metrics.count_tokens("prompt", 7, tenant="t", model="m")
        own.metrics.count_cancellation()
        own.metrics.count_degradation("reranking_unavailable")
        own.metrics.count_answer("abstained", degraded=True)
        own.metrics.count_abstention("nothing_near")
        own.metrics.set_active_answers(3)
        own.metrics.set_indexed_revision(12)
        page = await scraped(own)
    assert 'askmesh_stage_duration_seconds_count{stage="fusion"} 1.0' in page
    assert "askmesh_time_to_first_token_seconds_count 1.0" in page
    assert 'askmesh_tokens_total{kind="prompt",model="m",tenant="t"} 7.0' in page
    assert "askmesh_cancellations_total 1.0" in page
    assert 'askmesh_degradations_total{reason="reranking_unavailable"} 1.0' in page
    assert 'askmesh_answers_total{degraded="true",outcome="abstained"} 1.0' in page
    assert 'askmesh_abstentions_total{reason="nothing_near"} 1.0' in page
    assert "askmesh_active_answers 3.0" in page
    assert "askmesh_indexed_revision 12.0" in page
    assert "process_resident_memory_bytes" in page


async def test_services_export_no_metrics_of_work_that_they_do_not_do() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        page = await scraped(own)
        assert "time_to_first_token" not in page
        assert "active_answers" not in page
        assert "indexed_revision" not in page
        own.metrics.observe_first_token(0.2)
        own.metrics.observe_first_token(0.2)
        page = await scraped(own)
    assert "Time from the start of this service's work on an answer to its first text." in page
    assert "askmesh_time_to_first_token_seconds_count 2.0" in page


async def test_histograms_link_to_their_traces() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        with own.span("work"):
            trace_id = own.trace_headers()["traceparent"].split("-")[1]
            own.metrics.observe_first_token(0.2)
        page = await scraped(own, accept=OPEN_METRICS)
    assert f'trace_id="{trace_id}"' in page
    assert page.endswith("# EOF\n")


async def test_only_the_metrics_are_served() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        assert (await scraped(own, "/")).startswith("HTTP/1.1 404 ")


async def test_a_metrics_port_in_use_is_named_with_the_variable_to_set() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        address = f"127.0.0.1:{own.metrics_port}"
        with pytest.raises(StartupError) as caught:
            async with telemetry("echo", ServiceSettings(metrics_address=address)):
                pass
    assert address in caught.value.message
    assert "set ASKMESH_METRICS_ADDRESS" in caught.value.message


async def log_lines(capsys: pytest.CaptureFixture[str], count: int) -> list[str]:
    """Return what was written, once there are so many lines: a caller may hear first."""
    written = ""
    while written.count("\n") < count:
        await asyncio.sleep(0)
        written += capsys.readouterr().err
    return written.splitlines()


async def test_each_call_is_one_line_of_json_with_its_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with telemetry("echo", ServiceSettings()) as own, echo(own, unary=refuse) as client:
        await client.unary(text("payload"), timeout=60)
        with pytest.raises(aio.AioRpcError):
            await client.unary(text(""), timeout=60)
        lines = await log_lines(capsys, 2)
    served, refused = map(json.loads, lines)
    assert served["method"] == f"{SERVICE}/Unary"
    assert (served["level"], served["service"], served["code"]) == ("INFO", "echo", "OK")
    assert served["tenant"] == "default"
    assert served["duration_ms"] >= 0
    assert len(served["trace_id"]) == 32
    assert len(served["span_id"]) == 16
    assert (refused["code"], refused["reason"]) == ("INVALID_ARGUMENT", "QUERY_EMPTY")
    assert "payload" not in "".join(lines)


async def test_a_defect_is_logged_with_its_stack_and_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        raise KeyError("missing")

    async with telemetry("echo", ServiceSettings()) as own, echo(own, unary=unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
        defect, _ = map(json.loads, await log_lines(capsys, 2))
    assert defect["level"] == "ERROR"
    assert "KeyError: 'missing'" in defect["exception"]
    assert defect["trace_id"] in str(caught.value.details())


async def test_logs_are_left_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    handlers = list(logging.getLogger().handlers)
    async with telemetry("front", ServiceSettings()), telemetry("back", ServiceSettings()):
        logging.getLogger("askmesh.test").info("once")
    assert logging.getLogger().handlers == handlers
    lines = map(json.loads, capsys.readouterr().err.splitlines())
    assert [line["message"] for line in lines if line["logger"] == "askmesh.test"] == ["once"]


async def test_spans_are_exported_before_the_telemetry_closes() -> None:
    async with otlp_collector() as collector:
        settings = ServiceSettings(otlp_endpoint=collector.address)
        async with telemetry("echo", settings) as own:
            with own.span("work", {"size": 3}):
                pass
        assert [span.name for span in collector.spans] == ["work"]
    span = collector.spans[0]
    assert (span.service, span.attributes["size"], span.parent_id) == ("echo", "3", "")


async def test_spans_are_exported_by_tls_to_who_is_believed_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    known, other = Authority(tmp_path), Authority(tmp_path, "other")
    own_files = known.files("echo")
    async with otlp_collector(known.files("collector")) as collector:
        for authority in (known, other):
            settings = ServiceSettings(
                otlp_endpoint=collector.address,
                otlp_authority_file=str(authority.path),
                otlp_certificate_file=str(own_files.certificate),
                otlp_key_file=str(own_files.key),
            )
            async with telemetry("echo", settings) as own:
                with own.span(authority.path.stem):
                    pass
        assert [span.name for span in collector.spans] == ["authority"]
    missing = ServiceSettings(otlp_endpoint="a:1", otlp_authority_file="/nowhere")
    with pytest.raises(StartupError, match="ASKMESH_OTLP_AUTHORITY_FILE"):
        async with telemetry("echo", missing):
            pass


async def test_an_error_in_a_block_marks_its_span() -> None:
    own, log = recording_telemetry()
    with pytest.raises(ZeroDivisionError), own.span("work"):
        raise ZeroDivisionError
    assert not log.ended[0].status.is_ok


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError, None])
def test_a_stage_is_a_span_and_a_metric_however_it_ends(
    error: type[BaseException] | None,
) -> None:
    own, log = recording_telemetry()
    with suppress(BaseException), own.stage("fusion"):
        if error is not None:
            raise error
    assert [span.name for span in log.ended] == ["fusion"]
    count = "askmesh_stage_duration_seconds_count"
    assert own.metrics.registry.get_sample_value(count, {"stage": "fusion"}) == 1


def test_silent_telemetry_counts_and_exports_nothing() -> None:
    own = silent_telemetry()
    own.metrics.count_tokens("completion", 3, tenant="t", model="m")
    labels = {"kind": "completion", "tenant": "t", "model": "m"}
    assert own.metrics.registry.get_sample_value("askmesh_tokens_total", labels) == 3
    assert own.metrics_port is None
    assert own.trace_headers() == {}


async def test_a_collector_that_is_gone_does_not_hold_up_the_end() -> None:
    async with otlp_collector() as collector:
        pass
    async with asyncio.timeout(60):
        async with telemetry("echo", ServiceSettings(otlp_endpoint=collector.address)) as own:
            with own.span("work"):
                pass
