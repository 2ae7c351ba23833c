"""The interceptor that puts every call that is served into its scope."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import grpc
from grpc import aio

from askmesh.rpc._incoming import Behaviour, CallScope
from askmesh.telemetry import is_traced

if TYPE_CHECKING:  # generic for checkers only
    Handler: TypeAlias = grpc.RpcMethodHandler[object, object]

Req = TypeVar("Req")
Res = TypeVar("Res")


class CallInterceptor(aio.ServerInterceptor):
    """Gives every call trace, metrics, deadline, tenant, log line and typed errors.

    Health checks and reflection pass unchanged.
    """

    def __init__(self, scope: CallScope) -> None:
        self._scope = scope
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[
            [grpc.HandlerCallDetails], Awaitable["grpc.RpcMethodHandler[Req, Res] | None"]
        ],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Req, Res] | None":
        method = handler_call_details.method
        handler = await continuation(handler_call_details)
        if handler is None or not is_traced(method):
            return handler
        if method not in self._wrapped:
            self._wrapped[method] = _wrapped(cast("Handler", handler), method, self._scope)
        return cast("grpc.RpcMethodHandler[Req, Res]", self._wrapped[method])


def _wrapped(handler: "Handler", method: str, scope: CallScope) -> "Handler":
    build, behaviour = _kind_of(handler)
    served = scope.stream if handler.response_streaming else scope.unary

    # A coroutine for streams too: what it writes is what grpc.aio would send for a generator.
    async def serve(request: object, context: aio.ServicerContext[object, object]) -> object:
        return await served(method, cast("Behaviour", behaviour), request, context)

    return build(serve, handler.request_deserializer, handler.response_serializer)


def _kind_of(handler: "Handler") -> tuple[Callable[..., "Handler"], object]:
    match handler.request_streaming, handler.response_streaming:
        case False, False:
            return grpc.unary_unary_rpc_method_handler, handler.unary_unary
        case False, True:
            return grpc.unary_stream_rpc_method_handler, handler.unary_stream
        case True, False:
            return grpc.stream_unary_rpc_method_handler, handler.stream_unary
        case _:
            return grpc.stream_stream_rpc_method_handler, handler.stream_stream
