"""What questions pass behind the door of the gateway, as settings have it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from askmesh.caching import RedisCommands
from askmesh.gateway.rates import (
    Allowances,
    OwnAllowances,
    Rate,
    SharedAllowances,
    require_allowed,
)
from askmesh.gateway.settings import Settings
from askmesh.identity import Caller

HasPlace: TypeAlias = Callable[[Caller], AbstractContextManager[None]]
"""Keeps what a caller asks a place, or raises `OverloadedError` where it will not have one."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets questions in that may get a place, of callers who have not asked too much.

    Requests that it refuses are not read. What is refused for want of room counts for nobody's
    rate.
    """

    has_place: HasPlace
    allowances: Allowances | None

    @asynccontextmanager
    async def passed(self, caller: Caller) -> AsyncGenerator[None]:
        """Serve a caller's question in the block, or refuse it."""
        with self.has_place(caller):
            if self.allowances:
                await require_allowed(self.allowances, caller)
            yield


def allowances_of(settings: Settings, redis: RedisCommands | None) -> Allowances | None:
    """Return what callers may ask, counted in a Redis if there is one; None without a limit."""
    if not settings.questions_per_minute:
        return None
    own = OwnAllowances(Rate(settings.questions_per_minute, settings.question_burst))
    return SharedAllowances(redis, own) if redis else own
