"""How many questions a caller may ask: a rate that bursts may exceed for a moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

from askmesh.caching import CacheUnavailableError, RedisCommands, Script, redis_key
from askmesh.errors import TooManyCallsError
from askmesh.identity import Caller

MAX_KNOWN = 10_000
"""Of how many callers a gateway remembers what they asked, at most twice as many for a moment."""

_MICROS = 1_000_000

# The moment at which all that was asked would have been asked at the rate is all there is to know.
_TAKE = Script(
    """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = due - now - ARGV[2]
if wait > 0 then
  return wait
end
due = due + ARGV[1]
redis.call('SET', KEYS[1], due, 'PX', math.ceil((due - now) / 1000))
return 0
"""
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One each `interval_seconds`, and so many at once after a pause."""

    per_minute: float
    burst: int

    @property
    def interval_seconds(self) -> float:
        """How long it takes until one more is allowed."""
        return 60.0 / self.per_minute

    @property
    def lead_seconds(self) -> float:
        """How far ahead of the rate somebody may be."""
        return (self.burst - 1) * self.interval_seconds


class Allowances(Protocol):
    """What callers may still ask."""

    async def take(self, who: str) -> float:
        """Take one from what somebody may ask; return 0, or in how many seconds there is one."""
        ...


@dataclass(slots=True)
class OwnAllowances:
    """What callers may still ask of this gateway."""

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict[str, float])

    async def take(self, who: str) -> float:
        now = self.clock()
        due = max(self._due.get(who, 0.0), now)
        if (wait := due - now - self.rate.lead_seconds) > 0:
            return wait
        if len(self._due) >= 2 * MAX_KNOWN:
            self._forget(now)
        self._due.pop(who, None)  # who asked last stands last
        self._due[who] = due + self.rate.interval_seconds
        return 0.0

    def _forget(self, now: float) -> None:
        """Forget those who may ask as much as anybody, and then those who asked first."""
        known = {who: due for who, due in self._due.items() if due > now}
        self._due = dict(list(known.items())[-MAX_KNOWN:])


@dataclass(frozen=True, slots=True)
class SharedAllowances:
    """What callers may still ask of all gateways of one Redis; without it, of each by itself.

    Where a reply of Redis is lost, one may be taken twice.
    """

    redis: RedisCommands
    own: OwnAllowances

    async def take(self, who: str) -> float:
        rate = self.own.rate
        interval, lead = map(_micros, (rate.interval_seconds, rate.lead_seconds))
        try:
            wait = await self.redis.run(_TAKE, [redis_key("due", who)], interval, lead)
        except CacheUnavailableError:
            return await self.own.take(who)
        return cast("int", wait) / _MICROS


async def require_allowed(allowances: Allowances, caller: Caller) -> None:
    """Take one from what a caller may ask; raise `TooManyCallsError` if there is none."""
    wait = await allowances.take(f"{caller.tenant}\n{caller.user}")
    if wait > 0:
        raise _too_many(caller, wait)


def _micros(seconds: float) -> int:
    return round(seconds * _MICROS)


def quota_of(caller: Caller) -> str:
    """Return whose share is taken, in a word: a user's, or a tenant's where nobody is known."""
    return f"user:{caller.user}" if caller.user else f"tenant:{caller.tenant}"


def _too_many(caller: Caller, wait: float) -> TooManyCallsError:
    return TooManyCallsError(
        "TOO_MANY_QUESTIONS",
        f"you have asked more than you may in a while: ask again in {wait:.1f} s",
        quota=quota_of(caller),
        retry_after_seconds=wait,
    )
