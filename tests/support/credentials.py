"""The credentials of a mesh that asks for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from askmesh.authentication import (
    ApiKey,
    TokenSigner,
    digest_of,
    new_key_pair,
    new_secret,
    write_keys,
)
from askmesh.errors import AskmeshError
from askmesh.identity import Caller, Role
from askmesh.serving import Door


class Keys:
    """The credentials of a mesh, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = {role: new_secret() for role in Role}
        callers = {
            role: Caller("blue", f"a-{role}", frozenset(), frozenset({role})) for role in Role
        }
        write_keys(
            folder / "keys.json",
            [ApiKey(each, digest_of(self.secrets[each]), callers[each], None) for each in Role],
        )
        private, public = new_key_pair()
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
        await door.admit(method, said)
    return caught.value.reason
