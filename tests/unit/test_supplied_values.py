"""Values that are sent over a stream, read one at a time."""

import asyncio
import gc
from collections.abc import AsyncGenerator

import pytest

from askmesh.client._supply import Supply


async def left_alone() -> None:
    """Give up reading from a source that fails as it ends."""
    asked = asyncio.Event()

    async def values() -> AsyncGenerator[str]:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError
        yield "a value"

    supply = Supply(values(), str)
    async with supply.reading():
        reading = asyncio.ensure_future(anext(supply.values_for(60)))
        await asked.wait()
        reading.cancel()
        await asyncio.wait([reading])


async def test_a_source_that_fails_as_it_is_given_up_is_no_error_of_anybody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await left_alone()
    gc.collect()
    assert not caplog.records


async def test_a_source_that_fails_while_it_is_read_fails_whoever_reads_it() -> None:
    def encode(value: str) -> str:
        raise ValueError(value)

    supply = Supply(["a value"], encode)
    with pytest.raises(ValueError, match="a value"):
        async with supply.reading():
            assert [value async for value in supply.values_for(60)] == []
