"""The trace collector of the tests, in threads of its own that outlive single tests.

Services send OTLP over gRPC; Triton sends JSON over HTTP.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from support.otlp import CollectedSpan, OtlpCollector, otlp_collector

START_SECONDS = 60.0


@dataclass
class CollectorThread:
    """A collector that processes started by any test can export to."""

    collector: OtlpCollector
    loop: asyncio.AbstractEventLoop
    http_url: str = ""

    @property
    def address(self) -> str:
        return self.collector.address

    def wait_until(self, holds: Callable[[Sequence[CollectedSpan]], bool]) -> None:
        """Wait until `holds` is true of all spans so far."""
        waiting = self.collector.wait_until(holds)
        asyncio.run_coroutine_threadsafe(waiting, self.loop).result()

    def take(self, export: dict[str, Any]) -> None:
        """Keep the spans of one export in JSON."""
        spans = list(_spans_in_json(export))
        asyncio.run_coroutine_threadsafe(self.collector.add(spans), self.loop).result()


@contextmanager
def collector_thread() -> Generator[CollectorThread]:
    """Collect spans until the block ends."""
    with _grpc_collector() as collector, _http_server(collector) as server:
        collector.http_url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        yield collector


@contextmanager
def _grpc_collector() -> Generator[CollectorThread]:
    started: list[CollectorThread] = []
    ready = threading.Event()
    stop = asyncio.Event()

    async def collect() -> None:
        async with otlp_collector() as collector:
            started.append(CollectorThread(collector, asyncio.get_running_loop()))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(collect()))
    thread.start()
    assert ready.wait(START_SECONDS)
    try:
        yield started[0]
    finally:
        started[0].loop.call_soon_threadsafe(stop.set)
        thread.join()


@contextmanager
def _http_server(collector: CollectorThread) -> Generator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, collector)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, collector: CollectorThread, *args: Any) -> None:  # noqa: ANN401 - the server's
        self._collector = collector
        super().__init__(*args)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._collector.take(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's name
        """Say nothing."""


def _spans_in_json(export: dict[str, Any]) -> Iterator[CollectedSpan]:
    for resource in export["resourceSpans"]:
        service = _texts(resource["resource"]["attributes"]).get("service.name", "")
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield CollectedSpan(
                    service=service,
                    name=span["name"],
                    kind=str(span.get("kind", "")),
                    trace_id=span["traceId"].lower(),
                    span_id=span["spanId"].lower(),
                    parent_id=span.get("parentSpanId", "").lower(),
                    is_error=False,
                    attributes=_texts(span.get("attributes", [])),
                )


def _texts(attributes: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {pair["key"]: str(*pair["value"].values()) for pair in attributes}
