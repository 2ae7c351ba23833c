"""Answers in Redis, for all gateways: a stream for each making, a record for each answer."""

import json
from collections.abc import Sequence
from typing import cast

from askmesh.caching import RedisCommands, Script, redis_key, together
from askmesh.gateway.sharing import KnownAnswer, LogPage, News

LEASE_MILLISECONDS = 2_000
"""How long after its last sign of life the gateway that makes an answer counts as gone."""

_CLAIM = Script(
    """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
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
return {redis.call('XRANGE', KEYS[1], ARGV[1] .. '-0', '+'), redis.call('GET', KEYS[2])}
"""
)


class RedisAnswers:
    """The shared answers of all gateways of one Redis. All is forgotten after a while."""

    def __init__(self, redis: RedisCommands, *, name: str, kept_seconds: float) -> None:
        """`name` is that of this gateway, as no other has it."""
        self._name = name
        self._redis = redis
        self._kept = round(kept_seconds * 1000)

    async def record(self, record: KnownAnswer, question: bytes) -> None:
        """Let all gateways find an answer, by its id and by its request, and make it again."""
        asked = redis_key("question", record.making_id)
        await self._redis.ask("SET", asked, question, "PX", self._kept)
        text = json.dumps(record.as_json())
        await self._redis.ask("SET", redis_key("answer", record.answer_id), text, "PX", self._kept)
        if record.request_id:
            request = _request(record.tenant, record.request_id)
            await self._redis.ask("SET", request, record.answer_id, "PX", self._kept)

    async def find(self, answer_id: str) -> KnownAnswer | None:
        """Return what is known of an answer."""
        text = await self._redis.ask("GET", redis_key("answer", answer_id))
        return None if text is None else KnownAnswer(**json.loads(cast("bytes", text)))

    async def claim(self, making_id: str) -> bytes | None:
        """Make a making without a maker this gateway's own; return its question then."""
        owner = [together("owner", making_id)]
        if not await self._redis.run(_CLAIM, owner, self._name, LEASE_MILLISECONDS):
            return None
        question = await self._redis.ask("GET", redis_key("question", making_id))
        return cast("bytes | None", question)

    async def of_request(self, tenant: str, request_id: str) -> str | None:
        """Return the id of the answer that a request has started."""
        answer_id = await self._redis.ask("GET", _request(tenant, request_id))
        return None if answer_id is None else cast("bytes", answer_id).decode()

    async def publish(self, making_id: str, after: int, events: Sequence[bytes], end: str) -> News:
        """Add the events after a sequence, and how the making ended, if it has."""
        keys = [
            together("log", making_id),
            together("owner", making_id),
            together("followed", making_id),
            together("cancelled", making_id),
        ]
        reply = await self._redis.run(
            _PUBLISH, keys, self._kept, LEASE_MILLISECONDS, after, end, self._name, *events
        )
        length, followed, cancelled = cast("tuple[int, int, list[bytes]]", reply)
        return News(length, bool(followed), tuple(each.decode() for each in cancelled))

    async def read(self, making_id: str, after: int) -> LogPage:
        """Return the events after a sequence; the making knows that somebody follows it."""
        log, owner = together("log", making_id), together("owner", making_id)
        keys = [log, owner, together("followed", making_id)]
        reply = await self._redis.run(_READ, keys, after + 1, LEASE_MILLISECONDS)
        entries, told = cast("tuple[list[tuple[bytes, list[bytes]]], bytes | None]", reply)
        owner_told = None if told is None else told.decode()
        end = owner_told if owner_told and owner_told.startswith("{") else ""
        return LogPage(tuple(fields[1] for _, fields in entries), end, is_made=told is not None)

    async def cancel(self, record: KnownAnswer) -> None:
        """Ask the gateway that makes an answer to cancel it."""
        key = together("cancelled", record.making_id)
        await self._redis.ask("SADD", key, record.answer_id)
        await self._redis.ask("PEXPIRE", key, self._kept)


def _request(tenant: str, request_id: str) -> bytes:
    return redis_key("request", f"{len(tenant)}:{tenant}:{request_id}")
