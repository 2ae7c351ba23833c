"""Credentials of more than one kind."""

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
