"""What the processes of a mesh say of themselves, and which of them say nothing."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from askmesh.cli.health import serving_status_at
from askmesh.client import Client, CollectionStatus, MeshStatus
from askmesh.errors import AskmeshError, InvalidRequestError

T = TypeVar("T")

_NOBODY = {"GATEWAY_UNAVAILABLE", "INGESTION_UNAVAILABLE"}


@dataclass(frozen=True, slots=True)
class MeshState:
    """The states of gateway and ingestion, or why they cannot be had.

    `triton` is the status of grpc.health.v1 of the server that belongs to this mesh, or the
    gRPC code of the failed check.
    """

    mesh: MeshStatus | AskmeshError
    collection: CollectionStatus | AskmeshError
    triton: str


async def mesh_state(client: Client, triton_address: str) -> MeshState:
    """Ask everyone. Raise `UnavailableError` when neither gateway nor ingestion answers."""
    mesh = await _or_why_not(client.status())
    collection = await _or_why_not(client.collection_status())
    if (
        isinstance(mesh, AskmeshError)
        and isinstance(collection, AskmeshError)
        and {mesh.reason, collection.reason} == _NOBODY
    ):
        raise mesh
    return MeshState(mesh, collection, await serving_status_at(triton_address))


async def _or_why_not(answer: Awaitable[T]) -> T | AskmeshError:
    try:
        return await answer
    except InvalidRequestError:
        raise  # ours to mend
    except AskmeshError as error:
        return error
