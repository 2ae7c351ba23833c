"""Credentials of more than one kind."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from askmesh.authentication._api_keys import KEY_PREFIX
from askmesh.authentication._refusing import invalid
from askmesh.identity import Caller


class Authenticator(Protocol):
    """Tells who calls."""

    async def caller_of(self, credential: str) -> Caller:
        """Return whom a credential stands for. Raise `UnauthenticatedError` if for nobody."""
        ...


class Certificates(Protocol):
    """Tells who calls from certificates that were verified when their owners connected."""

    async def caller_with(self, subjects: Collection[str]) -> Caller | None:
        """Return whom the names of a certificate, with their kinds, stand for; None if for nobody.

        Raise `UnauthenticatedError` if for more than one, or if none of them counts any longer.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeysOrTokens:
    """Tells keys from tokens by their beginning. None means that there are none of a kind."""

    keys: Authenticator | None
    tokens: Authenticator | None

    async def caller_of(self, credential: str) -> Caller:
        """Return whom a credential stands for."""
        kind = self.keys if credential.startswith(KEY_PREFIX) else self.tokens
        if kind is None:
            raise invalid("credentials of this kind are not taken here")
        return await kind.caller_of(credential)
