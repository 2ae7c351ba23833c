"""Summaries that are given again to equal questions about the same sources."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from hashlib import sha256

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ABSTAINED, ANSWER_OUTCOME_ANSWERED
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.caching import Cache, Lookups
from askmesh.gateway.ports import Neighbours
from askmesh.gateway.remembered import KeptStreams
from askmesh.rpc import current_tenant


class RememberingNeighbours:
    """Neighbours of which summarization is asked only for what is not kept.

    A summary depends on its request alone: when documents change that its sources are not from, it
    stays. One that went without something is not kept. A kept one has used no tokens.
    """

    def __init__(
        self,
        neighbours: Neighbours,
        cache: Cache,
        lookups: Lookups,
        *,
        edition: str,
        ttl_seconds: float,
    ) -> None:
        """`edition` says what else a summary depends on: models, version.

        `ttl_seconds` may be zero: nothing is kept then.
        """
        self.understand = neighbours.understand
        self.retrieve = neighbours.retrieve
        self.rank = neighbours.rank
        self._summarize = neighbours.summarize
        self._kept = KeptStreams(cache, lookups, name="summary", ttl_seconds=ttl_seconds)
        self._lookups = lookups
        self._edition = edition

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        asked = self._edition.encode() + request.SerializeToString(deterministic=True)
        key = f"{current_tenant()}:{sha256(asked).hexdigest()}"
        kept = await self._kept.find(key)
        self._lookups.count_cache_lookup("summary", "miss" if kept is None else "hit")
        for content in kept or ():
            yield StreamSummaryResponse.FromString(content)
        if kept is not None:
            return
        parts: list[StreamSummaryResponse] = []
        async with aclosing(self._summarize(request, silence_seconds=silence_seconds)) as stream:
            async for part in stream:
                parts.append(part)
                yield part
        if _is_whole(parts):
            await self._kept.keep(key, _without_usage(parts))


def _is_whole(parts: Sequence[StreamSummaryResponse]) -> bool:
    return (
        bool(parts)
        and parts[-1].completed.outcome in (ANSWER_OUTCOME_ANSWERED, ANSWER_OUTCOME_ABSTAINED)
        and not any(part.HasField("degradation") for part in parts)
    )


def _without_usage(parts: Sequence[StreamSummaryResponse]) -> list[bytes]:
    end = StreamSummaryResponse()
    end.CopyFrom(parts[-1])
    end.completed.ClearField("usage")
    end.completed.ClearField("load")
    told = [part for part in parts[:-1] if not part.HasField("heartbeat")]
    return [part.SerializeToString() for part in (*told, end)]
