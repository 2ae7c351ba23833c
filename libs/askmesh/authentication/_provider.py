"""Callers by the tokens of an identity provider, as OpenID Connect has it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import cast
from urllib.error import URLError
from urllib.request import urlopen

import jwt

from askmesh.authentication._refusing import expired, invalid
from askmesh.errors import UnavailableError
from askmesh.identity import Caller, Role

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""How a provider may sign. None of them shares a secret, so no public key verifies as one."""
_FETCH_SECONDS = 5.0
_PAUSE_SECONDS = 30.0
_MAX_AGE_SECONDS = 600.0
_MAX_KEYS_BYTES = 1 << 20
_logger = logging.getLogger("askmesh.authentication")


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims of a token say who calls, and how long clocks may differ."""

    issuer: str
    audience: str
    user: str = "sub"
    tenant: str = "tenant"
    groups: str = "groups"
    roles: str = "roles"
    leeway_seconds: float = 30.0

    def caller_of(self, claims: Mapping[str, object]) -> Caller:
        """Return who calls. Raise `UnauthenticatedError` if the claims do not say it."""
        user, tenant = claims.get(self.user), claims.get(self.tenant)
        if not (isinstance(user, str) and isinstance(tenant, str) and user and tenant):
            raise invalid(f"the token has no {self.user!r} or no {self.tenant!r}")
        known = {str(role) for role in Role}
        roles = frozenset(Role(name) for name in _names(claims.get(self.roles)) if name in known)
        return Caller(tenant, user, frozenset(_names(claims.get(self.groups))), roles)


class IdentityProvider:
    """Verifies tokens by the keys that a provider publishes.

    A token of an unknown key makes the keys be fetched again, but not within half a minute of the
    last time, so that nobody can make this service flood the provider. Keys are fetched anew every
    ten minutes in any case; while that fails, the last ones count.
    """

    def __init__(
        self,
        claims: Claims,
        fetch: Callable[[], Awaitable[bytes]],
        *,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        """`fetch` returns a JSON Web Key Set."""
        self._claims = claims
        self._fetch = fetch
        self._pause_seconds = pause_seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried = self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def caller_of(self, credential: str) -> Caller:
        """Return who the token says calls.

        Raise `UnauthenticatedError` if it does not count, and `UnavailableError` if the
        provider's keys are not to be had.
        """
        try:
            header = jwt.get_unverified_header(credential)
        except jwt.PyJWTError as error:
            raise invalid("it is no token") from error
        if header.get("alg") not in ALGORITHMS:
            raise invalid("tokens are not signed that way here")
        key = await self._key(str(header.get("kid", "")))
        if key.algorithm_name != header["alg"]:
            raise invalid("its key signs another way")
        return self._claims.caller_of(self._verified(credential, key))

    def _verified(self, token: str, key: jwt.PyJWK) -> Mapping[str, object]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._claims.audience,
                issuer=self._claims.issuer,
                leeway=self._claims.leeway_seconds,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise expired() from error
        except jwt.PyJWTError as error:
            raise invalid("its signature, issuer, audience or times are wrong") from error

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys or self._age() > _MAX_AGE_SECONDS:
            async with self._fetching:
                await self._refresh(key_id)
        if not self._keys:
            raise _no_keys()
        if key_id not in self._keys:
            raise invalid("the provider has no such key")
        return self._keys[key_id]

    async def _refresh(self, key_id: str) -> None:
        is_new = key_id in self._keys and self._age() <= _MAX_AGE_SECONDS
        if is_new or monotonic() - self._tried < self._pause_seconds:
            return
        self._tried = monotonic()
        try:
            self._keys = _usable_keys(await self._fetch())
        except UnavailableError as error:
            _logger.warning("the keys that were fetched last still count: %s", error.message)
            return
        self._fetched = monotonic()

    def _age(self) -> float:
        return monotonic() - self._fetched


def fetched_over_http(url: str) -> Callable[[], Awaitable[bytes]]:
    """Return what fetches the keys at an address, in a thread, within five seconds."""

    def fetch() -> bytes:
        with urlopen(url, timeout=_FETCH_SECONDS) as response:  # noqa: S310 - the operator names it
            return cast("bytes", response.read(_MAX_KEYS_BYTES))

    async def fetched() -> bytes:
        try:
            return await asyncio.to_thread(fetch)
        except (URLError, TimeoutError, ConnectionError) as error:
            raise _no_keys() from error

    return fetched


def _usable_keys(data: bytes) -> dict[str, jwt.PyJWK]:
    try:
        listed = cast("Mapping[str, Sequence[dict[str, object]]]", json.loads(data))["keys"]
        keys = [key for each in listed if (key := _usable_key(each))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_keys() from error
    return {str(key.key_id): key for key in keys}


def _usable_key(plain: dict[str, object]) -> jwt.PyJWK | None:
    if plain.get("use", "sig") != "sig" or not plain.get("kid"):
        return None
    try:
        key = jwt.PyJWK(plain)
    except jwt.PyJWTError:  # of a kind that comes later
        return None
    return key if key.algorithm_name in ALGORITHMS else None


def _no_keys() -> UnavailableError:
    return UnavailableError(
        "IDENTITY_PROVIDER_UNAVAILABLE", "the keys of the identity provider are not to be had now"
    )


def _names(values: object) -> list[str]:
    if isinstance(values, str):
        return values.split()
    if not isinstance(values, list):
        return []
    return [value for value in cast("list[object]", values) if isinstance(value, str)]
