"""No secret of a mesh is in anything that it writes, whatever fails."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from grpc import aio

from askmesh.api.common.v1 import passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.authentication import new_secret
from askmesh.caching import open_cache
from askmesh.documents import open_documents
from askmesh.errors import StartupError
from askmesh.gateway.settings import Settings as GatewaySettings
from askmesh.identity import Caller, Role
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.rpc import by_credential
from askmesh.summarization.settings import Settings as SummarizationSettings
from support.credentials import INGESTION, READ, STATUS, Keys
from support.http_replies import http_replies, reply
from support.mesh import free_base_port, link_models
from support.otlp import OtlpCollector, otlp_collector
from support.planted import Planted, Service, service
from support.redis_server import redis_server

PATIENCE = 120
LIST = f"/{INGESTION.full_name}/ListDocuments"
SOURCE = summarization_pb2.Source(
    passage=passage_pb2.Passage(passage_id="p", text="The goats are milked twice a day."), score=0.9
)
SUMMARY = summarization_pb2.StreamSummaryRequest(
    question="How are the goats kept?", sources=[SOURCE]
)


@dataclass
class Scene:
    """A mesh that can reach nothing, and whose secrets are planted."""

    planted: Planted
    keys: Keys
    home: Path
    services: Mapping[str, Service]
    collector: OtlpCollector

    async def call(self, name: str, method: str, credential: str, request: bytes = b"") -> None:
        """Call a service, and look at all that comes back."""
        metadata = aio.Metadata(*by_credential(credential))
        async with aio.insecure_channel(self.services[name].address) as channel:
            stream = channel.unary_stream(method, bytes, bytes)
            try:
                async for part in stream(request, metadata=metadata, timeout=PATIENCE):
                    self.planted.look("replies", part)
            except aio.AioRpcError as error:
                self.planted.look("errors", f"{error.details()}{error.trailing_metadata()}")

    async def summarize(self, token: str) -> None:
        async with aio.insecure_channel(self.services["summarization"].address) as channel:
            metadata = aio.Metadata(*by_credential(token))
            stub = SummarizationServiceStub(channel)
            async for part in stub.StreamSummary(SUMMARY, metadata=metadata, timeout=PATIENCE):
                self.planted.look("replies", str(part))

    async def command(self, *arguments: str, **variables: str) -> None:
        """Run a command of the command line, and look at what it prints."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "askmesh.cli", *arguments),
            env={**os.environ, "ASKMESH_GATEWAY": self.services["gateway"].address, **variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        self.planted.look(f"askmesh {arguments[0]}", output)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    planted, keys, home = Planted(), Keys(tmp_path / "keys"), tmp_path / "home"
    link_models(home)
    for role, secret in keys.secrets.items():
        planted(f"key of {role}", secret)
    planted("signing key", (keys.folder / "private.pem").read_text().splitlines()[1])
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path, "--requirepass", "another"))
        collector = await stack.enter_async_context(otlp_collector())
        settings = edge_settings(planted, keys, redis.port)
        settings["summarization"] = await writing_settings(stack, planted, keys)
        common = {"OTLP_ENDPOINT": collector.address, "EXIT_WITH_PARENT": "true"}
        port = free_base_port()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ASKMESH_HOME", str(home))
            services = {
                name: await stack.enter_async_context(service(name, port + 2 * place, common | own))
                for place, (name, own) in enumerate(settings.items())
            }
        for name in settings.keys() - {"retrieval"}:
            await services[name].until_serving()
        await services["retrieval"].until_it_says("Following the documents failed")
        yield Scene(planted, keys, home, services, collector)


def edge_settings(planted: Planted, keys: Keys, redis: int) -> dict[str, dict[str, str]]:
    """Return settings of services that reach neither their Redis nor anything else."""
    cache = f"redis://:{planted('redis')}@127.0.0.1:{redis}/0"
    stores = {"CACHE": cache, "DOCUMENTS": f"mongodb://me:{planted('mongo')}@127.0.0.1:9/mesh"}
    edge = {name.upper(): value for name, value in keys.edge.items()}
    oidc = {"issuer": "me", "audience": "mesh", "keys_url": "http://127.0.0.1:9/keys"}
    edge |= {f"OIDC_{name.upper()}": value for name, value in oidc.items()}
    behind = ("QUERY_UNDERSTANDING", "RETRIEVAL", "RERANKING", "SUMMARIZATION")
    nobody = {f"{name}_ADDRESS": "127.0.0.1:9" for name in behind}
    signing = {"SIGNING_KEY_FILE": str(keys.folder / "private.pem")}
    return {
        "gateway": {"CACHE": cache, **nobody, **signing, **edge},
        "ingestion": {**stores, **edge},
        "retrieval": {**stores, "VERIFYING_KEY_FILE": str(keys.folder / "public.pem")},
    }


