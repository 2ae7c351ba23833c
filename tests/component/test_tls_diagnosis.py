"""Looking why a service is not reached, again and again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from askmesh.gateway.diagnosing import TlsDiagnosis, tls_diagnosis


class Silent:
    """A server that takes connections and says nothing, until it hangs up."""

    def __init__(self) -> None:
        self.callers = 0
        self.may_end = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        self.callers += 1
        await self.may_end.wait()
        writer.close()


@asynccontextmanager
async def silent_server() -> AsyncGenerator[tuple[Silent, TlsDiagnosis]]:
    silent = Silent()
    async with await asyncio.start_server(silent.serve, "127.0.0.1", 0) as server:
        _, port = server.sockets[0].getsockname()
        async with tls_diagnosis({"retrieval": f"127.0.0.1:{port}"}, None) as diagnosis:
            yield silent, diagnosis
        silent.may_end.set()


async def test_a_service_is_looked_at_once_however_often_somebody_asks() -> None:
    async with silent_server() as (silent, diagnosis):
        asked = [diagnosis.why("retrieval", seconds=0.05) for _ in range(3)]
        assert await asyncio.gather(*asked) == ["", "", ""]
        silent.may_end.set()
        assert not await diagnosis.why("retrieval", seconds=20)
        assert not await diagnosis.why("retrieval", seconds=20)
        assert silent.callers == 1


def looking() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if "tls_problem" in repr(task.get_coro())]


async def test_what_is_looked_at_in_the_end_is_given_up() -> None:
    async with silent_server() as (silent, diagnosis):
        assert await diagnosis.why("retrieval", seconds=0.05) == ""
        assert len(looking()) == 1
        await diagnosis.end()
        assert looking() == []
        assert not silent.may_end.is_set()
