"""Folders are kept in step also while a tenant has no room for all of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.console import Console

from askmesh.cli.connecting import mesh_client
from askmesh.cli.syncing import FolderSync
from askmesh.client import AccessList, Client, IngestOutcome
from support.ingestion import Surroundings, ingestion
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, gateway_at

EVERYTHING = 2**62
BOARD = AccessList(frozenset({"group:board"}))


@asynccontextmanager
async def mesh_for(documents: int, around: Surroundings) -> AsyncGenerator[Client]:
    """Yield a client of a mesh in which a tenant may have so many documents."""
    port = free_base_port()
    gateway = ScriptedGateway([], indexed_revision=EVERYTHING)
    async with (
        gateway_at(f"127.0.0.1:{port}", gateway),
        ingestion(around, f"127.0.0.1:{port + 1}", max_documents=documents),
        mesh_client(port, "default") as client,
    ):
        yield client


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in "bc":
        (folder / f"{name}.md").write_text(f"# {name}\n\nIt is {name}.")
    return folder


async def test_what_has_moved_keeps_its_old_name_and_readers_until_there_is_room(
    shelf: Path,
) -> None:
    around, quiet = Surroundings(), Console(quiet=True)
    async with mesh_for(2, around) as client:
        await FolderSync(client, shelf).run(quiet)
        await client.set_access(BOARD, prefix="shelf/b.md")
        (shelf / "b.md").rename(shelf / "a.md")
        (shelf / "c.md").write_text("It is another one.")
        report = await FolderSync(client, shelf).run(quiet)
        assert report.outcomes == {IngestOutcome.REFUSED: 1, IngestOutcome.UPDATED: 1}
        assert [each.name for each in report.unreadable] == ["shelf/a.md"]
        assert report.deleted_count == 0
        assert [each.source async for each in client.documents()] == ["shelf/b.md", "shelf/c.md"]
    async with mesh_for(3, around) as client:
        report = await FolderSync(client, shelf).run(quiet)
        assert report.moved_count == 1
        found = {each.source: each.access async for each in client.documents()}
        assert found == {"shelf/a.md": BOARD, "shelf/c.md": AccessList()}


async def test_what_had_no_room_is_sent_again_by_who_watches(shelf: Path) -> None:
    quiet = Console(quiet=True)
    async with mesh_for(2, Surroundings()) as client:
        (shelf / "d.md").write_text("It comes last.")
        (shelf / "empty.md").write_text("")
        folder = FolderSync(client, shelf)
        first = await folder.run(quiet)
        assert first.outcomes == {IngestOutcome.CREATED: 2, IngestOutcome.REFUSED: 2}
        again = await folder.run(quiet)
        assert [each.name for each in again.unreadable] == ["shelf/d.md"]
