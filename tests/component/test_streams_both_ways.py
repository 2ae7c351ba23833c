"""Calls over which requests are sent while responses are read."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from askmesh.client._streams import responses_to
from support.echo import Context, echo, text


async def converse(requests: AsyncIterator[StringValue], _: Context) -> AsyncIterator[StringValue]:
    async for request in requests:
        yield request


async def test_a_defect_of_who_makes_the_requests_ends_the_call_and_is_raised() -> None:
    async def requests() -> AsyncGenerator[StringValue]:
        yield text("first")
        raise ZeroDivisionError

    async with echo(converse=converse) as client, asyncio.timeout(60):
        stream = responses_to(requests(), lambda: client.converse(timeout=600), "echo")
        with pytest.raises(ZeroDivisionError):
            async with aclosing(stream) as responses:
                assert [response.value async for response in responses] == ["first"]


async def test_requests_are_made_no_more_when_nobody_reads_on() -> None:
    left = asyncio.Event()

    async def requests() -> AsyncGenerator[StringValue]:
        try:
            yield text("first")
            await asyncio.Event().wait()
        finally:
            left.set()

    async with echo(converse=converse) as client, asyncio.timeout(60):
        stream = responses_to(requests(), lambda: client.converse(timeout=600), "echo")
        async with aclosing(stream) as responses:
            assert (await anext(responses)).value == "first"
        assert left.is_set()
