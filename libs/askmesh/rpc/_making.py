"""Calls that carry trace, tenant and deadline."""

from collections.abc import Callable
from typing import TypeVar

from grpc import aio

from askmesh.rpc._outgoing import CallTemplate
from askmesh.rpc._sent import SentMetadata
from askmesh.rpc._streams import Conversation, ResponseStream
from askmesh.transport import CallMaking, CallOptions

Req = TypeVar("Req")
Res = TypeVar("Res")
C = TypeVar("C", bound=aio.Call)


class MeshCalls(CallMaking):
    """Calls of one method, whose streams end when their reader does."""

    def __init__(self, template: CallTemplate) -> None:
        self._template = template

    def begun(self, begin: Callable[..., C], options: CallOptions) -> C:
        outgoing = self._template.prepare(options.get("timeout"), options.get("metadata"))
        options["timeout"], options["metadata"] = outgoing.timeout, SentMetadata(outgoing.metadata)
        call = begin(**options)
        if outgoing.span.is_recorded:
            call.add_done_callback(outgoing.finished)
        return call

    def responses(self, call: aio.UnaryStreamCall[Req, Res]) -> aio.UnaryStreamCall[Req, Res]:
        return ResponseStream(call)

    def conversation(self, call: aio.StreamStreamCall[Req, Res]) -> aio.StreamStreamCall[Req, Res]:
        return Conversation(call)
