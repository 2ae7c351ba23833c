"""A crowd reads while access lists change: each is told what it may read, and all of it."""

from pathlib import Path

from askmesh.documents import MemoryDocumentStore
from support.guarded_mesh import guarded_mesh


async def test_nobody_is_told_more_or_less_than_may_be_read(tmp_path: Path) -> None:
    size = {"users": 30, "groups": 6, "documents": 40}
    async with guarded_mesh(tmp_path, MemoryDocumentStore(), size=size) as crowd:
        await crowd.begin()
        for _ in range(2):
            await crowd.round(changes=12, reads=90)
    assert crowd.judge.leaks == []
    assert crowd.judge.refusals == []
    assert crowd.judge.failures == []
    assert crowd.repeated > 0
    assert crowd.judge.done["change"] == 24


async def test_what_a_gateway_refuses_to_the_crowd_is_counted_and_the_crowd_goes_on(
    tmp_path: Path,
) -> None:
    size = {"users": 4, "groups": 4, "documents": 4}
    limit = {"questions_per_minute": 600, "question_burst": 1}
    async with guarded_mesh(tmp_path, MemoryDocumentStore(), size=size, of_gateways=limit) as crowd:
        await crowd.begin()
        await crowd.round(changes=2, reads=60)
    assert crowd.judge.leaks == crowd.judge.refusals == []
    assert {each.partition(": ")[2] for each in crowd.judge.failures} == {
        "RESOURCE_EXHAUSTED TOO_MANY_QUESTIONS"
    }
    assert crowd.judge.done["change"] == 2
    assert crowd.judge.done["search"] > 0
