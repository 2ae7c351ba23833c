"""Answers in Redis, for all gateways: a stream for each making, a record for each answer."""

import json
from collections.abc import Sequence
from typing import cast

from askmesh.caching import RedisCommands, Script, redis_key, together
from askmesh.gateway.sharing import News, Page, Record

LEASE_MILLISECONDS = 2_000
"""How long after its last sign of life the gateway that makes an answer counts as gone."""

_PUBLISH = Script(
    """
local length = redis.call('XLEN', KEYS[1])
for i = 5, #ARGV do
  local sequence = ARGV[3] + i - 4
  if sequence == length + 1 then
    redis.call('XADD', KEYS[1], sequence .. '-0', 'e', ARGV[i])
    length = sequence
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[4] == '' and ARGV[2] or ARGV[1])
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

    def __init__(self, redis: RedisCommands, *, kept_seconds: float) -> None:
        self._redis = redis
        self._kept = round(kept_seconds * 1000)

    async def record(self, record: Record) -> None:
        """Let all gateways find an answer, by its id and by its request."""
        text = json.dumps(record.as_json())
        await self._redis.ask("SET", redis_key("answer", record.answer_id), text, "PX", self._kept)
        if record.request_id:
            request = _request(record.tenant, record.request_id)
            await self._redis.ask("SET", request, record.answer_id, "PX", self._kept)

    async def find(self, answer_id: str) -> Record | None:
        """Return what is known of an answer."""
        text = await self._redis.ask("GET", redis_key("answer", answer_id))
        return None if text is None else Record(**json.loads(cast("bytes", text)))

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
            _PUBLISH, keys, self._kept, LEASE_MILLISECONDS, after, end, *events
        )
        length, followed, cancelled = cast("tuple[int, int, list[bytes]]", reply)
        return News(length, bool(followed), tuple(each.decode() for each in cancelled))

    async def read(self, making_id: str, after: int) -> Page:
        """Return the events after a sequence; the making knows that somebody follows it."""
        log, owner = together("log", making_id), together("owner", making_id)
        keys = [log, owner, together("followed", making_id)]
        reply = await self._redis.run(_READ, keys, after + 1, LEASE_MILLISECONDS)
        entries, told = cast("tuple[list[tuple[bytes, list[bytes]]], bytes | None]", reply)
        return Page(
            tuple(fields[1] for _, fields in entries), None if told is None else told.decode()
        )

    async def cancel(self, record: Record) -> None:
        """Ask the gateway that makes an answer to cancel it."""
        key = together("cancelled", record.making_id)
        await self._redis.ask("SADD", key, record.answer_id)
        await self._redis.ask("PEXPIRE", key, self._kept)


def _request(tenant: str, request_id: str) -> bytes:
    return redis_key("request", f"{len(tenant)}:{tenant}:{request_id}")
