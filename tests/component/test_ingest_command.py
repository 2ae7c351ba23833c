"""`askmesh ingest` and `askmesh documents`, against a real ingestion service."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from numpy.typing import NDArray

from askmesh.client import AccessList, IngestOutcome, MediaType, SourceDocument, askmesh_client
from askmesh.documents import MemoryDocumentStore
from support.commands import askmesh
from support.ingestion import RecordingEmbedder, Surroundings, ingestion
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, gateway_at

EVERYTHING = 2**62
"""A revision that searches see when they see all."""


class Owners(MemoryDocumentStore):
    """Knows who has leased documents, and when they are two."""

    def __init__(self) -> None:
        super().__init__()
        self.owners: set[str] = set()
        self.are_two = asyncio.Event()

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        taken = await super().lease(tenant, document_id, owner, seconds=seconds)
        if taken:
            self.owners.add(owner)
        if len(self.owners) > 1:
            self.are_two.set()
        return taken


class PatientEmbedder(RecordingEmbedder):
    """Embeds nothing before an event."""

    def __init__(self, event: asyncio.Event) -> None:
        super().__init__()
        self._event = event

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        await self._event.wait()
        return await super().embed_passages(texts)


@dataclass
class Commands:
    """Runs commands against a mesh."""

    base_port: int
    home: Path

    @property
    def addresses(self) -> tuple[str, str]:
        """Where the gateway and ingestion are."""
        return f"127.0.0.1:{self.base_port}", f"127.0.0.1:{self.base_port + 1}"

    async def run(self, *arguments: str) -> CompletedProcess[str]:
        """Run a command to its end."""
        return await asyncio.to_thread(askmesh, *self._with_options(*arguments), seconds=60)

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncGenerator[Process]:
        """Run a command until the block ends."""
        command = (sys.executable, "-m", "askmesh.cli", *self._with_options(*arguments))
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    def _with_options(self, *arguments: str) -> tuple[str, ...]:
        name, *rest = arguments
        if name == "documents":
            return (name, rest[0], "--base-port", str(self.base_port), *rest[1:])
        return (name, "--base-port", str(self.base_port), "--home", str(self.home), *rest)


@asynccontextmanager
async def commands(
    home: Path, surroundings: Surroundings | None = None
) -> AsyncGenerator[Commands]:
    """Run an ingestion service, and a gateway to whose searches everything is visible."""
    port = free_base_port()
    gateway = ScriptedGateway([], indexed_revision=EVERYTHING)
    async with (
        gateway_at(f"127.0.0.1:{port}", gateway),
        ingestion(surroundings, f"127.0.0.1:{port + 1}"),
    ):
        yield Commands(port, home)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for number in range(3):
        (folder / f"note-{number}.md").write_text(f"# Note {number}\n\nShelf {number} is dry.\n")
    return folder


async def test_documents_are_ingested_listed_shown_and_deleted(tmp_path: Path, shelf: Path) -> None:
    (shelf / "picture.png").write_bytes(b"\x89PNG")
    (shelf / "clip.png").write_bytes(b"\x89PNG")
    (shelf / ".hidden").write_text("It is hidden.")
    (shelf / "Makefile").write_text("all:")
    async with commands(tmp_path) as cli:
        ingested = await cli.run("ingest", str(shelf))
        assert (ingested.returncode, ingested.stderr) == (0, "")
        assert "3 created; 3 passages" in ingested.stdout
        assert "4 passed over: 2 .png, 1 hidden file, 1 file without an ending" in ingested.stdout
        listed = await cli.run("documents", "list", "shelf/note-1")
        assert "shelf/note-1.md" in listed.stdout
        assert "note-2" not in listed.stdout
        shown = await cli.run("documents", "show", "shelf/note-1.md")
        assert "title: Note 1\nstate: stored\npassages: 1\n" in shown.stdout
        deleted = await cli.run("documents", "delete", "never.md", "shelf/note-1.md")
        assert deleted.returncode == 1
        assert deleted.stderr == "never.md: there is no such document\n"
        missing = await cli.run("documents", "show", "shelf/note-1.md")
        assert missing.returncode == 1
        assert missing.stderr == "Error: there is no document of this name\n"


async def test_readers_are_said_when_documents_are_ingested_and_changed_later(
    tmp_path: Path, shelf: Path
) -> None:
    async with commands(tmp_path) as cli:
        allowed = ("--allow", "group:staff", "--allow", "user:eve", "--deny", "user:bob")
        assert (await cli.run("ingest", *allowed, str(shelf))).returncode == 0
        shown = await cli.run("documents", "show", "shelf/note-1.md")
        assert "readers: group:staff, user:eve\ndenied: user:bob\n" in shown.stdout
        await cli.run("documents", "access", "--allow", "user:ann", "shelf/note-0.md")
        for reader, count in (("user:bob", 2), ("user:ann", 1), ("group:staff", 2), ("eve", 0)):
            listed = await cli.run("documents", "list", "--reader", reader)
            assert listed.stdout.count("shelf/") == count
        changed = await cli.run("documents", "access", "-r", "--deny", "user:bob", "shelf")
        assert (changed.returncode, changed.stdout, changed.stderr) == (0, "", "")
        shown = await cli.run("documents", "show", "shelf/note-2.md")
        assert "readers: everyone\ndenied: user:bob\n" in shown.stdout
        opened = await cli.run("documents", "access", "--everyone", "shelf/note-2.md", "never.md")
        assert (opened.returncode, opened.stderr) == (1, "never.md: there is no such document\n")
        shown = await cli.run("documents", "show", "shelf/note-2.md")
        assert "denied" not in shown.stdout
        synced = await cli.run("ingest", "--sync", "--allow", "group:board", str(shelf))
        assert (synced.returncode, synced.stderr) == (0, "")
        shown = await cli.run("documents", "show", "shelf/note-0.md")
        assert "readers: group:board\n" in shown.stdout


async def test_a_file_that_moved_keeps_its_readers(tmp_path: Path, shelf: Path) -> None:
    async with commands(tmp_path) as cli:
        await cli.run("ingest", "--sync", str(shelf))
        await cli.run("documents", "access", "--allow", "group:board", "shelf/note-1.md")
        (shelf / "note-1.md").rename(shelf / "minutes.md")
        assert "1 moved" in (await cli.run("ingest", "--sync", str(shelf))).stdout
        shown = await cli.run("documents", "show", "shelf/minutes.md")
        assert "readers: group:board\n" in shown.stdout


async def test_a_message_that_is_stored_under_another_name_keeps_its_readers(
    tmp_path: Path,
) -> None:
    message = b"Subject: Pay\n\nIt rises.\n"
    (tmp_path / "post.mbox").write_bytes(b"From a@x\n" + message)
    old = f"{tmp_path.name}/post.mbox#2"
    async with commands(tmp_path) as cli:
        async with askmesh_client(*cli.addresses) as client:
            board = AccessList(frozenset({"group:board"}))
            document = SourceDocument(
                source=old, content=message, media_type=MediaType.EML, access=board
            )
            outcomes = [each.outcome async for each in client.ingest([document])]
            assert outcomes == [IngestOutcome.CREATED]
        ingested = await cli.run("ingest", str(tmp_path / "post.mbox"))
        assert "1 created" in ingested.stdout
        listed = await cli.run("documents", "list", f"{tmp_path.name}/post.mbox#")
        (name,) = (word for word in listed.stdout.split() if "#" in word and word != old)
        shown = await cli.run("documents", "show", name)
        assert "readers: group:board\n" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest", "--allow", "staff"),
        ("documents", "access"),
        ("documents", "access", "--everyone", "--allow", "user:a"),
        ("documents", "access", "--deny", "bob"),
    ],
)
async def test_readers_that_make_no_sense_are_a_wrong_command_line(
    tmp_path: Path, shelf: Path, arguments: tuple[str, ...]
) -> None:
    ended = await Commands(free_base_port(), tmp_path).run(*arguments, str(shelf))
    assert ended.returncode == 2


async def test_what_cannot_be_read_is_told_remembered_and_ends_with_one(
    tmp_path: Path, shelf: Path
) -> None:
    (shelf / "empty.md").write_text("")
    async with commands(tmp_path) as cli:
        ingested = await cli.run("ingest", str(shelf))
        assert ingested.returncode == 1
        assert "Not ingested: shelf/empty.md: It is empty." in ingested.stdout
        failed = await cli.run("documents", "failed")
        assert failed.returncode == 1
        assert failed.stdout == "shelf/empty.md: It is empty. [CONTENT_EMPTY]\n"
        (shelf / "empty.md").write_text("It is full.")
        assert (await cli.run("ingest", str(shelf))).returncode == 0
        assert (await cli.run("documents", "failed")).returncode == 0


async def test_documents_of_any_name_are_shown_and_all_of_a_folder_deleted(
    tmp_path: Path, shelf: Path
) -> None:
    names = ("two  words [red].md", "Überlänge.md", "-dash.md", "\udcff.md")
    for name in names:
        (shelf / name).write_text(f"It is about {names.index(name)}.")
    (tmp_path / "shelf-2.md").write_text("It is beside the shelf.")
    async with commands(tmp_path) as cli:
        ingested = await cli.run("ingest", str(shelf), str(tmp_path / "shelf-2.md"))
        assert ingested.returncode == 0
        for name in names:
            assert (await cli.run("documents", "show", f"shelf/{name}")).returncode == 0
        assert (await cli.run("documents", "delete", "-r", "shelf")).returncode == 0
        assert (await cli.run("documents", "list", "shelf/")).stdout.count("shelf/") == 0
        assert "shelf-2.md" in (await cli.run("documents", "list")).stdout


async def test_two_processes_share_the_documents_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.md").write_text(f"Sheet {number} lies in the drawer.")
    store = Owners()
    around = Surroundings(store, PatientEmbedder(store.are_two))
    async with commands(tmp_path, around) as cli:
        both = await asyncio.gather(*(cli.run("ingest", str(folder)) for _ in range(2)))
    assert [each.returncode for each in both] == [0, 0]
    assert all("created" in each.stdout for each in both)
    assert len(around.embedder.texts) == len(set(around.embedder.texts)) == 40


async def test_a_second_folder_of_the_same_name_needs_another_one(
    tmp_path: Path, shelf: Path
) -> None:
    other = tmp_path / "other" / "shelf"
    other.mkdir(parents=True)
    (other / "note-0.md").write_text("# Another note\n\nAnother shelf.\n")
    async with commands(tmp_path) as cli:
        assert (await cli.run("ingest", "--sync", str(shelf))).returncode == 0
        refused = await cli.run("ingest", "--sync", str(other))
        assert refused.returncode == 1
        assert "--name" in refused.stderr
        named = await cli.run("ingest", "--sync", "--name", "second", str(other))
        assert "1 created" in named.stdout
        assert "second/note-0.md" in (await cli.run("documents", "list")).stdout


async def test_a_watched_folder_is_followed_also_over_a_restart_of_the_service(
    tmp_path: Path, shelf: Path
) -> None:
    around = Surroundings()
    port = free_base_port()
    cli = Commands(port, tmp_path)
    gateway = ScriptedGateway([], indexed_revision=EVERYTHING)
    async with (
        gateway_at(f"127.0.0.1:{port}", gateway),
        cli.running("ingest", "--watch", str(shelf)) as watching,
    ):
        async with ingestion(around, f"127.0.0.1:{port + 1}"):
            await _told(watching, b"3 created")
            (shelf / "new.md").write_text("# New\n\nIt was added.\n")
            await _told(watching, b"1 created")
        (shelf / "note-0.md").unlink()
        await _told(watching, b"tried again")
        async with ingestion(around, f"127.0.0.1:{port + 1}"):
            await _told(watching, b"1 deleted")
            (shelf / "note-1.md").rename(shelf / "moved.md")
            await _told(watching, b"1 moved")
        watching.send_signal(signal.SIGTERM)
        assert await watching.wait() == 128 + signal.SIGTERM
    stored = await around.store.list_documents("default", after="", limit=10)
    assert [each.document.document_id for each in stored] == [
        "shelf/moved.md", "shelf/new.md", "shelf/note-2.md",
    ]  # fmt: skip
    assert len(around.embedder.texts) == 4


async def _told(process: Process, words: bytes) -> None:
    """Return once the process has said it."""
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if words in line:
            return
    raise AssertionError(f"it ended without saying {words!r}")
