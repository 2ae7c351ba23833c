"""The credentials of a mesh that asks for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.authentication import (
    ApiKey,
    KnownCallers,
    TokenSigner,
    digest_of,
    new_key_pair,
    new_secret,
    write_known_callers,
)
from askmesh.errors import AskmeshError
from askmesh.gateway.servicer import ROLES as GATEWAY_ROLES
from askmesh.identity import Caller, Role
from askmesh.ingestion.wiring import ROLES as INGESTION_ROLES
from askmesh.serving import Door

GATEWAY = gateway_pb2.DESCRIPTOR.services_by_name["GatewayService"]
INGESTION = ingestion_pb2.DESCRIPTOR.services_by_name["IngestionService"]
UNDERSTANDING = query_understanding_pb2.DESCRIPTOR.services_by_name["QueryUnderstandingService"]
ROLES = GATEWAY_ROLES | INGESTION_ROLES
READ, INGEST, STATUS = (
    f"/{GATEWAY.full_name}/StreamAnswer",
    f"/{INGESTION.full_name}/DeleteDocument",
    f"/{GATEWAY.full_name}/GetMeshStatus",
)


class Keys:
    """The credentials of a mesh, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.secrets = {role: new_secret() for role in Role}
        write_known_callers(
            folder / "keys.json", KnownCallers(tuple(self._key(role) for role in Role))
        )
        private, public = new_key_pair()
        self.private = private
        (folder / "private.pem").write_bytes(private)
        (folder / "public.pem").write_bytes(public)
        self.signer = TokenSigner(private)

    @property
    def edge(self) -> dict[str, str]:
        """Settings of a service that clients call."""
        file = str(self.folder / "keys.json")
        return {"authentication": "credentials", "key_file": file, "tenants": "blue"}

    def _key(self, role: Role) -> ApiKey:
        caller = Caller("blue", f"a-{role}", frozenset(), frozenset({role}))
        return ApiKey(role, digest_of(self.secrets[role]), caller, None)


def methods_of(*services: ServiceDescriptor) -> Iterator[str]:
    for service in services:
        yield from (f"/{service.full_name}/{method.name}" for method in service.methods)


async def refusal(door: Door, method: str, *said: tuple[str, str | bytes]) -> str:
    with pytest.raises(AskmeshError) as caught:
        await door.admit(method, dict(said))
    return caught.value.reason
