"""The state of the mesh, as the gateway sees it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.errors import AskmeshError
from askmesh.gateway.ports import IndexStatus, SearchStatus, ServiceHealth, ServiceStatus


@dataclass(frozen=True, slots=True)
class MeshStatus:
    """The services, in the order of an answer's life, and what searches can see."""

    services: tuple[ServiceStatus, ...]
    index: IndexStatus


class MeshWatch:
    """Look at all services at once."""

    def __init__(self, services: Sequence[ServiceHealth], search: SearchStatus) -> None:
        self._services = services
        self._search = search

    async def look(self) -> MeshStatus:
        """Return the state. Never fails because a service does."""
        async with asyncio.TaskGroup() as looks:
            services = [looks.create_task(service.check()) for service in self._services]
            index = looks.create_task(self._index())
        return MeshStatus(tuple(service.result() for service in services), index.result())

    async def _index(self) -> IndexStatus:
        try:
            return await self._search.index_status()
        except AskmeshError:
            return IndexStatus(0, 0)
