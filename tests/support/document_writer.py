"""A process that puts documents until it is killed: `python -m support.document_writer ADDRESS`.

It prints each document's name once the store has acknowledged it.
"""

import asyncio
import itertools
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from askmesh.documents import open_documents
from support.documents import put

TEXTS = ("one", "two", "three")


@asynccontextmanager
async def document_writer(address: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run the process, and kill it at the end of the block if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "support.document_writer", address),
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def acknowledged(process: asyncio.subprocess.Process, count: int) -> list[str]:
    """Return the names of the next `count` documents."""
    assert process.stdout is not None
    return [(await process.stdout.readline()).decode().strip() for _ in range(count)]


async def write_for_ever(address: str) -> None:
    """Put one document after the other."""
    async with open_documents(address) as store:
        for number in itertools.count():
            await put(store, f"d{number}", *TEXTS)
            sys.stdout.write(f"d{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write_for_ever(sys.argv[1]))
