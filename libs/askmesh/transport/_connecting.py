"""How connections are made: plain text, or TLS."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Protocol, TypeAlias
from weakref import WeakSet

import grpc
from grpc import aio

from askmesh.transport._files import Pems, TlsFiles
from askmesh.transport._following import FollowedPems
from askmesh.transport._renewing import RenewedChannel

ChannelOptions: TypeAlias = Sequence[tuple[str, str | int]]

LOOK_SECONDS = 1.0
"""How often it is looked whether files have changed."""
RETIRING_SECONDS = 600.0
"""How long the calls of a channel that was replaced may still take."""


class Transport(Protocol):
    """Opens channels."""

    def channel(self, target: str, options: ChannelOptions) -> aio.Channel:
        """Return a channel to `target` with options of gRPC. The caller closes it."""
        ...


class PlainText:
    """Connections that others on the way can read and change."""

    def channel(self, target: str, options: ChannelOptions) -> aio.Channel:
        return aio.insecure_channel(target, options=options)


PLAIN_TEXT = PlainText()


class Encrypted:
    """Connections by TLS to those whose certificate has their name and is of the authority."""

    def __init__(self, followed: FollowedPems, *, look_seconds: float) -> None:
        self._followed = followed
        self._look_seconds = look_seconds
        self._channels = WeakSet[RenewedChannel]()

    def channel(self, target: str, options: ChannelOptions) -> aio.Channel:
        channel = RenewedChannel(partial(self._open, target, options))
        self._channels.add(channel)
        return channel

    async def follow(self) -> None:
        """Renew the channels whenever the files change."""
        async with asyncio.TaskGroup() as endings:
            while True:
                await asyncio.sleep(self._look_seconds)
                is_new = await asyncio.to_thread(self._followed.look)
                for channel in [*self._channels]:
                    if is_new:
                        await channel.renew()
                    if retired := channel.take_newest():
                        endings.create_task(channel.end(retired, seconds=RETIRING_SECONDS))

    def _open(self, target: str, options: ChannelOptions) -> aio.Channel:
        credentials = _credentials(self._followed.pems)
        return aio.secure_channel(target, credentials, options=options)


@asynccontextmanager
async def connecting(
    files: TlsFiles | None, *, look_seconds: float = LOOK_SECONDS
) -> AsyncGenerator[Transport]:
    """Yield what opens channels: by TLS with these files, plain text without.

    New connections are made with what is in the files then; a channel goes over to a new connection
    when the files change, and no call notices. Channels are closed before the block ends. Raise
    `StartupError` if the files cannot be used.
    """
    if files is None:
        yield PLAIN_TEXT
        return
    followed = await asyncio.to_thread(FollowedPems, files)
    with _unwrapped():
        async with asyncio.TaskGroup() as tasks:
            transport = Encrypted(followed, look_seconds=look_seconds)
            following = tasks.create_task(transport.follow())
            try:
                yield transport
            finally:
                following.cancel()


@contextmanager
def _unwrapped() -> Generator[None]:
    """Raise the one failure of a task group as it was before the group was put around it."""
    one: BaseException | None = None
    try:
        yield
    except BaseExceptionGroup as group:
        one, *others = group.exceptions
        if others:
            raise
    if one is not None:
        raise one


def credentials_for(files: TlsFiles) -> grpc.ChannelCredentials:
    """Return what a channel of gRPC connects with that keeps to what is in the files now.

    Raise `StartupError` if they cannot be used.
    """
    return _credentials(FollowedPems(files).pems)


def _credentials(pems: Pems) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(pems.authority, pems.key, pems.certificate)
