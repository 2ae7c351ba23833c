"""Connections to Redis by address: one server, one behind Sentinels, or a cluster."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from askmesh.errors import StartupError

SCHEMES = frozenset(
    f"{secure}{kind}" for secure in ("redis", "rediss") for kind in ("", "+sentinel", "+cluster")
)
_DEFAULT_PORT = 6379
_FILES = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})


class AddressError(ValueError):
    """An address is wrong. The message quotes nothing of it."""


@asynccontextmanager
async def connected(
    address: str, *, timeout_seconds: float, connections: int
) -> AsyncGenerator[Redis | RedisCluster]:
    """Yield a client that connects with its first command, and close its connections in the end.

    Raise `StartupError` if the address is wrong. "redis://user:password@host:port/database" is one
    server, "redis+sentinel://host:port,host:port/service/database" the master that Sentinels name,
    "redis+cluster://host:port,host:port" a cluster. "rediss" instead of "redis" is TLS; the query
    may name certificates, "?ssl_ca_certs=/path", which are read with each new connection.
    """
    client = _client(address, timeout_seconds, connections)
    await asyncio.to_thread(_require_files, urlsplit(address))
    async with client, AsyncExitStack() as others:
        pool = client.connection_pool if isinstance(client, Redis) else None
        if isinstance(pool, SentinelConnectionPool):  # which does not close what it asks
            manager = cast("Sentinel", pool.sentinel_manager)  # pyright: ignore[reportUnknownMemberType] - untyped
            for sentinel in manager.sentinels:
                others.push_async_callback(sentinel.aclose)
        yield client


def _client(address: str, timeout_seconds: float, connections: int) -> Redis | RedisCluster:
    options: dict[str, Any] = {
        "socket_connect_timeout": timeout_seconds,
        "socket_timeout": timeout_seconds,
        "max_connections": connections,
    }
    try:
        parts = urlsplit(address)
        kind = parts.scheme.partition("+")[2]
        if kind == "cluster":
            return _cluster(parts, options)
        options["retry"] = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        if kind == "sentinel":
            return _behind_sentinels(parts, options)
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - untyped options
            address, **options
        )
    except AddressError as error:
        raise StartupError(
            "CACHE_ADDRESS_INVALID", f"the cache address is wrong: {error}"
        ) from None
    except ValueError:  # whose message may quote a part of the password
        raise StartupError(
            "CACHE_ADDRESS_INVALID",
            "the cache address is wrong: it is like redis://user:password@host:port/database, with "
            "the characters /, ?, #, @ and : of a password written as %2F, %3F, %23, %40 and %3A",
        ) from None


def _require_files(parts: SplitResult) -> None:
    """Raise `StartupError` if a file of the address cannot be read: else Redis would seem away."""
    for name, value in parse_qsl(parts.query):
        if name in _FILES:
            try:
                Path(value).read_bytes()
            except OSError as error:
                raise StartupError(
                    "CACHE_ADDRESS_INVALID",
                    f"the cache address is wrong: {name}={value} cannot be read ({error.strerror})",
                ) from error


def _behind_sentinels(parts: SplitResult, options: Mapping[str, Any]) -> Redis:
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise AddressError("an address of Sentinels ends with the name of a service")
    secured = {**options, **_security(parts)}
    asking = {name: value for name, value in secured.items() if name != "max_connections"}
    sentinel = Sentinel(_hosts(parts), sentinel_kwargs=asking)  # type: ignore[no-untyped-call] # untyped
    master: Redis = sentinel.master_for(  # pyright: ignore[reportUnknownMemberType] - untyped options
        service, db=int(database or 0), **secured
    )
    return master


def _cluster(parts: SplitResult, options: Mapping[str, Any]) -> RedisCluster:
    nodes = [ClusterNode(host, port) for host, port in _hosts(parts)]
    return RedisCluster(startup_nodes=nodes, **{**options, **_security(parts)})


def _hosts(parts: SplitResult) -> Sequence[tuple[str, int]]:
    hosts = parts.netloc.rpartition("@")[2].split(",")
    split = [urlsplit(f"//{host}") for host in hosts]
    if not all(each.hostname for each in split):
        raise AddressError("every host of a cache address must have a name")
    return [(each.hostname or "", each.port or _DEFAULT_PORT) for each in split]


def _security(parts: SplitResult) -> dict[str, Any]:
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    chosen: dict[str, Any] = {
        name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")
    }
    if parts.scheme.startswith("rediss"):
        chosen["ssl"] = True
    if user:
        chosen["username"] = unquote(user)
    if password:
        chosen["password"] = unquote(password)
    return chosen
