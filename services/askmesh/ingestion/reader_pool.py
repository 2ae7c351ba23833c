"""Processes that read documents, so that no document can hurt another."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from askmesh.ingestion.media_types import MediaType
from askmesh.ingestion.reader_work import (
    LENGTH_BYTES,
    STAYS,
    Task,
    document_from_bytes,
    frame_length,
)
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits
from askmesh.ingestion.values import SplitDocument


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """How many documents are read at once, and what reading one of them may take."""

    processes: int = 2
    seconds: float = 120.0
    memory_bytes: int = 2 * 2**30


def reader_command(limits: ReaderLimits) -> Sequence[str]:
    """Return the command that starts a process which reads documents."""
    return (
        sys.executable,
        "-m",
        "askmesh.ingestion.reader_process",
        str(limits.memory_bytes),
    )


class ReaderPool:
    """Reads documents in processes; made by `reader_pool`.

    Whatever a document does to its process, the answer is a refusal of that document, and the next
    one gets another process. Cancelling a reading ends its process.
    """

    def __init__(self, limits: ReaderLimits, command: Sequence[str]) -> None:
        self._command = command
        self._limits = limits
        self._places = asyncio.Semaphore(limits.processes)
        self._idle: list[Process] = []

    async def read(
        self, content: bytes, media_type: MediaType, limits: PassageLimits
    ) -> SplitDocument:
        """Return the document in passages. Raises `DocumentRefusedError`."""
        async with self._places:
            process = await self._process()
            stays = False
            try:
                async with asyncio.timeout(self._limits.seconds):
                    answer = await _answer(process, Task(content, media_type, limits))
                stays = answer.startswith(STAYS)
            except TimeoutError:
                raise self._too_slow() from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise _crashed() from None
            finally:
                if stays:
                    self._idle.append(process)
                else:
                    await _end(process)
        return document_from_bytes(answer[len(STAYS) :])

    async def close(self) -> None:
        """End all processes. Nothing is being read any more."""
        while self._idle:
            await _end(self._idle.pop())

    async def _process(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if not _has_ended(process):
                return process
            await _end(process)
        return await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )

    def _too_slow(self) -> DocumentRefusedError:
        return DocumentRefusedError(
            "READING_TOO_SLOW", f"Reading it takes longer than {self._limits.seconds:g} seconds."
        )


@asynccontextmanager
async def reader_pool(
    limits: ReaderLimits, command: Sequence[str] = ()
) -> AsyncGenerator[ReaderPool]:
    """Yield a pool whose processes start when they are needed and end with the block."""
    pool = ReaderPool(limits, command or reader_command(limits))
    try:
        yield pool
    finally:
        await pool.close()


async def _answer(process: Process, task: Task) -> bytes:
    assert process.stdin is not None  # noqa: S101 - asked for when it was started
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(task.to_bytes())
    await process.stdin.drain()
    length = await process.stdout.readexactly(LENGTH_BYTES)
    return await process.stdout.readexactly(frame_length(length))


def _has_ended(process: Process) -> bool:
    """Tell whether an idle process has died, which its pipes show before its exit code does."""
    if process.stdin is None or process.stdout is None or process.returncode is not None:
        return True
    return process.stdin.is_closing() or process.stdout.at_eof()


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _crashed() -> DocumentRefusedError:
    return DocumentRefusedError(
        "READER_CRASHED", "Its reader crashed, as happens with damaged files and with huge ones."
    )
