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
    assert crowd.repeated > 0
    assert crowd.judge.done["change"] == 24
