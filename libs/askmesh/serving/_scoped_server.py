"""A server whose calls are served in a scope."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

import grpc
from grpc import aio

from askmesh.errors import UnimplementedError
from askmesh.serving._incoming import CallScope, ScopedMethod
from askmesh.serving._methods import Behaviour, Context, ServedMethod, reading, writing
from askmesh.tracing import is_traced

if TYPE_CHECKING:  # generic for checkers only
    Handler: TypeAlias = grpc.RpcMethodHandler[object, object]

# What the conventions of OpenTelemetry call a method that nobody knows.
_OTHER = "_OTHER"


class ScopedServer(aio.Server):
    """A server that gives every call trace, metrics, deadline, tenant, log line and typed errors.

    Health checks and reflection pass unchanged. Calls of methods that nobody serves end as
    UNIMPLEMENTED with the reason `METHOD_UNKNOWN`.
    """

    def __init__(self, scope: CallScope, options: Sequence[tuple[str, object]]) -> None:
        self._methods = _ScopedMethods(scope)
        self._inner = aio.server(handlers=[self._methods], options=options)

    def add_generic_rpc_handlers(
        self, generic_rpc_handlers: Iterable[grpc.GenericRpcHandler]
    ) -> None:
        self._methods.add(generic_rpc_handlers)

    # gRPC would wait for the calls of each method in a task of its own, and for each call touch
    # all of these tasks: methods are found by their names here, however they were added.
    def add_registered_method_handlers(
        self, service_name: str, method_handlers: "Mapping[str, Handler]"
    ) -> None:
        handlers = dict(method_handlers)
        self._methods.add([grpc.method_handlers_generic_handler(service_name, handlers)])

    def add_insecure_port(self, address: str) -> int:
        return self._inner.add_insecure_port(address)

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        return self._inner.add_secure_port(address, server_credentials)

    async def start(self) -> None:
        await self._inner.start()

    async def stop(self, grace: float | None) -> None:
        await self._inner.stop(grace)

    async def wait_for_termination(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's interface
    ) -> bool:
        return await self._inner.wait_for_termination(timeout)


class _ScopedMethods(grpc.GenericRpcHandler):
    """The methods of a server, each in its scope from its first call on."""

    def __init__(self, scope: CallScope) -> None:
        self._scope = scope
        self._added: list[grpc.GenericRpcHandler] = []
        self._wrapped: dict[str, Handler] = {}
        self._unknown = _wrapped(grpc.stream_unary_rpc_method_handler(_refuse), _OTHER, scope)

    def add(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        self._added.extend(handlers)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "Handler | None":
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return known
        found = (each.service(handler_call_details) for each in self._added)
        handler = next((each for each in found if each is not None), None)
        if not is_traced(method):
            return handler
        if handler is None:
            return self._unknown
        wrapped = self._wrapped[method] = _wrapped(handler, method, self._scope)
        return wrapped


def _wrapped(handler: "Handler", method: str, scope: CallScope) -> "Handler":
    """Return a handler that reads and writes within `scope`, so that bad messages count, too.

    For gRPC, every request is a stream: a single one would be read before the scope begins.
    """
    write = writing(handler.response_serializer)
    served = ServedMethod(method, _behaviour_of(handler), handler.request_streaming, write)
    scoped = ScopedMethod(scope, served)
    read = reading(handler.request_deserializer)
    if handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler(scoped.stream, read, write)
    return grpc.stream_unary_rpc_method_handler(scoped.unary, read)


def _behaviour_of(handler: "Handler") -> Behaviour:
    behaviours = (
        handler.unary_unary,
        handler.unary_stream,
        handler.stream_unary,
        handler.stream_stream,
    )
    return cast("Behaviour", next(filter(None, behaviours)))


async def _refuse(_: object, __: Context) -> bytes:
    raise UnimplementedError("METHOD_UNKNOWN", "there is no such method here")
