"""What calls of gRPC take beside requests."""

from collections.abc import Sequence
from typing import TypeAlias, TypedDict

import grpc
from grpc.aio import Metadata

CallMetadata: TypeAlias = Metadata | Sequence[tuple[str, str | bytes]]


class CallOptions(TypedDict, total=False):
    """What gRPC's calls take beside requests."""

    timeout: float | None
    metadata: CallMetadata | None
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None
