"""Clients of the mesh that commands are about: on this machine, or wherever its addresses say."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from askmesh.cli.advice import MeshPlace, advice
from askmesh.cli.layout import local_address
from askmesh.cli.local_meshes import protection_at
from askmesh.cli.protection import UNPROTECTED, Protection
from askmesh.client import Client, Reconnecting, askmesh_client
from askmesh.config import TlsFileSettings, load
from askmesh.errors import NotFoundError, PreconditionError, UnavailableError
from askmesh.transport import TlsFiles


class MeshElsewhere(TlsFileSettings):
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

    tls_authority_file: str = ""
    """Who signs the certificates of the mesh, in PEM. Empty: the mesh is called in plain text."""
    tls_certificate_file: str = ""
    tls_key_file: str = ""
    """What is shown to the mesh, if it asks."""

    @property
    def is_named(self) -> bool:
        """Whether there is such a mesh; else it is on this machine."""
        return bool(self.gateway or self.ingestion)

    @property
    def credential(self) -> str:
        """The key or token; empty if there is none. Raise `NotFoundError` if its file is not."""
        return self.key.get_secret_value() or _key_in(self.key_file)


def is_elsewhere() -> bool:
    """Tell whether the environment names a mesh, so that it is not the one of this machine."""
    return load(MeshElsewhere).is_named


def addresses(base_port: int) -> tuple[str, str]:
    """Return where the gateway and ingestion are: as the environment says, else at `base_port`."""
    place = _place(load(MeshElsewhere), base_port, UNPROTECTED)
    return place.gateway, place.ingestion


def tls_of(base_port: int) -> TlsFiles | None:
    """Return how the processes at `base_port` are connected to; None in plain text."""
    return protection_at(base_port).tls


@asynccontextmanager
async def mesh_client(
    base_port: int, tenant: str, *, reconnecting: Reconnecting | None = None
) -> AsyncGenerator[Client]:
    """Yield a client of the mesh, which is at `base_port` unless the environment says otherwise.

    Where the gateway or ingestion does not answer the block's calls, the error says why, as far as
    that can be found out, and what to do.
    """
    elsewhere = load(MeshElsewhere)
    told = UNPROTECTED if elsewhere.is_named else protection_at(base_port)
    place = _place(elsewhere, base_port, told)
    try:
        async with askmesh_client(
            place.gateway,
            place.ingestion,
            tenant,
            credential=elsewhere.credential or _key_in(told.key_file),
            plain_text=elsewhere.plain_text,
            tls=place.tls,
            reconnecting=reconnecting,
        ) as client:
            yield client
    except UnavailableError as error:
        if (better := await advice(error, place)) is None:
            raise
        raise better from error


def _place(elsewhere: MeshElsewhere, base_port: int, told: Protection) -> MeshPlace:
    return MeshPlace(
        elsewhere.gateway or local_address("gateway", base_port),
        elsewhere.ingestion or local_address("ingestion", base_port),
        elsewhere.tls_files("tls") or told.tls,
    )


def _key_in(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise PreconditionError(
            "KEY_FILE_NOT_TEXT", f"The file of the key, {file}, holds no key"
        ) from None
    except FileNotFoundError as error:
        raise NotFoundError(
            "KEY_FILE_MISSING", f"The file of the key, {file}, is not there"
        ) from error
