"""What only a cache in Redis can get wrong."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path
from ssl import CERT_REQUIRED

import pytest

from askmesh.caching import (
    Cache,
    CacheUnavailableError,
    Script,
    redis_cache,
    redis_commands,
)
from askmesh.caching._keys import redis_key
from askmesh.caching._redis import BATCHES
from askmesh.errors import StartupError
from support.certificates import Authority, server_context
from support.redis_server import RedisServer, redis_sentinel, redis_server
from support.tcp_proxy import TcpProxy, tcp_proxy

LONG = 3600.0
PATIENT = 20.0  # seconds: for what must succeed on a machine that is busy
SHORT = 1.0  # seconds: for what must fail


@pytest.fixture
async def proxy(redis: RedisServer) -> AsyncGenerator[TcpProxy]:
    redis.empty()
    async with tcp_proxy(redis.port) as running:
        yield running


@pytest.fixture
async def proxied(proxy: TcpProxy) -> AsyncGenerator[Cache]:
    async with redis_cache(f"redis://127.0.0.1:{proxy.port}/0", timeout_seconds=SHORT) as cache:
        yield cache


async def test_many_values_are_one_request_each_way(redis: RedisServer) -> None:
    redis.empty()
    async with redis_cache(redis.address, timeout_seconds=PATIENT) as cache:
        await cache.get_many(["connect"])
        before = redis.commands()
        await cache.set_many({str(number): b"value" for number in range(50)}, ttl_seconds=LONG)
        await cache.get_many([str(number) for number in range(50)])
        assert redis.commands() - before == {"set": 50, "mget": 1}


async def test_who_asks_is_told_of_the_wait_for_a_connection_once_for_each_request(
    redis: RedisServer,
) -> None:
    waits: list[float] = []
    async with redis_cache(redis.address, timeout_seconds=PATIENT, on_wait=waits.append) as cache:
        await cache.get_many(["first"])
        await asyncio.gather(cache.get_many(["second"]), cache.get_many(["third"]))
    assert len(waits) == 2


async def test_what_waits_for_a_connection_is_told_of_when_it_has_one(proxy: TcpProxy) -> None:
    waits: list[float] = []
    begun = asyncio.Event()

    def on_wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            begun.set()

    address = f"redis://127.0.0.1:{proxy.port}/0"
    async with redis_cache(address, timeout_seconds=SHORT, batches=1, on_wait=on_wait) as cache:
        await cache.get_many(["connect"])
        proxy.fall_silent()
        silent = asyncio.create_task(cache.get_many(["silent"]))
        await begun.wait()
        waiting = asyncio.create_task(cache.get_many(["waits"]))
        await asyncio.wait([silent, waiting])
        for task in (silent, waiting):
            with pytest.raises(CacheUnavailableError):
                await task
    _, silent_seconds, waiting_seconds = waits
    assert silent_seconds < waiting_seconds


async def test_what_many_ask_in_one_turn_is_one_request(redis: RedisServer) -> None:
    redis.empty()
    async with redis_cache(redis.address, timeout_seconds=PATIENT) as cache:
        await cache.set_many(
            {str(number): b"%d" % number for number in range(50)}, ttl_seconds=LONG
        )
        before = redis.commands()
        readers = (cache.get_many([str(number)]) for number in range(50))
        assert await asyncio.gather(*readers) == [[b"%d" % number] for number in range(50)]
        assert redis.commands() - before == {"mget": 1}


async def test_a_script_is_sent_once_and_known_by_its_name_from_then_on(
    redis: RedisServer,
) -> None:
    add = Script("return tonumber(redis.call('GET', KEYS[1]) or 0) + ARGV[1]")
    redis.empty()
    redis.ask("SCRIPT", "FLUSH")
    async with redis_commands(redis.address, timeout_seconds=PATIENT) as commands:
        before = redis.commands()
        assert [await commands.run(add, [b"key"], number) for number in range(3)] == [0, 1, 2]
        counts = redis.commands() - before
        assert (counts["eval"], counts["evalsha"]) == (1, 3)


async def test_a_command_that_is_wrong_fails_alone(redis: RedisServer) -> None:
    redis.empty()
    async with redis_commands(redis.address, timeout_seconds=PATIENT) as commands:
        await commands.ask("SET", "text", "x")
        wrong, right, values = await asyncio.gather(
            commands.ask("INCR", "text"),
            commands.ask("GET", "text"),
            commands.get_many([b"text"]),
            return_exceptions=True,
        )
    assert isinstance(wrong, CacheUnavailableError)
    assert (right, values) == (b"x", [b"x"])


async def test_keys_carry_the_prefix_and_values_a_time_limit(redis: RedisServer) -> None:
    redis.empty()
    async with redis_cache(redis.address, timeout_seconds=PATIENT) as cache:
        await cache.set_many({"key": b"value"}, ttl_seconds=100.0)
    assert redis.ask("KEYS", "*") == redis_key("cache", "key").decode()
    assert 0 < int(redis.ask("PTTL", redis_key("cache", "key").decode())) <= 100_000


async def test_a_redis_that_is_not_there_holds_up_no_start_and_is_reported() -> None:
    async with redis_cache("redis://127.0.0.1:1/0") as cache:
        with pytest.raises(CacheUnavailableError) as caught:
            await cache.get_many(["key"])
        assert caught.value.reason == "CACHE_UNAVAILABLE"
        with pytest.raises(CacheUnavailableError):
            await cache.set_many({"key": b"value"}, ttl_seconds=LONG)


async def test_the_cache_comes_back_with_the_server(redis: RedisServer, tmp_path: Path) -> None:
    assert redis.port  # where it cannot run, neither can one that is killed
    with redis_server(tmp_path) as server:
        async with redis_cache(server.address, timeout_seconds=PATIENT) as cache:
            await _at_once(cache, 20)  # so that the pool holds connections that will be dead
            server.kill()
            with pytest.raises(CacheUnavailableError):
                await cache.get_many(["key"])
            server.start()
            await _at_once(cache, 20)


async def test_a_redis_that_hangs_is_given_up_and_found_again(
    proxy: TcpProxy, proxied: Cache
) -> None:
    await proxied.set_many({"key": b"value"}, ttl_seconds=LONG)
    proxy.hold(b"MGET")
    with pytest.raises(CacheUnavailableError):
        await proxied.get_many(["key"])
    assert proxy.holds.is_set()
    assert await proxied.get_many(["key"]) == [b"value"]


async def test_an_answer_that_comes_late_is_not_taken_for_another_one(
    proxy: TcpProxy, proxied: Cache
) -> None:
    await proxied.set_many({"a": b"of a", "b": b"of b"}, ttl_seconds=LONG)
    proxy.hold(b"MGET")
    with pytest.raises(CacheUnavailableError):
        await proxied.get_many(["a"])
    proxy.release()
    for _ in range(5):
        assert await proxied.get_many(["b"]) == [b"of b"]


async def test_a_reply_that_is_lost_is_asked_for_again(proxy: TcpProxy, proxied: Cache) -> None:
    await proxied.set_many({"key": b"value"}, ttl_seconds=LONG)
    proxy.lose_reply_to(b"MGET")
    assert await proxied.get_many(["key"]) == [b"value"]
    assert proxy.replies_lost == 1


async def test_a_caller_that_gives_up_disturbs_no_other(proxy: TcpProxy, proxied: Cache) -> None:
    await proxied.set_many({"a": b"of a", "b": b"of b"}, ttl_seconds=LONG)
    proxy.hold(b"MGET")
    async with asyncio.TaskGroup() as callers:
        given_up = callers.create_task(proxied.get_many(["a"]))
        await proxy.holds.wait()
        given_up.cancel()
        assert await proxied.get_many(["b"]) == [b"of b"]
    proxy.release()
    assert await proxied.get_many(["b", "a"]) == [b"of b", b"of a"]


async def test_more_callers_than_connections_share_them(redis: RedisServer) -> None:
    redis.empty()
    while redis.information()["connected_clients"] != "1":  # those of before are being closed
        pass
    async with redis_cache(redis.address, timeout_seconds=PATIENT) as cache:
        await _at_once(cache, 10 * BATCHES)
        assert int(redis.information()["connected_clients"]) <= BATCHES + 1


async def _at_once(cache: Cache, callers: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(callers):
            tasks.create_task(cache.get_many([str(number)]))


async def test_whoever_asks_sentinels_follows_the_master_that_they_name(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("master", "replica", "sentinel")]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as servers:
        master = servers.enter_context(redis_server(folders[0]))
        of_master = ("--replicaof", "127.0.0.1", str(master.port))
        servers.enter_context(redis_server(folders[1], *of_master))
        sentinel = servers.enter_context(redis_sentinel(folders[2], "mesh", master))
        address = f"redis+sentinel://127.0.0.1:{sentinel.port}/mesh/0"
        async with redis_cache(address, timeout_seconds=PATIENT) as cache:
            await cache.set_many({"key": b"of the first"}, ttl_seconds=LONG)
            assert redis_key("cache", "key").decode() in master.ask("KEYS", "*")
            master.kill()
            while not await _is_kept(cache):
                pass
            assert await cache.get_many(["key"]) == [b"of the second"]


async def test_redis_behind_tls_is_reached_with_its_certificate_and_not_without(
    redis: RedisServer, tmp_path: Path
) -> None:
    redis.empty()
    authority = Authority(tmp_path)
    context = server_context(authority.files("redis"))
    async with tcp_proxy(redis.port, tls=context) as proxy:
        address = f"rediss://localhost:{proxy.port}/0"
        trusting = f"{address}?ssl_ca_certs={authority.path}"
        async with redis_cache(trusting, timeout_seconds=PATIENT) as cache:
            await cache.set_many({"key": b"value"}, ttl_seconds=LONG)
            assert await cache.get_many(["key"]) == [b"value"]
        for wrong in (address, f"redis://localhost:{proxy.port}/0"):
            async with redis_cache(wrong, timeout_seconds=SHORT) as cache:
                with pytest.raises(CacheUnavailableError):
                    await cache.get_many(["key"])


async def test_redis_that_asks_for_a_certificate_and_a_password_gets_both(
    redis: RedisServer, tmp_path: Path
) -> None:
    redis.ask("ACL", "SETUSER", "ann", "on", ">secret", "~*", "+@all")
    authority = Authority(tmp_path)
    server, client = authority.files("redis"), authority.files("client")
    context = server_context(server)
    context.load_verify_locations(str(server.authority))
    context.verify_mode = CERT_REQUIRED
    async with tcp_proxy(redis.port, tls=context) as proxy:
        bare = f"rediss://ann:secret@localhost:{proxy.port}/0?ssl_ca_certs={authority.path}"
        shown = f"{bare}&ssl_certfile={client.certificate}&ssl_keyfile={client.key}"
        async with redis_cache(shown, timeout_seconds=PATIENT) as cache:
            await cache.set_many({"key": b"value"}, ttl_seconds=LONG)
            assert await cache.get_many(["key"]) == [b"value"]
        for wrong in (bare, shown.replace("secret", "guess")):
            async with redis_cache(wrong, timeout_seconds=SHORT) as cache:
                with pytest.raises(CacheUnavailableError):
                    await cache.get_many(["key"])


async def test_certificates_of_redis_that_cannot_be_read_are_named_at_the_start() -> None:
    with pytest.raises(StartupError, match="ssl_ca_certs=/nowhere cannot be read"):
        async with redis_cache("rediss://:secret@localhost/0?ssl_ca_certs=/nowhere"):
            pass


async def _is_kept(cache: Cache) -> bool:
    try:
        await cache.set_many({"key": b"of the second"}, ttl_seconds=LONG)
    except CacheUnavailableError:
        return False
    return True
