"""Answers that are given again to equal questions, and other streams that are kept."""

from collections.abc import Iterator, Sequence

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ABSTAINED, ANSWER_OUTCOME_ANSWERED
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, StreamAnswerRequest
from askmesh.caching import Cache, CacheUnavailableError, Lookups
from askmesh.gateway.keys import asked_in_any_words, documents_key
from askmesh.gateway.ports import KeptAnswer

_LENGTH_BYTES = 4


class KeptStreams:
    """Streams of messages by key, in a cache. Without the cache nothing is kept."""

    def __init__(self, cache: Cache, lookups: Lookups, *, name: str, ttl_seconds: float) -> None:
        """`ttl_seconds` may be zero: nothing is kept then."""
        self._cache = cache
        self._lookups = lookups
        self._name = name
        self._ttl_seconds = ttl_seconds

    async def find(self, key: str) -> Sequence[bytes] | None:
        """Return the messages of a stream, or None."""
        if not self._ttl_seconds:
            return None
        try:
            (kept,) = await self._cache.get_many([f"{self._name}:{key}"])
        except CacheUnavailableError:
            self._lookups.count_cache_lookup(self._name, "unavailable")
            return None
        return None if kept is None else list(_unpacked(kept))

    async def keep(self, key: str, messages: Sequence[bytes]) -> None:
        """Keep the messages of a stream that has ended."""
        if not self._ttl_seconds:
            return
        packed = b"".join(len(each).to_bytes(_LENGTH_BYTES, "big") + each for each in messages)
        try:
            await self._cache.set_many(
                {f"{self._name}:{key}": packed}, ttl_seconds=self._ttl_seconds
            )
        except CacheUnavailableError:
            self._lookups.count_cache_lookup(self._name, "unavailable")


class RememberedAnswers:
    """An AnswerMemory in a cache.

    What is not complete, went without something, or depends on the time of the question, is not
    kept; nor is what was made from other documents than its key says.
    """

    def __init__(
        self,
        cache: Cache,
        lookups: Lookups,
        *,
        edition: str,
        ttl_seconds: float,
        any_words: bool = False,
    ) -> None:
        """`edition` is that of the keys. With `any_words`, questions that ask the same share."""
        self._kept = KeptStreams(cache, lookups, name="answer", ttl_seconds=ttl_seconds)
        self._edition = edition
        self._any_words = any_words

    def place(self, key: str, question: StreamAnswerRequest) -> str:
        if not key or not self._any_words:
            return key
        documents, _, _ = key.rpartition(":")
        return f"{documents}:{asked_in_any_words(question, edition=self._edition)}"

    async def find(self, place: str) -> KeptAnswer | None:
        kept = await self._kept.find(place)
        return None if kept is None else KeptAnswer(kept[0].decode(), kept[1:])

    async def keep(self, place: str, answer: KeptAnswer) -> None:
        if place and is_worth_keeping(answer.events, place):
            await self._kept.keep(place, [answer.question.encode(), *answer.events])


def is_worth_keeping(events: Sequence[bytes], key: str) -> bool:
    """Return whether equal questions may be given the same answer."""
    read = [AnswerEvent.FromString(event) for event in events]
    completed = read[-1].completed
    found = [each.sources_found for each in read if each.HasField("sources_found")]
    documents = [documents_key(each.indexed_revision, each.permissions) for each in found]
    return (
        completed.outcome in (ANSWER_OUTCOME_ANSWERED, ANSWER_OUTCOME_ABSTAINED)
        and not completed.degradations
        and all(f":{each}:" in key for each in documents)
        and not any(_has_time(each) for each in read)
    )


def _has_time(event: AnswerEvent) -> bool:
    """Return whether the plan has times that it may have counted from now."""
    guessed = event.plan_made.plan.filter
    return guessed.HasField("modified_after_time") or guessed.HasField("modified_before_time")


def _unpacked(kept: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(kept):
        start = position + _LENGTH_BYTES
        position = start + int.from_bytes(kept[position:start], "big")
        yield kept[start:position]
