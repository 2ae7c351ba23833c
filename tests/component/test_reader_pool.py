"""Reading in processes: whatever a document does, it hurts nothing but itself."""

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest

from askmesh.ingestion.reader_pool import ReaderLimits, ReaderPool, reader_pool
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits, SplitDocument
from askmesh.uploads import MediaType

CRASHES = (sys.executable, "-c", "import os, sys; sys.stdin.buffer.read(8); os.abort()")
HANGS = (sys.executable, "-c", "import sys; [None for _ in iter(int, 1)]")
FEW = ReaderLimits(processes=1, seconds=60, memory_bytes=600 * 2**20)


async def read(pool: ReaderPool, content: bytes, media_type: MediaType) -> SplitDocument:
    return await pool.read(content, media_type, PassageLimits())


async def refusal(pool: ReaderPool, content: bytes, media_type: MediaType) -> str:
    with pytest.raises(DocumentRefusedError) as caught:
        await read(pool, content, media_type)
    return caught.value.reason


async def test_documents_are_read_and_split_one_after_the_other() -> None:
    async with reader_pool(FEW) as pool:
        first = await read(pool, b"# One\n\nText.", MediaType.MARKDOWN)
        second = await read(pool, b"<title>Two</title><p>Words.", MediaType.HTML)
    assert (first.title, [each.text for each in first.passages]) == ("One", ["Text."])
    assert (second.title, [each.text for each in second.passages]) == ("Two", ["Words."])


async def test_whatever_a_parser_raises_refuses_the_document_only() -> None:
    async with reader_pool(FEW) as pool:
        broken = await refusal(pool, b"%PDF-1.7\nbroken", MediaType.PDF)
        after = await read(pool, b"Fine.", MediaType.PLAIN_TEXT)
    assert broken == "CONTENT_UNREADABLE"
    assert after.passages


async def test_a_document_that_needs_too_much_memory_is_refused_and_the_next_is_read() -> None:
    wide = ("\U0001f600" + "a" * (31 * 2**20)).encode()  # four bytes a character in memory
    async with reader_pool(ReaderLimits(memory_bytes=340 * 2**20)) as pool:
        reason = await refusal(pool, wide, MediaType.PLAIN_TEXT)
        after = await read(pool, b"Fine.", MediaType.PLAIN_TEXT)
    assert reason == "CONTENT_TOO_LARGE"
    assert after.passages


async def test_a_crash_of_the_process_refuses_the_document() -> None:
    async with reader_pool(FEW, CRASHES) as pool:
        reasons = [await refusal(pool, b"x", MediaType.PLAIN_TEXT) for _ in range(2)]
    assert reasons == ["READER_CRASHED", "READER_CRASHED"]


async def test_reading_that_takes_too_long_is_ended() -> None:
    async with reader_pool(ReaderLimits(seconds=0.2), HANGS) as pool:
        assert await refusal(pool, b"x", MediaType.PLAIN_TEXT) == "READING_TOO_SLOW"


async def test_cancelling_a_reading_ends_its_process(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    tells = f"import os; open({str(started)!r}, 'w').write(str(os.getpid())); {HANGS[-1]}"
    async with reader_pool(FEW, (*HANGS[:-1], tells)) as pool, asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(read(pool, b"x", MediaType.PLAIN_TEXT))
        process_id = int(await asyncio.to_thread(started.read_text))
        assert psutil.pid_exists(process_id)
        reading.cancel()
        await asyncio.wait([reading])
        assert not psutil.pid_exists(process_id)


def _process_ids(folder: Path) -> list[int]:
    return [int(each.name) for each in folder.iterdir()]


async def test_a_reading_begins_when_one_of_as_many_as_are_allowed_has_ended(
    tmp_path: Path,
) -> None:
    tells = f"import os; open(os.path.join({str(tmp_path)!r}, str(os.getpid())), 'w'); {HANGS[-1]}"
    limits = ReaderLimits(processes=2)
    async with reader_pool(limits, (*HANGS[:-1], tells)) as pool, asyncio.TaskGroup() as tasks:
        readings = [tasks.create_task(read(pool, b"x", MediaType.PLAIN_TEXT)) for _ in range(4)]
        for begun in (2, 3, 4):
            while len(started := _process_ids(tmp_path)) < begun:  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.01)
            assert sum(map(psutil.pid_exists, started)) <= limits.processes
            readings[begun - 2].cancel()
            await asyncio.wait([readings[begun - 2]])
        readings[-1].cancel()


async def test_a_document_larger_than_a_pipe_is_read() -> None:
    async with reader_pool(FEW) as pool:
        document = await read(pool, b"Some words here. " * 200_000, MediaType.PLAIN_TEXT)
    assert len(document.passages) > 1000
