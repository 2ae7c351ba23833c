"""Authenticators from settings."""

from dataclasses import dataclass
from pathlib import Path

from askmesh.authentication._key_ring import KeyRing
from askmesh.authentication._key_sets import fetched_over_http
from askmesh.authentication._provider import Claims, IdentityProvider
from askmesh.authentication._several import Authenticator, KeysOrTokens


@dataclass(frozen=True, slots=True)
class EdgeIdentity:
    """What an edge of the mesh believes: a file of keys, a provider's tokens, or both."""

    key_file: Path | None
    claims: Claims | None
    keys_url: str


def open_authenticator(edge: EdgeIdentity) -> Authenticator:
    """Return what tells who calls. Raise `StartupError` if the file of keys is none."""
    keys = KeyRing(edge.key_file) if edge.key_file else None
    tokens = None
    if edge.claims is not None:
        tokens = IdentityProvider(edge.claims, fetched_over_http(edge.keys_url))
    return KeysOrTokens(keys, tokens)
