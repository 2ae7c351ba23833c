"""Hot paths of every call, whatever it does."""

import logging
from collections.abc import Mapping
from contextvars import copy_context

from benchmarks.gate.case import Act, Case, run
from benchmarks.gate.material import ids

from askmesh.authentication import TokenSigner, TokenVerifier, new_key_pair
from askmesh.caching import MemoryCache
from askmesh.identity import Caller, Role
from askmesh.telemetry import log_fields, silent_telemetry
from askmesh.telemetry._logs import JsonFormatter


def _identity(size: int, seed: int) -> Act:
    private, public = new_key_pair()
    signer, verifier = TokenSigner(private), TokenVerifier(public)
    caller = Caller("default", f"user {seed}", frozenset({"sales"}), frozenset({Role.READER}))
    token = signer.token_of(caller)
    run(verifier.caller_of(token))

    def verify() -> None:
        for _ in range(size):
            run(verifier.caller_of(signer.token_of(caller)))

    return verify


def _memory_cache(size: int, seed: int) -> Act:
    keys = ids(size, seed)

    async def set_and_get() -> None:
        cache = MemoryCache(1_000_000, clock=lambda: 0.0)
        for key in keys:
            await cache.set_many({key: b"value"}, ttl_seconds=60)
        await cache.get_many(keys)

    return lambda: run(set_and_get())


def _telemetry(size: int, seed: int) -> Act:
    signals = silent_telemetry()
    method = f"/askmesh.api.retrieval.v1.RetrievalService/RetrievePassages{seed}"
    client, server = signals.calls_of(method, "127.0.0.1:7403"), signals.calls_of(method, "")
    measured = signals.metrics.calls_of("RetrievalService", method)

    def call() -> None:
        for _ in range(size):
            caller = client.made()
            served = copy_context().run(server.served, dict(caller.headers()))
            served.finish("OK", tenant="default")
            caller.finish("OK")
            measured.observe("OK", 0.01)

    return call


def _logs(size: int, seed: int) -> Act:
    writer = JsonFormatter("gateway")
    told: dict[str, str | float] = {"method": f"Method{seed}", "code": "OK", "duration_ms": 1.5}
    record = logging.makeLogRecord({"msg": "call served", **log_fields(**told)})
    return lambda: [writer.format(record) for _ in range(size)]


RUNNING: Mapping[str, Case] = {
    "authentication, callers that are known": Case(_identity, 10),
    "caching, memory": Case(_memory_cache, 20),
    "telemetry, calls": Case(_telemetry, 10),
    "telemetry, logs": Case(_logs, 10),
}
