"""The keys that an identity provider publishes, as a JSON Web Key Set (RFC 7517)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http.client import HTTPException
from typing import cast
from urllib.parse import urlsplit
from urllib.request import urlopen

import jwt

from askmesh.errors import StartupError, UnavailableError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""How a provider may sign. None of them shares a secret, so no public key verifies as one."""
_FETCH_SECONDS = 5.0
_MAX_KEYS_BYTES = 1 << 20


def fetched_over_http(
    url: str, *, seconds: float = _FETCH_SECONDS
) -> Callable[[], Awaitable[bytes]]:
    """Return what fetches the keys at an address, in a thread, within so many seconds.

    Raise `StartupError` unless it is one of https, or of this machine.
    """
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or is_here):
        raise StartupError(
            "KEYS_URL_UNUSABLE",
            f"The keys of the identity provider cannot be fetched from {url!r}: name an address"
            " that begins with https://.",
        )

    def fetch() -> bytes:
        with urlopen(url, timeout=seconds) as response:  # noqa: S310 - the operator names it
            return cast("bytes", response.read(_MAX_KEYS_BYTES))

    async def fetched() -> bytes:
        try:
            async with asyncio.timeout(seconds):  # that of the connection is for each part
                return await asyncio.to_thread(fetch)
        except (OSError, HTTPException) as error:
            raise no_keys() from error

    return fetched


def usable_keys(data: bytes) -> dict[str, jwt.PyJWK]:
    """Return the keys of a set that verify tokens, by name.

    Raise `UnavailableError` if it has none.
    """
    try:
        listed = cast("Mapping[str, Sequence[dict[str, object]]]", json.loads(data))["keys"]
        keys = [key for each in listed if (key := _usable_key(each))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise no_keys() from error
    if not keys:
        raise no_keys()
    return {str(key.key_id): key for key in keys}


def _usable_key(plain: dict[str, object]) -> jwt.PyJWK | None:
    if plain.get("use", "sig") != "sig" or not plain.get("kid"):
        return None
    try:
        key = jwt.PyJWK(plain)
    except jwt.PyJWTError:  # of a kind that comes later
        return None
    return key if key.algorithm_name in ALGORITHMS else None


def no_keys() -> UnavailableError:
    """Return the error of who needs keys that are not to be had."""
    return UnavailableError(
        "IDENTITY_PROVIDER_UNAVAILABLE", "the keys of the identity provider are not to be had now"
    )
