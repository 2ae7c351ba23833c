"""The gateway's door as settings have it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from askmesh.auditing import AuditTrail
from askmesh.caching import RedisCommands
from askmesh.gateway.rates import (
    Allowances,
    OwnAllowances,
    Rate,
    SharedAllowances,
    require_allowed,
)
from askmesh.gateway.servicer import ASKING, ROLES
from askmesh.gateway.settings import Settings
from askmesh.identity import Caller
from askmesh.resilience import Priority
from askmesh.rpc import MetadataByKey, priority_of
from askmesh.serving import CertifiedNames, Door, nobody, opened_edge_door

RequireHope: TypeAlias = Callable[[Caller, Priority], None]
"""Raises `OverloadedError` where what a caller asks could not be begun soon."""


@dataclass(frozen=True, slots=True)
class AskingDoor:
    """Lets those in whose questions may get a place, and who have not asked too much.

    Requests that it refuses are not read. What is refused for want of room counts for nobody's
    rate.
    """

    door: Door
    require_hope: RequireHope
    allowances: Allowances | None

    @property
    def is_open(self) -> bool:
        return self.door.is_open

    async def admit(
        self, method: str, said: MetadataByKey, certified: CertifiedNames = nobody
    ) -> Caller:
        caller = await self.door.admit(method, said, certified)
        if method == ASKING:
            self.require_hope(caller, priority_of(said))
            if self.allowances:
                await require_allowed(self.allowances, caller)
        return caller


def allowances_of(settings: Settings, redis: RedisCommands | None) -> Allowances | None:
    """Return what callers may ask, counted in a Redis if there is one; None without a limit."""
    if not settings.questions_per_minute:
        return None
    own = OwnAllowances(Rate(settings.questions_per_minute, settings.question_burst))
    return SharedAllowances(redis, own) if redis else own


@asynccontextmanager
async def gateway_door(
    settings: Settings,
    allowances: Allowances | None,
    audit: AuditTrail | None,
    require_hope: RequireHope,
) -> AsyncGenerator[Door]:
    """Yield what tells who calls, for whom there is room, and who asks too much.

    Raise `StartupError` where the credentials of the settings cannot be used.
    """
    async with opened_edge_door(settings, ROLES, audit) as door:
        yield AskingDoor(door, require_hope, allowances)
