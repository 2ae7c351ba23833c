"""Serving one of the services that collectors of OTLP have."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from grpc import aio

from askmesh.transport import TlsFiles, server_credentials


@asynccontextmanager
async def otlp_service(
    signal: str, export: "grpc.RpcMethodHandler[Any, Any]", address: str, tls: TlsFiles | None
) -> AsyncGenerator[str]:
    """Take exports of a signal, such as "trace", until the block ends; yield the address.

    With `tls`, they are taken from who has a certificate.
    """
    server = aio.server(options=[("grpc.so_reuseport", 0)])
    name = f"opentelemetry.proto.collector.{signal}.v1.{signal.capitalize()}Service"
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(name, {"Export": export})]
    )
    if tls is None:
        port = server.add_insecure_port(address)
    else:
        port = server.add_secure_port(address, server_credentials(tls, callers_are_certified=True))
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0)
