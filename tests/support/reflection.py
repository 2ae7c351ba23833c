"""What a service tells of its API by reflection."""

import grpc
from grpc import aio
from grpc_reflection.v1alpha import reflection_pb2


async def listed_services(channel: aio.Channel) -> list[str]:
    """Return the names of the services, none where reflection is off."""
    method: aio.StreamStreamMultiCallable[
        reflection_pb2.ServerReflectionRequest, reflection_pb2.ServerReflectionResponse
    ] = channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    try:
        return [
            service.name
            async for response in method(iter([request]), timeout=60)
            for service in response.list_services_response.service
        ]
    except aio.AioRpcError as error:
        # grpc.aio may lose the status of a stream that is refused while it is written to.
        if error.code() in {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL}:
            return []
        raise
