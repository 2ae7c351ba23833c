"""Ingestion that is killed in the middle of a sync."""

from pathlib import Path

from benchmarks.load.killed_ingestion import campaign, made_again

from askmesh.cli.layout import MeshLayout
from support.mesh import free_base_port


async def test_kills_during_a_sync_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    found, embeddings = await campaign(
        MeshLayout(home=tmp_path, base_port=free_base_port()),
        documents=40,
        kills=1,
        longest_seconds=0.3,
        seed=7,
        without_model=True,
        watches_searches=False,
    )
    assert found.kills == 1
    assert found.acknowledged > 40
    assert found.deletions > 0
    assert not found.lost | found.undeleted | found.differing | found.doubled
    assert made_again(embeddings, found.finished_at)[1] == 0
