"""A server that takes profiles as Pyroscope does."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from askmesh.cli.profiling import stacks_in
from askmesh.pages import PageRequest, WebPage, problem, serving_pages, text_page

_MAX_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class TakenProfile:
    """What one request brought: microseconds by stack, and what it says about them."""

    told: Mapping[str, str]
    stacks: Mapping[tuple[str, ...], int]


class TakingStore:
    """Takes profiles, or refuses them with `status`."""

    def __init__(self) -> None:
        self.status = HTTPStatus.OK
        self.taken: list[TakenProfile] = []
        self.refused = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def answer(self, request: PageRequest) -> WebPage:
        if (request.method, request.path) != ("POST", "/ingest"):
            return problem(HTTPStatus.NOT_FOUND, "profiles go to /ingest")
        async with self._changed:
            self._changed.notify_all()
            if self.status is not HTTPStatus.OK:
                self.refused += 1
                return problem(self.status, "not now")
            self.taken.append(TakenProfile(request.query, stacks_in(request.body.decode())))
        return text_page("")

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until a request has made it so."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(happened)


@asynccontextmanager
async def taking_store() -> AsyncGenerator[TakingStore]:
    """Run a store until the block ends."""
    store = TakingStore()
    async with serving_pages("127.0.0.1:0", store.answer, lambda _: _MAX_BODY) as port:
        store.url = f"http://127.0.0.1:{port}"
        yield store
