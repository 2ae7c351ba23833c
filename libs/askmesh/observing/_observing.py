"""Everything that observes a mesh on this machine."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from askmesh.observing._keeping import Kept
from askmesh.observing._receiving import receiving
from askmesh.observing._viewing import View
from askmesh.pages import serving_pages


@dataclass(frozen=True, slots=True)
class MeshObserver:
    """What keeps traces and logs, and the port of the page that shows them."""

    kept: Kept
    page_port: int

    def receiving(self, address: str) -> AbstractAsyncContextManager[int]:
        """Return a server that takes traces and records by gRPC, to be entered; it yields its port.

        Processes should be started before: gRPC complains of forks beside its threads.
        """
        return receiving(self.kept, address)


@asynccontextmanager
async def observing(page: str, metrics: Mapping[str, str]) -> AsyncGenerator[MeshObserver]:
    """Show what is kept at `page` (`host:port`), and take traces by HTTP there.

    `metrics` names the addresses at which services have their metrics. All is forgotten when the
    block ends. Raise `OSError` if nothing can listen at `page`.
    """
    kept = Kept()
    view = View(kept, metrics)
    async with serving_pages(page, view.answer, view.max_body) as port:
        yield MeshObserver(kept, port)