async def writing_settings(stack: AsyncExitStack, planted: Planted, keys: Keys) -> dict[str, str]:
    """Return settings of summarization whose language models repeat their keys and refuse."""
    (keys.folder / "model").write_text(planted("key in a file"))
    told = {
        "400 Bad Request": f"{planted('chat key')} is wrong",
        "500 Oops": planted.secrets["key in a file"],
    }
    refusing, failing = [
        await stack.enter_async_context(http_replies(reply(status, json.dumps({"error": error}))))
        for status, error in told.items()
    ]
    models = [
        {"address": f"{failing.url}#m", "key_file": str(keys.folder / "model")},
        {"address": f"{refusing.url}#n"},
    ]
    return {
        "MODELS": json.dumps(models),
        "CHAT_KEY": planted.secrets["chat key"],
        "VERIFYING_KEY_FILE": str(keys.folder / "public.pem"),
    }


@pytest.mark.timeout(300)  # five processes start
async def test_no_secret_is_in_what_a_mesh_writes_whatever_fails(scene: Scene) -> None:
    planted, keys = scene.planted, scene.keys
    token = keys.signer.token_of(Caller("blue", "a-reader", frozenset(), frozenset({Role.READER})))
    claims = {"sub": "ann", "tenant": "blue", "iss": "me", "aud": "mesh", "exp": 1}
    foreign = jwt.encode(claims, keys.private, algorithm="EdDSA", headers={"kid": "k"})
    planted("token of the mesh", token.rpartition(".")[2])
    planted("token of a provider", foreign.rpartition(".")[2])
    wrong = planted("wrong key", new_secret())
    for credential in (wrong, foreign, token, keys.secrets[Role.READER]):
        await scene.call("gateway", STATUS, credential)
    await scene.call("gateway", STATUS, keys.secrets[Role.OPERATOR])
    await scene.call("gateway", READ, keys.secrets[Role.READER], b"\n\x05goats")
    await scene.call("ingestion", LIST, keys.secrets[Role.INGESTER])
    await scene.summarize(token)
    await scene.command("status", ASKMESH_KEY=wrong)
    bucket = planted("key of a bucket")
    await scene.command(
        *("ingest", "--dry-run", "s3://shelf/books"),
        AWS_ENDPOINT_URL=scene.services["gateway"].metrics_url,
        AWS_ACCESS_KEY_ID="me",
        AWS_SECRET_ACCESS_KEY=bucket,
    )
    await scene.collector.wait_until(
        lambda spans: {span.service for span in spans} >= {"gateway", "ingestion", "summarization"}
    )
    for each in scene.services.values():
        each.look(planted)
        assert each.core_limit == 0, each.name
    for each in scene.services.values():
        await each.end()
        planted.look(f"log of {each.name}", b"".join(each.output))
    for export in scene.collector.exports:
        planted.look("spans", export)
    planted.look_through(scene.home, but=scene.home / "models")
    assert planted.seen == set()
    assert all(planted.looked_at.values()), planted.looked_at


@pytest.mark.parametrize("scheme", ["redis", "rediss", "redis+sentinel", "redis+cluster"])
@pytest.mark.parametrize("password", ["half/other", "half?other", "half#other", "half:other"])
async def test_a_wrong_address_of_redis_is_explained_without_its_password(
    scheme: str, password: str
) -> None:
    with pytest.raises(StartupError, match="the cache address is wrong") as caught:
        async with open_cache(f"{scheme}://me:{password}@host:port/0/x"):
            pass
    assert "half" not in caught.value.message
    assert "other" not in caught.value.message


@pytest.mark.parametrize("password", ["half/other", "half?other", "half@other", "half:other"])
async def test_a_wrong_address_of_documents_is_explained_without_its_password(
    password: str,
) -> None:
    with pytest.raises(StartupError, match="%2F") as caught:
        async with open_documents(f"mongodb://me:{password}@host:port/askmesh"):
            pass
    assert "half" not in caught.value.message
    assert "other" not in caught.value.message


def test_settings_do_not_show_their_secrets() -> None:
    secret = "redis://:hush@host/0"
    shown = repr(GatewaySettings.model_validate({"cache": secret}))
    shown += repr(IngestionSettings.model_validate({"cache": secret, "documents": secret}))
    shown += str(SummarizationSettings.model_validate({"chat_key": "hush"}))
    assert "hush" not in shown


def test_a_key_in_the_address_of_a_model_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="CHAT_KEY") as caught:
        SummarizationSettings.model_validate({"profile": "https://me:hush@host/v1#m"})
    assert str(caught.value)
