"""The revisions of tenants' documents, told to whoever watches."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from askmesh.retrieval.revisions import TenantRevisions

LONG, SHORT = 60.0, 0.001


def watching(
    revisions: TenantRevisions, seconds: float = LONG
) -> "aclosing[AsyncGenerator[dict[str, int]]]":
    return aclosing(revisions.watch(seconds))


async def test_whoever_watches_learns_all_first_and_then_what_changes() -> None:
    revisions = TenantRevisions(0)
    revisions.learn({"a": 1, "b": 2})
    async with watching(revisions) as watched:
        assert await anext(watched) == {"a": 1, "b": 2}
        revisions.learn({"b": 3})
        assert await anext(watched) == {"b": 3}


async def test_whoever_watches_is_told_now_and_then_that_nothing_changed() -> None:
    async with watching(TenantRevisions(0), SHORT) as watched:
        assert [await anext(watched) for _ in range(3)] == [{}, {}, {}]


async def test_a_watch_ends_when_what_it_told_counts_no_longer() -> None:
    revisions = TenantRevisions(4)
    async with watching(revisions) as watched:
        await anext(watched)
        revisions.begin_again({"a": 1}, 0)
        assert await anext(watched, None) is None


async def test_a_watch_ends_with_its_service() -> None:
    revisions = TenantRevisions(0)
    async with watching(revisions) as watched:
        await anext(watched)
        revisions.end()
        assert await anext(watched, None) is None
