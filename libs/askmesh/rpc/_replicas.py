"""The replicas behind an address, with a channel to each."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

from grpc import ChannelConnectivity
from grpc.aio import Channel

from askmesh.resilience import Replica, Replicas
from askmesh.rpc._channel import mesh_channel
from askmesh.rpc._options import REPLICA_OPTIONS
from askmesh.rpc._tenancy import Introduce, by_name
from askmesh.tracing import Tracing
from askmesh.transport import PLAIN_TEXT, Transport

Open: TypeAlias = Callable[[str], Channel]

LOOK_SECONDS = 1.0
"""How long an address is looked up. What is not known then stays as it was."""
PAUSE_SECONDS = 5.0
"""How long until it is looked up again: new replicas are asked after this time."""
CLOSING_SECONDS = 60.0
"""How long the calls to a replica that is gone from its address may still take."""

_DISTANCES = {
    ChannelConnectivity.READY: 0,
    ChannelConnectivity.IDLE: 1,
    ChannelConnectivity.CONNECTING: 1,
}
_BROKEN = 2


@asynccontextmanager
async def replicas_of(
    address: str,
    tracing: Tracing,
    introduce: Introduce = by_name,
    *,
    transport: Transport = PLAIN_TEXT,
) -> AsyncGenerator[Replicas[Channel]]:
    """Keep a channel to each replica at `address`, which is one that `channel_to` takes.

    Their calls are those of `channel_to`, but gRPC never makes one again. By TLS, each must show
    a certificate for the name in `address`.
    """
    options = (*REPLICA_OPTIONS, *_named(address))

    def open_(target: str) -> Channel:
        return mesh_channel(transport.channel(target, options), target, tracing, introduce)

    async with asyncio.TaskGroup() as tasks:
        directory = _Directory(address, open_, tasks)
        await directory.look()
        following = tasks.create_task(directory.follow())
        try:
            yield directory.replicas
        finally:
            following.cancel()
            await directory.close()


class _Directory:
    """The replicas of an address as they come and go."""

    def __init__(self, address: str, open_: Open, tasks: asyncio.TaskGroup) -> None:
        self._address = address
        self._open = open_
        self._tasks = tasks
        self._known: dict[str, Replica[Channel]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self.replicas = Replicas[Channel]()

    async def follow(self) -> None:
        """Look the address up from time to time."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Look the address up."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                self._take(await _targets(self._address))
        except (OSError, TimeoutError):
            if not self._known:
                self._take([self._address])

    async def close(self) -> None:
        """End all calls."""
        for closing in self._closing:
            closing.cancel()
        for replica in self._known.values():
            await replica.peer.close()

    def _take(self, targets: Sequence[str]) -> None:
        before = self._known
        self._known = {
            each: before[each] if each in before else self._replica(each) for each in targets
        }
        self.replicas.all = tuple(self._known.values())
        for gone in (before[each] for each in before.keys() - self._known.keys()):
            closing = self._tasks.create_task(_close(gone.peer))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _replica(self, target: str) -> Replica[Channel]:
        channel = self._open(target)
        return self.replicas.replica(channel, lambda: _distance(channel))


def _distance(channel: Channel) -> int:
    # Asking connects a channel that is not.
    return _DISTANCES.get(channel.get_state(try_to_connect=True), _BROKEN)


async def _close(channel: Channel) -> None:
    try:
        await asyncio.sleep(CLOSING_SECONDS)
    finally:
        await channel.close()


def _named(address: str) -> Sequence[tuple[str, str]]:
    """Return the options by which replicas are known by their name, not by their numbers."""
    if address.startswith(("ipv4:", "ipv6:")):
        return ()
    return (("grpc.default_authority", address.removeprefix("dns:///")),)


async def _targets(address: str) -> list[str]:
    """Return the address of each replica. Raise `OSError` if that cannot be found out now."""
    scheme, _, several = address.partition(":")
    if scheme in {"ipv4", "ipv6"}:
        return [f"{scheme}:{each}" for each in several.split(",")]
    host, _, port = address.removeprefix("dns:///").rpartition(":")
    found = await asyncio.get_running_loop().getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM
    )
    return list(dict.fromkeys(_target(*where[:2]) for *_, where in found))


def _target(host: object, port: object) -> str:
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
