"""The interceptor that puts every call that is served into its scope."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import grpc
from grpc import aio

from askmesh.errors import UnimplementedError
from askmesh.serving._incoming import CallScope, ScopedMethod
from askmesh.serving._methods import Behaviour, Context, ServedMethod, reading, writing
from askmesh.tracing import is_traced

if TYPE_CHECKING:  # generic for checkers only
    Handler: TypeAlias = grpc.RpcMethodHandler[object, object]

Req = TypeVar("Req")
Res = TypeVar("Res")

# What the conventions of OpenTelemetry call a method that nobody knows.
_OTHER = "_OTHER"


class CallInterceptor(aio.ServerInterceptor):
    """Gives every call trace, metrics, deadline, tenant, log line and typed errors.

    Health checks and reflection pass unchanged. Calls of methods that nobody serves end as
    UNIMPLEMENTED with the reason `METHOD_UNKNOWN`.
    """

    def __init__(self, scope: CallScope) -> None:
        self._scope = scope
        self._wrapped: dict[str, Handler] = {}
        self._unknown = _wrapped(grpc.stream_unary_rpc_method_handler(_refuse), _OTHER, scope)

    async def intercept_service(
        self,
        continuation: Callable[
            [grpc.HandlerCallDetails], Awaitable["grpc.RpcMethodHandler[Req, Res] | None"]
        ],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Req, Res] | None":
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return cast("grpc.RpcMethodHandler[Req, Res]", known)
        handler = await continuation(handler_call_details)
        if not is_traced(method):
            return handler
        if handler is None:
            return cast("grpc.RpcMethodHandler[Req, Res]", self._unknown)
        wrapped = self._wrapped[method] = _wrapped(cast("Handler", handler), method, self._scope)
        return cast("grpc.RpcMethodHandler[Req, Res]", wrapped)


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
