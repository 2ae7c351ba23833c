"""Tokens of an identity provider, whose keys come over HTTP."""

import asyncio
from time import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from askmesh.authentication import (
    Claims,
    IdentityProvider,
    fetched_over_http,
    identity_provider,
)
from askmesh.errors import StartupError, UnauthenticatedError, UnavailableError
from askmesh.identity import Caller, Role
from support.identity_provider import (
    AUDIENCE,
    ISSUER,
    KEYS,
    Provider,
    by_secret,
    claims,
    provider,
    token,
    verifying,
)

ANN = Caller("blue", "ann", frozenset({"staff"}), frozenset({Role.READER}))


async def reason_for(verifier: IdentityProvider, credential: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        await verifier.caller_of(credential)
    return caught.value.reason


async def test_claims_say_who_calls_and_roles_of_others_do_not_count() -> None:
    with provider() as served:
        async with verifying(served) as verifier:
            assert await verifier.caller_of(token()) == ANN
            assert await verifier.caller_of(token()) == ANN
    assert served.fetches == 1


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"iss": "https://elsewhere.example.com"}, "CREDENTIAL_INVALID"),
        ({"aud": "another"}, "CREDENTIAL_INVALID"),
        ({"aud": None}, "CREDENTIAL_INVALID"),
        ({"exp": None}, "CREDENTIAL_INVALID"),
        ({"exp": time() - 3600}, "CREDENTIAL_EXPIRED"),
        ({"nbf": time() + 3600}, "CREDENTIAL_INVALID"),
        ({"sub": ""}, "CREDENTIAL_INVALID"),
        ({"tenant": None}, "CREDENTIAL_INVALID"),
        ({"tenant": ["blue"]}, "CREDENTIAL_INVALID"),
    ],
)
async def test_a_token_that_is_not_for_here_and_now_is_refused(
    others: dict[str, object], reason: str
) -> None:
    with provider() as served:
        async with verifying(served) as verifier:
            assert await reason_for(verifier, token("old", **others)) == reason


async def test_clocks_may_differ_a_little() -> None:
    with provider() as served:
        async with verifying(served) as verifier:
            assert await verifier.caller_of(token(exp=time() - 10)) == ANN


async def test_a_token_without_a_signature_is_refused() -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none", headers={"kid": "old"})
    with provider() as served:
        async with verifying(served) as verifier:
            assert await reason_for(verifier, unsigned) == "CREDENTIAL_INVALID"
            assert await reason_for(verifier, "askmesh") == "CREDENTIAL_INVALID"


async def test_a_token_that_takes_the_public_key_for_a_secret_is_refused() -> None:
    public = KEYS["old"].public_key()
    for encoding in (Encoding.PEM, Encoding.DER):
        secret = public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        with provider() as served:
            async with verifying(served) as verifier:
                assert await reason_for(verifier, by_secret(secret)) == "CREDENTIAL_INVALID"


async def test_a_signature_by_another_key_of_the_same_name_is_refused() -> None:
    forged = jwt.encode(claims(), KEYS["new"], algorithm="RS256", headers={"kid": "old"})
    with provider() as served:
        async with verifying(served) as verifier:
            assert await reason_for(verifier, forged) == "CREDENTIAL_INVALID"


async def test_keys_are_fetched_again_when_a_new_one_signs() -> None:
    with provider() as served:
        async with verifying(served, pause_seconds=0) as verifier:
            assert await verifier.caller_of(token()) == ANN
            served.published = {"new": KEYS["new"]}
            assert await verifier.caller_of(token("new")) == ANN
            assert await reason_for(verifier, token("old")) == "CREDENTIAL_INVALID"


async def test_tokens_of_unknown_keys_do_not_flood_the_provider() -> None:
    with provider() as served:
        async with verifying(served) as verifier:
            for _ in range(20):
                assert await reason_for(verifier, token("new")) == "CREDENTIAL_INVALID"
    assert served.fetches == 1


async def test_nobody_comes_in_while_keys_were_never_to_be_had() -> None:
    with provider() as served:
        served.works = False
        async with verifying(served) as verifier:
            with pytest.raises(UnavailableError) as caught:
                await verifier.caller_of(token())
    assert caught.value.reason == "IDENTITY_PROVIDER_UNAVAILABLE"


async def test_keys_go_on_to_count_while_the_provider_fails() -> None:
    with provider() as served:
        async with verifying(served, pause_seconds=0) as verifier:
            assert await verifier.caller_of(token()) == ANN
            served.works = False
            assert await reason_for(verifier, token("new")) == "CREDENTIAL_INVALID"
            assert await verifier.caller_of(token()) == ANN


async def test_callers_that_leave_end_no_fetch_of_keys() -> None:
    fetching, go_on = asyncio.Event(), asyncio.Event()

    async def fetch() -> bytes:
        fetching.set()
        await go_on.wait()
        return Provider("").key_set()

    async with identity_provider(Claims(ISSUER, AUDIENCE), fetch) as verifier:
        leaving = asyncio.create_task(verifier.caller_of(token("new")))
        await fetching.wait()
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        waiting = asyncio.create_task(verifier.caller_of(token()))
        go_on.set()
        assert await waiting == ANN


async def test_no_keys_are_fetched_any_more_where_no_tokens_are_verified() -> None:
    fetching, ended = asyncio.Event(), asyncio.Event()

    async def fetch() -> bytes:
        fetching.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return b""

    async with identity_provider(Claims(ISSUER, AUDIENCE), fetch) as verifier:
        leaving = asyncio.create_task(verifier.caller_of(token()))
        await fetching.wait()
        leaving.cancel()
        assert not ended.is_set()
    assert ended.is_set()


async def test_a_provider_that_never_comes_to_an_end_is_given_up() -> None:
    ended = asyncio.Event()

    async def promise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        while not ended.is_set():
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await asyncio.gather(writer.drain(), asyncio.sleep(0))
        writer.close()

    async with await asyncio.start_server(promise, "127.0.0.1", 0) as server:
        _, port = server.sockets[0].getsockname()
        fetch = fetched_over_http(f"http://127.0.0.1:{port}/keys", seconds=0.1)
        with pytest.raises(UnavailableError) as caught:
            await fetch()
        ended.set()
    assert caught.value.reason == "IDENTITY_PROVIDER_UNAVAILABLE"


async def test_a_set_without_usable_keys_replaces_none() -> None:
    with provider() as served:
        async with verifying(served, pause_seconds=0) as verifier:
            assert await verifier.caller_of(token()) == ANN
            served.published.clear()
            assert await reason_for(verifier, token("new")) == "CREDENTIAL_INVALID"
            assert await verifier.caller_of(token()) == ANN


async def test_a_group_with_a_space_in_its_name_is_one_group() -> None:
    with provider() as served:
        async with verifying(served) as verifier:
            caller = await verifier.caller_of(token(groups="Finance Interns"))
    assert caller.groups == {"Finance Interns"}


@pytest.mark.parametrize("url", ["idp.example/keys", "http://idp.example/keys", "file:///keys"])
def test_keys_are_fetched_over_https_only(url: str) -> None:
    with pytest.raises(StartupError, match="https://"):
        fetched_over_http(url)
