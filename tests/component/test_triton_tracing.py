"""One trace from the caller into Triton."""

import json
import queue
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from askmesh.inference import GenerationRequest, triton_language_model
from askmesh.telemetry import silent_telemetry
from support.triton import running_triton

Exports = queue.SimpleQueue[dict[str, Any]]


@contextmanager
def http_collector() -> Generator[tuple[str, Exports]]:
    """A collector of traces for OTLP over HTTP, in JSON as Triton sends it."""
    exports: Exports = queue.SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            exports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/traces", exports
        finally:
            server.shutdown()
            thread.join()


def spans_in(export: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        span
        for resource in export["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


async def test_spans_of_triton_belong_to_the_trace_of_the_caller() -> None:
    telemetry = silent_telemetry()
    with http_collector() as (url, exports):
        variables = {"TRITON_CPU_MODELS": "ensemble", "TRITON_CPU_OTLP_TRACES_URL": url}
        with running_triton(variables) as triton, telemetry.span("question"):
            trace_id = telemetry.trace_headers()["traceparent"].split("-")[1]
            async with triton_language_model(triton.address, "ensemble", telemetry) as model:
                request = GenerationRequest(prompt="One two", max_tokens=3)
                assert [chunk async for chunk in model.generate(request)]
        mine: list[dict[str, Any]] = []
        while not mine:  # what else Triton did may come before
            spans = spans_in(exports.get(timeout=60))
            mine = [span for span in spans if span["traceId"] == trace_id]
    assert {"ensemble", "compute"} <= {span["name"] for span in mine}
    assert all(span["parentSpanId"] for span in mine)
