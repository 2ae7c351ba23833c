"""Callers by the tokens of an identity provider, as OpenID Connect has it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias, cast

import jwt

from askmesh.authentication._key_sets import ALGORITHMS, no_keys, usable_keys
from askmesh.authentication._refusing import expired, invalid
from askmesh.errors import UnavailableError, single_failure
from askmesh.identity import Caller, Role

_PAUSE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 1.0
_MAX_AGE_SECONDS = 600.0
_logger = logging.getLogger("askmesh.authentication")


Fetch: TypeAlias = Callable[[], Awaitable[bytes]]
"""Returns a JSON Web Key Set, or raises `UnavailableError`."""


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
        named = claims.get(self.roles)
        roles = _names(named.split() if isinstance(named, str) else named)
        groups = frozenset(_names(claims.get(self.groups)))
        return Caller(
            tenant, user, groups, frozenset(Role(name) for name in roles if name in known)
        )


class IdentityProvider:
    """Verifies tokens by the keys that a provider publishes.

    A token of an unknown key makes the keys be fetched again, but not within half a minute of the
    last time, so that nobody can make this service flood the provider; within a second where there
    are none yet. Keys are fetched anew every ten minutes in any case; meanwhile, and while that
    fails, the last ones count. Callers that leave end no fetch; see `identity_provider` for who
    does.
    """

    def __init__(
        self,
        claims: Claims,
        fetch: Fetch,
        tasks: asyncio.TaskGroup,
        *,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._claims = claims
        self._fetch = fetch
        self._tasks = tasks
        self._pause_seconds = pause_seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried = self._fetched = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

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

    def end(self) -> None:
        """Fetch nothing any more."""
        if self._fetching is not None:
            self._fetching.cancel()

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
            self._begin_fetching()
        if key_id not in self._keys and self._fetching is not None:
            await asyncio.shield(self._fetching)
        if not self._keys:
            raise no_keys()
        if key_id not in self._keys:
            raise invalid("the provider has no such key")
        return self._keys[key_id]

    def _begin_fetching(self) -> None:
        """Fetch the keys in a task of their own, unless that was done a moment ago."""
        pause = (
            self._pause_seconds if self._keys else min(self._pause_seconds, _FIRST_PAUSE_SECONDS)
        )
        is_running = self._fetching is not None and not self._fetching.done()
        if is_running or monotonic() - self._tried < pause:
            return
        self._tried = monotonic()
        self._fetching = self._tasks.create_task(self._refresh())

    async def _refresh(self) -> None:
        try:
            self._keys = usable_keys(await self._fetch())
        except UnavailableError as error:
            _logger.warning("the keys that were fetched last still count: %s", error.message)
            return
        self._fetched = monotonic()

    def _age(self) -> float:
        return monotonic() - self._fetched


@asynccontextmanager
async def identity_provider(
    claims: Claims, fetch: Fetch, *, pause_seconds: float = _PAUSE_SECONDS
) -> AsyncGenerator[IdentityProvider]:
    """Yield what verifies tokens. Keys that are being fetched at the end of the block are not."""
    with single_failure():
        async with asyncio.TaskGroup() as tasks:
            provider = IdentityProvider(claims, fetch, tasks, pause_seconds=pause_seconds)
            try:
                yield provider
            finally:
                provider.end()


def _names(values: object) -> list[str]:
    if isinstance(values, str):
        return [values]
    if not isinstance(values, list):
        return []
    return [value for value in cast("list[object]", values) if isinstance(value, str)]
