"""Answers in Redis, for all gateways: a stream for each making, a record for each answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Literal, TypeAlias, cast

from askmesh.caching import RedisCommands, Script, redis_commands, redis_key, together
from askmesh.gateway.settings import Settings
from askmesh.gateway.sharing import KnownAnswer, LogPage, News, end_of
from askmesh.resilience import OnWait

LEASE_MILLISECONDS = 2_000
"""How long after its last sign of life the gateway that makes an answer counts as gone."""

_Read: TypeAlias = tuple[list[tuple[bytes, list[bytes]]], bytes | None, list[bytes]]

_CLAIM = Script(
    """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
)
_LEAD = Script(
    """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[2] then
  return held
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return ARGV[1]
"""
)
_PUBLISH = Script(
    """
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[5] and owner ~= ARGV[4] then
  return {-1, 0, {}}
end
local length = redis.call('XLEN', KEYS[1])
for i = 6, #ARGV do
  local sequence = ARGV[3] + i - 5
  if sequence == length + 1 then
    redis.call('XADD', KEYS[1], sequence .. '-0', 'e', ARGV[i])
    length = sequence
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
if ARGV[4] == '' then
  redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[2])
else
  redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[1])
end
return {length, redis.call('EXISTS', KEYS[3]), redis.call('SMEMBERS', KEYS[4])}
"""
)
_READ = Script(
    """
redis.call('SET', KEYS[3], '', 'PX', ARGV[2])
local events = redis.call('XRANGE', KEYS[1], ARGV[1] .. '-0', '+')
return {events, redis.call('GET', KEYS[2]), redis.call('SMEMBERS', KEYS[4])}
"""
)


class RedisAnswers:
    """The shared answers of all gateways of one Redis. All is forgotten after a while."""

    def __init__(self, redis: RedisCommands, *, name: str, kept_seconds: float) -> None:
        """`name` is that of this gateway, as no other has it."""
        self._name = name
        self._redis = redis
        self._kept = round(kept_seconds * 1000)

    async def lead(self, key: str, making_id: str, *, instead_of: str) -> str:
        owner = together("owner", making_id)  # first, so that nobody takes it for abandoned
        await self._redis.ask("SET", owner, self._name, "PX", LEASE_MILLISECONDS)
        making = redis_key("making", key)
        held = await self._redis.run(_LEAD, [making], making_id, instead_of, self._kept)
        return cast("bytes", held).decode()

    async def record(self, record: KnownAnswer, question: bytes, *, joined: bool) -> None:
        kept = {redis_key("answer", record.answer_id): json.dumps(record.as_json()).encode()}
        if record.request_id:
            kept[_request(record.asker, record.request_id)] = record.answer_id.encode()
        if joined:
            await self._note("joined", record)
        if question:
            asked = redis_key("question", record.making_id)
            await self._redis.ask("SET", asked, question, "PX", self._kept)
        setting = (
            self._redis.ask("SET", key, text, "PX", self._kept) for key, text in kept.items()
        )
        await asyncio.gather(*setting)

    async def joined(self, making_id: str) -> frozenset[str]:
        members = await self._redis.ask("SMEMBERS", together("joined", making_id))
        return _texts(cast("Iterable[bytes]", members))

    async def part(self, record: KnownAnswer, events: Sequence[bytes]) -> None:
        own = replace(record, making_id=record.answer_id)
        await self.publish(own.making_id, 0, events, end_of(None))
        await self.record(own, b"", joined=False)
        await self._note("parted", record)
        await self._redis.ask("SREM", together("joined", record.making_id), record.answer_id)

    async def find(self, answer_id: str) -> KnownAnswer | None:
        text = await self._redis.ask("GET", redis_key("answer", answer_id))
        return None if text is None else KnownAnswer(**json.loads(cast("bytes", text)))

    async def claim(self, making_id: str) -> bytes | None:
        owner = [together("owner", making_id)]
        if not await self._redis.run(_CLAIM, owner, self._name, LEASE_MILLISECONDS):
            return None
        question = await self._redis.ask("GET", redis_key("question", making_id))
        return cast("bytes | None", question) or b""

    async def of_request(self, asker: str, request_id: str) -> tuple[str, str] | None:
        named = await self._redis.ask("GET", _request(asker, request_id))
        if named is None:
            return None
        answer_id, _, fingerprint = cast("bytes", named).decode().partition(" ")
        return answer_id, fingerprint

    async def name(self, record: KnownAnswer) -> None:
        request = _request(record.asker, record.request_id)
        named = f"{record.answer_id} {record.fingerprint}"
        await self._redis.ask("SET", request, named, "PX", self._kept)

    async def publish(self, making_id: str, after: int, events: Sequence[bytes], end: str) -> News:
        keys = [
            together("log", making_id),
            together("owner", making_id),
            together("followed", making_id),
            together("cancelled", making_id),
        ]
        told = end and f"{end}\n{self._name}"  # only whoever told the end may tell it again
        reply = await self._redis.run(
            _PUBLISH, keys, self._kept, LEASE_MILLISECONDS, after, told, self._name, *events
        )
        length, followed, cancelled = cast("tuple[int, int, list[bytes]]", reply)
        return News(length, bool(followed), _texts(cancelled))

    async def read(self, making_id: str, after: int) -> LogPage:
        log, owner = together("log", making_id), together("owner", making_id)
        keys = [log, owner, together("followed", making_id), together("parted", making_id)]
        reply = await self._redis.run(_READ, keys, after + 1, LEASE_MILLISECONDS)
        entries, told, parted = cast("_Read", reply)
        end, has_ended, _ = (told or b"").decode().partition("\n")
        events = tuple(fields[1] for _, fields in entries)
        return LogPage(events, end if has_ended else "", told is not None, _texts(parted))

    async def cancel(self, record: KnownAnswer) -> None:
        await self._note("cancelled", record)

    async def _note(
        self, kind: Literal["cancelled", "joined", "parted"], record: KnownAnswer
    ) -> None:
        key = together(kind, record.making_id)
        await asyncio.gather(
            self._redis.ask("SADD", key, record.answer_id),
            self._redis.ask("PEXPIRE", key, self._kept),
        )


def _request(asker: str, request_id: str) -> bytes:
    return redis_key("request", f"{len(asker)}:{asker}:{request_id}")


def _texts(members: Iterable[bytes]) -> frozenset[str]:
    return frozenset(each.decode() for each in members)


@asynccontextmanager
async def gateway_redis(
    settings: Settings, on_wait: OnWait
) -> AsyncGenerator[RedisCommands | None]:
    """Yield the Redis that all gateways share; None where there is none."""
    address = settings.cache.get_secret_value()
    if address.startswith("memory:"):
        yield None
        return
    async with redis_commands(
        address, timeout_seconds=settings.sharing_seconds, on_wait=on_wait
    ) as redis:
        yield redis
