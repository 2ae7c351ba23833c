"""Redis, shared by all processes: commands of one turn are one request."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha1
from typing import TypeAlias, cast

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import NoScriptError, RedisError

from askmesh.caching._cache import CacheUnavailableError
from askmesh.caching._connecting import connected
from askmesh.caching._keys import redis_key
from askmesh.resilience import OnWait, Turns, patience, turns

Command: TypeAlias = tuple[bytes | str | int, ...]

BATCHES = 4
"""How many requests may be on their way at once, each over a connection of its own."""

TIMEOUT_SECONDS = 0.2
"""How long a request may take; a call waits for one before its own at most."""

_OWN_LIMITS = 10
"""How much longer the library may wait by itself: its limits count what is not Redis's fault."""

_FAILURES = (RedisError, OSError, TimeoutError)

_logger = logging.getLogger("askmesh.caching")


@dataclass(frozen=True)
class Script:
    """A program that Redis runs as one step."""

    text: str

    @cached_property
    def digest(self) -> str:
        """The name that Redis has for it."""
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class RedisCommands:
    """Asks a Redis. All calls raise `CacheUnavailableError` and no other error."""

    def __init__(self, turns: Turns[Command, object]) -> None:
        self._turns = turns

    async def ask(self, *command: bytes | str | int) -> object:
        """Return the reply to one command. A reply that is lost is asked for once more."""
        try:
            return await self._turns.ask(command)
        except _FAILURES as error:
            raise _unavailable() from error

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the values of keys of any places."""
        return cast("list[bytes | None]", await self.ask("MGET", *keys))

    async def run(
        self, script: Script, keys: Sequence[bytes], *arguments: bytes | str | int
    ) -> object:
        """Return what a script returns. It may run twice, so it must be idempotent."""
        rest = len(keys), *keys, *arguments
        try:
            return await self._turns.ask(("EVALSHA", script.digest, *rest))
        except NoScriptError:
            return await self.ask("EVAL", script.text, *rest)
        except _FAILURES as error:
            raise _unavailable() from error


class RedisCache:
    """A Cache in Redis."""

    def __init__(self, commands: RedisCommands) -> None:
        self._commands = commands

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        if not keys:
            return []
        return await self._commands.get_many([redis_key("cache", key) for key in keys])

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        milliseconds = max(1, round(ttl_seconds * 1000))
        await asyncio.gather(
            *(
                self._commands.ask("SET", redis_key("cache", key), value, "PX", milliseconds)
                for key, value in items.items()
            )
        )


@asynccontextmanager
async def redis_commands(
    address: str,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    batches: int = BATCHES,
    on_wait: OnWait = lambda _: None,
) -> AsyncGenerator[RedisCommands]:
    """Yield access to the Redis at `address`, and close its connections in the end.

    `on_wait` is told for how many seconds each request waited for a connection.

    It connects with the first call, so a Redis that is down holds nothing up; once it is back,
    the next call finds it.
    """
    own = timeout_seconds * _OWN_LIMITS
    async with (
        connected(address, timeout_seconds=own, connections=2 * batches) as client,
        turns(_Sender(client, timeout_seconds).send, batches=batches, on_wait=on_wait) as opened,
    ):
        yield RedisCommands(opened)


@asynccontextmanager
async def redis_cache(
    address: str,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    batches: int = BATCHES,
    on_wait: OnWait = lambda _: None,
) -> AsyncGenerator[RedisCache]:
    """Yield a cache at `address`; see `redis_commands`."""
    async with redis_commands(
        address, timeout_seconds=timeout_seconds, batches=batches, on_wait=on_wait
    ) as commands:
        yield RedisCache(commands)


@dataclass
class _Sender:
    """Sends batches, each within the time limit, and tells the log when Redis comes and goes."""

    client: Redis | RedisCluster
    timeout_seconds: float
    works: bool = field(default=True, init=False)

    async def send(self, batch: Sequence[Command]) -> Sequence[object]:
        try:
            async with patience(self.timeout_seconds):
                replies = await self._exchange(batch)
        except _FAILURES as error:
            self._note(works=False, error=error)
            raise
        self._note(works=True)
        return replies

    async def _exchange(self, batch: Sequence[Command]) -> Sequence[object]:
        """Make one reading of all readings: it costs a fraction of as many commands."""
        wanted: list[bytes | str | int] = []
        others: list[Command] = []
        for command in batch:
            if command[0] == "MGET":
                wanted += command[1:]
            else:
                others.append(command)
        values, replies = await self._read_and_do(wanted, others)
        done, position, told = iter(replies), 0, list[object]()
        for command in batch:
            if command[0] == "MGET":
                begin, position = position, position + len(command) - 1
                told.append(values[begin:position])
            else:
                told.append(next(done))
        return told

    async def _read_and_do(
        self, keys: Sequence[bytes | str | int], others: Sequence[Command]
    ) -> tuple[Sequence[object], Sequence[object]]:
        if not others and isinstance(self.client, Redis):
            values = await self.client.execute_command("MGET", *keys)  # type: ignore[no-untyped-call] # untyped
            return cast("list[object]", values), ()
        in_parts = not isinstance(self.client, Redis)
        readings = [("GET", key) for key in keys] if in_parts else [("MGET", *keys)] * bool(keys)
        pipeline = self.client.pipeline(transaction=False)
        for command in (*readings, *others):
            pipeline.execute_command(*command)  # pyright: ignore[reportUnknownMemberType] - untyped
        replies = cast("list[object]", await pipeline.execute(raise_on_error=False))
        read, done = replies[: len(readings)], replies[len(readings) :]
        return (read if in_parts or not read else cast("list[object]", read[0])), done

    def _note(self, *, works: bool, error: Exception | None = None) -> None:
        if works != self.works:
            self.works = works
            if works:
                _logger.info("redis answers again")
            else:
                _logger.warning("redis does not answer: going on without", exc_info=error)


def _unavailable() -> CacheUnavailableError:
    return CacheUnavailableError("the cache does not answer")
