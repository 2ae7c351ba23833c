"""Buckets of a real server that speaks S3 are followed as folders are."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from zipfile import ZipFile

import obstore
import pytest
from click.testing import CliRunner
from obstore.store import S3Store
from rich.console import Console

from askmesh.cli.connecting import mesh_client
from askmesh.cli.ingest_command import ingest
from askmesh.cli.ingesting import IngestReport
from askmesh.cli.syncing import FolderSync
from askmesh.client import Client, IngestOutcome
from askmesh.errors import AskmeshError
from askmesh.folders import Bucket, Unreadable, documents_in
from support.ingestion import RecordingEmbedder, Surroundings, ingestion
from support.mesh import free_base_port
from support.needed_servers import needed
from support.s3_server import KEY, SECRET, s3_server
from support.scripted_mesh import ScriptedGateway, gateway_at

EVERYTHING = 2**62


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with needed("a server of buckets"), s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def shelf(
    server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[S3Store, Bucket]:
    """Return a part of a bucket as those see it who write to it and who read it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    name: str = request.node.name
    store = S3Store("shelf", prefix=name, client_options={"allow_http": True})
    for number in range(3):
        obstore.put(store, f"notes/{number}.md", f"# Note {number}\n\nShelf {number}.".encode())
    obstore.put(store, "other.md", b"It stands beside.")
    return store, Bucket(f"s3://shelf/{name}/notes/")


@asynccontextmanager
async def mesh(surroundings: Surroundings | None = None) -> AsyncGenerator[Client]:
    port = free_base_port()
    gateway = ScriptedGateway([], indexed_revision=EVERYTHING)
    async with (
        gateway_at(f"127.0.0.1:{port}", gateway),
        ingestion(surroundings, f"127.0.0.1:{port + 1}"),
        mesh_client(port, "default") as client,
    ):
        yield client


async def sync(client: Client, bucket: Bucket) -> IngestReport:
    """Sync as a new process does."""
    return await FolderSync(client, bucket).run(Console(quiet=True))


async def sources(client: Client) -> list[str]:
    return [each.source async for each in client.documents()]


async def test_objects_are_added_replaced_and_deleted_below_the_prefix(
    shelf: tuple[S3Store, Bucket],
) -> None:
    store, bucket = shelf
    async with mesh() as client:
        assert (await sync(client, bucket)).outcomes == {IngestOutcome.CREATED: 3}
        assert await sources(client) == ["notes/0.md", "notes/1.md", "notes/2.md"]
        obstore.put(store, "notes/0.md", b"# Note 0\n\nIt was written again.")
        obstore.put(store, "notes/deep/new.md", b"It is new.")
        obstore.delete(store, "notes/1.md")
        report = await sync(client, bucket)
        assert report.outcomes == {IngestOutcome.UPDATED: 1, IngestOutcome.CREATED: 1}
        assert report.deleted_count == 1
        assert await sources(client) == ["notes/0.md", "notes/2.md", "notes/deep/new.md"]


async def test_an_object_of_the_revision_that_is_stored_is_not_read_again_by_anybody(
    shelf: tuple[S3Store, Bucket],
) -> None:
    store, bucket = shelf
    async with mesh() as client:
        await sync(client, bucket)
        assert not (await sync(client, bucket)).outcomes
        obstore.put(store, "notes/moved.md", b"# Note 0\n\nShelf 0.")
        obstore.delete(store, "notes/0.md")
        report = await sync(client, bucket)
        assert (report.outcomes, report.moved_count) == ({}, 1)


async def test_objects_are_read_again_when_documents_are_processed_otherwise(
    shelf: tuple[S3Store, Bucket],
) -> None:
    _, bucket = shelf
    before = Surroundings()
    async with mesh(before) as client:
        await sync(client, bucket)
        assert not any([each.outdated async for each in client.documents()])
    async with mesh(Surroundings(before.store, RecordingEmbedder("lengths@2"))) as client:
        assert all([each.outdated async for each in client.documents()])
        assert (await sync(client, bucket)).outcomes == {IngestOutcome.UPDATED: 3}
        assert not (await sync(client, bucket)).outcomes


async def test_a_bucket_that_was_emptied_or_cannot_be_listed_deletes_nothing(
    shelf: tuple[S3Store, Bucket], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, bucket = shelf
    async with mesh() as client:
        await sync(client, bucket)
        obstore.delete(store, [f"notes/{number}.md" for number in range(3)])
        reasons = [await _refusal(client, bucket)]
        reasons.append(await _refusal(client, Bucket("s3://there-is-none/notes")))
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        reasons.append(await _refusal(client, bucket))
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        reasons.append(await _refusal(client, bucket))
        assert reasons == [
            "FOLDER_EMPTY", "BUCKET_MISSING", "BUCKET_FORBIDDEN", "BUCKET_UNAVAILABLE",
        ]  # fmt: skip
        assert len(await sources(client)) == 3


async def _refusal(client: Client, bucket: Bucket) -> str:
    with pytest.raises(AskmeshError) as caught:
        await sync(client, bucket)
    return caught.value.reason


def test_archives_records_and_odd_names_are_read_as_those_of_folders(
    shelf: tuple[S3Store, Bucket], tmp_path: Path
) -> None:
    store, bucket = shelf
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("inner/a.md", "In the archive.")
    obstore.put(store, "notes/all.zip", tmp_path / "all.zip")
    obstore.put(store, "notes/records.jsonl", b'{"_id": 7, "text": "One."}\nno JSON\n')
    for name in ("Ü b%20.md", ".hidden", ".git/x.md", "picture.png"):
        obstore.put(store, f"notes/{name}", b"Text.")
    obstore.put(store, "notes-2/beside.md", b"Text.")
    unreadable: list[Unreadable] = []
    passed_over: list[str] = []
    documents = documents_in([bucket], unreadable.append, passed_over.append, name="shelf")
    assert [each.source.removeprefix("shelf/") for each in documents] == [
        "0.md", "1.md", "2.md", "all.zip/inner/a.md", "records.jsonl#7", "Ü b%20.md",
    ]  # fmt: skip
    assert [each.name for each in unreadable] == ["shelf/records.jsonl:2"]
    assert sorted(passed_over) == [".png", "hidden file", "hidden folder"]


def test_a_bucket_stands_on_the_command_line_where_a_folder_does(
    shelf: tuple[S3Store, Bucket],
) -> None:
    planned = CliRunner().invoke(ingest, ["--dry-run", str(shelf[1])])
    assert planned.exit_code == 0
    assert planned.output.splitlines()[0] == "notes/0.md"
    unnamed = CliRunner().invoke(ingest, ["--dry-run", "s3://"])
    assert (unnamed.exit_code, "names no bucket" in unnamed.output) == (2, True)
