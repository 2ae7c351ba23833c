"""A channel that is replaced while calls go on."""

from collections.abc import Callable

import grpc
from grpc import aio

from askmesh.transport._forwarding import ForwardingChannel


class RenewedChannel(ForwardingChannel):
    """A channel that others take the place of; calls in flight end where they began."""

    def __init__(self, open_: Callable[[], aio.Channel]) -> None:
        self._open = open_
        self._newest: aio.Channel | None = None
        self._retired: set[aio.Channel] = set()
        super().__init__(open_())

    async def renew(self) -> None:
        """Open another channel and let it connect; until then calls go on over the old one."""
        superseded, self._newest = self._newest, self._open()
        self._newest.get_state(try_to_connect=True)
        if superseded is not None:
            await superseded.close()

    def take_newest(self) -> aio.Channel | None:
        """Make new calls over the newest channel once it is connected, or the old one is not.

        Return the one that retires, if so; see `end`.
        """
        newest = self._newest
        if newest is None or (not _is_ready(newest) and _is_ready(self.inner)):
            return None
        retired, self.inner, self._newest = self.inner, newest, None
        self._retired.add(retired)
        return retired

    async def end(self, retired: aio.Channel, *, seconds: float) -> None:
        """Close a retired channel once its calls are over, at the latest after so long."""
        await retired.close(seconds)
        self._retired.discard(retired)

    async def close(self, grace: float | None = None) -> None:
        newest = [self._newest] if self._newest else []
        for channel in (self.inner, *newest, *self._retired):
            await channel.close(grace)


def _is_ready(channel: aio.Channel) -> bool:
    return channel.get_state() is grpc.ChannelConnectivity.READY
