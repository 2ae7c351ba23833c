"""Clients of the mesh that commands are about: on this machine, or wherever its addresses say."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from askmesh.cli.health import serving_status_at
from askmesh.cli.layout import local_address
from askmesh.client import Client, askmesh_client
from askmesh.config import load
from askmesh.errors import NotFoundError, UnavailableError


class MeshElsewhere(BaseSettings):
    """Where a mesh is that is not on this machine ("dns:///askmesh-gateway:7400"), and who asks."""

    model_config = SettingsConfigDict(env_prefix="ASKMESH_", frozen=True)

    gateway: str = ""
    ingestion: str = ""
    key: SecretStr = SecretStr("")
    """A key or a token, which says who you are."""
    key_file: Path | None = None
    """A file that holds it."""
    plain_text: bool = False
    """Whether it may be sent to another machine over a connection that others can read."""

    @property
    def credential(self) -> str:
        """The key or token; empty if there is none. Raise `NotFoundError` if its file is not."""
        if self.key_file is None:
            return self.key.get_secret_value()
        try:
            return self.key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise NotFoundError(
                "KEY_FILE_MISSING", f"The file of ASKMESH_KEY_FILE, {self.key_file}, is not there"
            ) from error


def addresses(base_port: int) -> tuple[str, str]:
    """Return where the gateway and ingestion are: as the environment says, else at `base_port`."""
    elsewhere = load(MeshElsewhere)
    return (
        elsewhere.gateway or local_address("gateway", base_port),
        elsewhere.ingestion or local_address("ingestion", base_port),
    )


@asynccontextmanager
async def mesh_client(base_port: int, tenant: str) -> AsyncGenerator[Client]:
    """Yield a client of the mesh, which is at `base_port` unless the environment says otherwise.

    Where the gateway or ingestion does not answer the block's calls, the `UnavailableError` says
    whether the other one does, and what to do.
    """
    gateway, ingestion = addresses(base_port)
    try:
        elsewhere = load(MeshElsewhere)
        async with askmesh_client(
            gateway,
            ingestion,
            tenant,
            credential=elsewhere.credential,
            plain_text=elsewhere.plain_text,
        ) as client:
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
            f"{silent} does not answer at {address}, but the mesh does: its log says why",
        )
    return UnavailableError(
        "MESH_UNAVAILABLE",
        f"No mesh answers at {address}: start one with `askmesh up`, or say where it is with "
        "--base-port, or with the variables ASKMESH_GATEWAY and ASKMESH_INGESTION",
    )
