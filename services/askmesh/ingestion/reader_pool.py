"""Processes that read documents, so that no document can hurt another."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from askmesh.ingestion.reader_work import (
    LENGTH_BYTES,
    STAYS,
    Task,
    document_from_bytes,
    frame_length,
)
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits, SplitDocument
from askmesh.uploads import MediaType


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
        self._idle: list[_Process] = []

    async def read(
        self, content: bytes, media_type: MediaType, limits: PassageLimits
    ) -> SplitDocument:
        """Return the document in passages. Raises `DocumentRefusedError`."""
        async with self._places:
            process = await self._process()
            stays = False
            try:
                async with asyncio.timeout(self._limits.seconds):
                    answer = await process.answer(Task(content, media_type, limits))
                stays = answer.startswith(STAYS)
            except TimeoutError:
                raise self._too_slow() from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise _crashed() from None
            finally:
                if stays:
                    self._idle.append(process)
                else:
                    await process.end()
        return document_from_bytes(answer[len(STAYS) :])

    async def close(self) -> None:
        """End all processes. Nothing is being read any more."""
        while self._idle:
            await self._idle.pop().end()

    async def _process(self) -> "_Process":
        while self._idle:
            process = self._idle.pop()
            if not process.has_ended:
                return process
            await process.end()
        return await _started(self._command)

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


class _Process:
    """A process that answers tasks over a socket, which is its standard input and output."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    @property
    def has_ended(self) -> bool:
        """Tell whether the process died while it was idle."""
        return self._writer.is_closing() or self._reader.at_eof()

    async def answer(self, task: Task) -> bytes:
        """Return the answer to `task`. Raises what a broken connection raises."""
        self._writer.write(task.to_bytes())
        await self._writer.drain()
        length = await self._reader.readexactly(LENGTH_BYTES)
        return await self._reader.readexactly(frame_length(length))

    async def end(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()
        self._writer.close()
        await asyncio.to_thread(self._process.wait)


async def _started(command: Sequence[str]) -> _Process:
    # Not by the event loop, which forks: that runs the handlers of gRPC and others in the child.
    # This takes a millisecond and runs nothing.
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - see above; our own command
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL
        )
    reader, writer = await asyncio.open_connection(sock=ours)
    return _Process(process, reader, writer)


def _crashed() -> DocumentRefusedError:
    return DocumentRefusedError(
        "READER_CRASHED", "Its reader crashed, as happens with damaged files and with huge ones."
    )
