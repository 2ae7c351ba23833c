"""A gateway before services that speak TLS."""

import json
import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from askmesh.client import ServiceStatus, askmesh_client
from askmesh.config import InnerSettings
from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from askmesh.inference import GenerationRequest, LanguageModelUnavailableError
from askmesh.summarization.opening import language_models, open_profiles
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.telemetry import silent_telemetry
from support.certificates import Authority, settings_of
from support.echo import Context, echo_service

OTHERS = ("query_understanding", "reranking", "summarization")


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def retrieval_as_seen(port: int, upstream: dict[str, str]) -> ServiceStatus:
    """Return what a gateway says about a retrieval at a port that it calls with these settings."""
    plain = {
        "address": "127.0.0.1:0",
        "metrics_address": "127.0.0.1:0",
        "drain_seconds": 0,
        "status_seconds": 20,
        "retrieval_address": f"localhost:{port}",
    }
    nobody = {f"{name}_address": "127.0.0.1:1" for name in OTHERS}
    settings = Settings.model_validate(
        plain | nobody | {f"upstream_{name}": value for name, value in upstream.items()}
    )
    async with (
        gateway_service(settings) as gateway,
        askmesh_client(f"127.0.0.1:{gateway}", "127.0.0.1:1") as client,
    ):
        state = await client.status()
    (found,) = [service for service in state.services if service.name == "retrieval"]
    assert {each.detail for each in state.services if each.name in OTHERS} == {"UNAVAILABLE"}
    return found


async def test_the_status_says_what_is_wrong_with_the_certificates_of_a_service(
    authority: Authority, tmp_path: Path
) -> None:
    own = settings_of(authority.files("gateway"))
    stranger = settings_of(Authority(tmp_path, "stranger").files("strange"))
    settings = InnerSettings.model_validate(
        {"drain_seconds": 0, **settings_of(authority.files("retrieval"))}
    )
    async with echo_service(settings=settings, unary=echoed) as port:
        assert (await retrieval_as_seen(port, own)).serving
        refused = await retrieval_as_seen(port, stranger)
        assert refused.detail == (
            "UNAVAILABLE, shows a certificate that the authority has not signed"
        )
        assert "speaks TLS" in (await retrieval_as_seen(port, {})).detail


async def test_each_triton_is_called_by_files_of_its_own(tmp_path: Path) -> None:
    one, other = (Authority(made(tmp_path / name)) for name in ("one", "other"))
    async with speaking_tls(one) as port, speaking_tls(other) as elsewhere:
        assert await said_by({port: one, elsewhere: other}) == ["UNIMPLEMENTED", "UNIMPLEMENTED"]
        assert await said_by({port: one, elsewhere: one}) == ["UNIMPLEMENTED", "UNAVAILABLE"]


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def speaking_tls(authority: Authority) -> AbstractAsyncContextManager[int]:
    """Serve something else than a language model to whom the authority has signed."""
    own = {"drain_seconds": 0, **settings_of(authority.files("triton"))}
    return echo_service(settings=InnerSettings.model_validate(own), unary=echoed)


async def said_by(servers: Mapping[int, Authority]) -> list[str]:
    """Return the status with which each server ends a generation."""
    entries = [
        {
            "address": f"localhost:{port}#model",
            "name": str(port),
            "profile": "llama-3.1-8b-instruct",
            **{
                name.replace("tls_", "triton_"): path
                for name, path in settings_of(authority.files("summarization")).items()
            },
        }
        for port, authority in servers.items()
    ]
    settings = SummarizationSettings.model_validate({"models": json.dumps(entries)})
    said: list[str] = []
    async with language_models(settings, silent_telemetry(), open_profiles(settings)) as models:
        for model in models:
            with pytest.raises(LanguageModelUnavailableError) as caught:
                await anext(model.generate(GenerationRequest(prompt="Yes", max_tokens=1)))
            said += re.findall(r"answers (\w+)", caught.value.message)
    return said
