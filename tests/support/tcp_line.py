"""What carries bytes from one side of a connection to the other, as well as it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

_PIECE_BYTES = 65_536
_PIECES = 64
"""So many are on their way in one direction; whoever sends more waits."""

_Pieces: TypeAlias = asyncio.Queue[tuple[float, bytes]]


def _open() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True)
class Line:
    """Delays each byte, passes so many a second each way, and none while `passes` is not set.

    A silent one swallows what it should pass.
    """

    delay_seconds: float = 0.0
    bytes_per_second: float = inf
    is_silent: bool = False
    passes: asyncio.Event = field(default_factory=_open)

    async def carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        admit: Callable[[bytes], Awaitable[bool]],
    ) -> None:
        """Carry all that `admit` lets pass, piece by piece, until one side ends or it does not."""
        pieces: _Pieces = asyncio.Queue(_PIECES)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take(reader, pieces, admit))
            both.create_task(self._bring(pieces, writer))

    async def _take(
        self,
        reader: asyncio.StreamReader,
        pieces: _Pieces,
        admit: Callable[[bytes], Awaitable[bool]],
    ) -> None:
        clock = asyncio.get_running_loop().time
        with suppress(ConnectionError):
            while piece := await reader.read(_PIECE_BYTES):
                if not await admit(piece):
                    break
                await pieces.put((clock() + self.delay_seconds, piece))
        await pieces.put((0.0, b""))

    async def _bring(self, pieces: _Pieces, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, piece = await pieces.get()
            if not piece:
                break
            if (early := due - clock()) > 0:
                await asyncio.sleep(early)
            await self.passes.wait()
            with suppress(ConnectionError):
                await self._write(writer, piece)
        writer.close()

    async def _write(self, writer: asyncio.StreamWriter, piece: bytes) -> None:
        if self.is_silent or writer.is_closing():
            return
        writer.write(piece)
        await writer.drain()
        if self.bytes_per_second < inf:
            await asyncio.sleep(len(piece) / self.bytes_per_second)
