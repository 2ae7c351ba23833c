"""Clients of the mesh on this machine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from askmesh.cli.health import serving_status_at
from askmesh.cli.layout import local_address
from askmesh.client import Client, askmesh_client
from askmesh.errors import UnavailableError


@asynccontextmanager
async def local_client(base_port: int, tenant: str) -> AsyncGenerator[Client]:
    """Yield a client of the mesh at `base_port`.

    Where the gateway or ingestion does not answer the block's calls, the `UnavailableError` says
    whether the other one does, and what to do.
    """
    gateway, ingestion = local_address("gateway", base_port), local_address("ingestion", base_port)
    try:
        async with askmesh_client(gateway, ingestion, tenant) as client:
            yield client
    except UnavailableError as error:
        match error.reason:
            case "GATEWAY_UNAVAILABLE":
                raise await _advice("The gateway", gateway, ingestion) from error
            case "INGESTION_UNAVAILABLE":
                raise await _advice("Ingestion", ingestion, gateway) from error
            case _:
                raise


async def _advice(silent: str, address: str, other_address: str) -> UnavailableError:
    if await serving_status_at(other_address) == "SERVING":
        return UnavailableError(
            "SERVICE_UNAVAILABLE",
            f"{silent} does not answer at {address}, but the mesh does: the log of `askmesh up` "
            "says why",
        )
    return UnavailableError(
        "MESH_UNAVAILABLE",
        "No mesh answers here: start one with `askmesh up`, or say where it is with --base-port",
    )
