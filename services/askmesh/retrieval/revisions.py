"""The revisions of tenants' documents, and telling them to whoever wants to know."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress

LIFE_SECONDS = 0.5
"""How often those who watch are told something, if it is nothing new."""


class TenantRevisions:
    """The newest revision of each tenant that searches can see."""

    def __init__(self, others: int) -> None:
        """`others` is what counts for tenants that nothing is known of."""
        self.others = others
        self._known: dict[str, int] = {}
        self._news = asyncio.Event()
        self._has_ended = False

    def of(self, tenant: str) -> int:
        """Return the revision of a tenant."""
        return self._known.get(tenant, self.others)

    def learn(self, changed: Mapping[str, int]) -> None:
        """Take what has changed."""
        self._known |= changed
        self._wake()

    def begin_again(self, known: Mapping[str, int], others: int) -> None:
        """Take what counts instead of all before: whoever watches has to begin again, too."""
        self._known, self.others = dict(known), others
        self._wake()

    def end(self) -> None:
        """Let those who watch go."""
        self._has_ended = True
        self._wake()

    async def watch(self, life_seconds: float = LIFE_SECONDS) -> AsyncGenerator[dict[str, int]]:
        """Yield all that is known, then what has changed; nothing, now and then, if nothing has."""
        known, told = self._known, dict[str, int]()
        while known is self._known and not self._has_ended:
            news = self._news
            changed = {name: each for name, each in known.items() if told.get(name) != each}
            told |= changed
            yield changed
            with suppress(TimeoutError):
                async with asyncio.timeout(life_seconds):
                    await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
