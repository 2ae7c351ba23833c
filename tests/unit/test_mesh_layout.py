"""What `askmesh up` tells the processes that it starts."""

import re
import socket
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from askmesh.cli.language_models import named_models
from askmesh.cli.layout import SERVICES, TRITON, MeshLayout, service_of
from askmesh.cli.mesh import require_free
from askmesh.cli.protection import Protection
from askmesh.config import ServiceSettings, environment_variables
from askmesh.errors import StartupError
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.triton_cpu.settings import TritonCpuSettings

LAYOUT = MeshLayout(home=Path("/data"), base_port=9000)
DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = re.findall(r"```toml\n(.+?)```", (DOCS / "models.md").read_text(), re.DOTALL)
ONE_IN_TRITON_ONE_BEHIND_AN_API = """
[[models]]
address = "triton-small:8001#ensemble"
profile = "qwen2.5-coder-1.5b-instruct"

[[models]]
address = "https://models.example.com/v1#big-model"
"""
PROTECTED = replace(LAYOUT, protection=Protection(Path("/data/tls"), Path("/data/guard")))


def settings_of(process: str) -> type[ServiceSettings] | type[TritonCpuSettings]:
    if process == TRITON:
        return TritonCpuSettings
    settings: type[ServiceSettings] = import_module(f"askmesh.{process}.settings").Settings
    return settings


@pytest.mark.parametrize("process", [*SERVICES, TRITON])
def test_every_variable_that_a_process_gets_is_one_that_it_reads(process: str) -> None:
    read = environment_variables(settings_of(process)) | {"ASKMESH_HOME"}
    assert set(LAYOUT.environment(process)) - {"GRPC_VERBOSITY"} <= read


@pytest.mark.parametrize("process", [*SERVICES, TRITON])
def test_every_process_starts_on_the_address_that_the_others_are_told(
    process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LAYOUT.environment(process).items():
        monkeypatch.setenv(name, value)
    assert settings_of(process)().address == LAYOUT.address(process)


def test_no_two_processes_share_a_port() -> None:
    assert len(set(LAYOUT.listeners)) == len(LAYOUT.listeners) == 2 * len(SERVICES) + 3


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match=f"{port} is in use: .* --base-port"):
            require_free([f"127.0.0.1:{port}"])


def test_a_port_that_cannot_be_used_for_another_reason_is_not_said_to_be_in_use() -> None:
    with pytest.raises(StartupError, match=r"Port 9000 cannot be used \(.+\): .* --base-port"):
        require_free(["192.0.2.1:9000"])  # an address that no machine has


@pytest.mark.parametrize("process", [*SERVICES, TRITON])
def test_every_setting_that_protects_a_process_is_one_that_it_reads(process: str) -> None:
    read = environment_variables(settings_of(process)) | {"ASKMESH_HOME"}
    environment = PROTECTED.environment(process)
    assert set(environment) - {"GRPC_VERBOSITY"} <= read
    assert environment.items() > LAYOUT.environment(process).items()


def test_a_triton_of_somebody_else_is_called_as_before() -> None:
    layout = replace(PROTECTED, triton_address="gpu:8001")
    environment = layout.environment("summarization")
    assert "SUMMARIZATION_TLS_KEY_FILE" in environment
    assert "SUMMARIZATION_TRITON_KEY_FILE" not in environment


def test_ingestion_and_retrieval_share_one_document_store() -> None:
    ingestion = LAYOUT.environment("ingestion")["INGESTION_DOCUMENTS"]
    assert LAYOUT.environment("retrieval")["RETRIEVAL_DOCUMENTS"] == ingestion
    assert ingestion.startswith("sqlite:/data/")


def test_what_another_model_wrote_is_another_edition() -> None:
    editions = {
        replace(LAYOUT, model=model).environment("gateway")["GATEWAY_EDITION"]
        for model in ("small", "https://models.example/v1#big")
    }
    assert len(editions) == 2


def test_a_given_triton_is_used_and_none_is_started() -> None:
    layout = MeshLayout(home=Path("/data"), triton_address="gpu:8001")
    assert TRITON not in layout.processes
    environment = layout.environment("summarization")
    assert environment["SUMMARIZATION_TRITON_ADDRESS"] == "gpu:8001"


def test_a_model_at_an_address_needs_no_triton_and_completes_no_questions() -> None:
    layout = replace(LAYOUT, model="https://models.example/v1#big")
    assert TRITON not in layout.processes
    assert layout.environment("summarization")["SUMMARIZATION_PROFILE"] == layout.model
    assert not [name for name in layout.environment("query_understanding") if "TRITON" in name]


def test_several_models_are_for_summarization_and_another_edition() -> None:
    named = named_models(["smollm2-135m-instruct", "https://models.example/v1#big"], None)
    layout = replace(LAYOUT, model=named.first, models=named.as_json, currency="EUR")
    assert TRITON in layout.processes
    environment = layout.environment("summarization")
    read = SummarizationSettings.model_validate({"models": environment["SUMMARIZATION_MODELS"]})
    assert read.entries == named.entries
    assert environment["SUMMARIZATION_CURRENCY"] == "EUR"
    assert environment["SUMMARIZATION_TRITON_ADDRESS"] == layout.address(TRITON)
    read_by = environment_variables(SummarizationSettings) | {"GRPC_VERBOSITY"}
    assert environment.keys() <= read_by
    edition = layout.environment("gateway")["GATEWAY_EDITION"]
    assert edition != replace(layout, models="").environment("gateway")["GATEWAY_EDITION"]


@pytest.mark.parametrize("text", [EXAMPLES[1], ONE_IN_TRITON_ONE_BEHIND_AN_API])
@pytest.mark.parametrize("triton_address", ["", "gpu:8001"])
def test_where_other_servers_have_all_models_no_triton_is_started_and_rules_complete_questions(
    text: str, triton_address: str, tmp_path: Path
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(text)
    named = named_models([], file)
    layout = replace(LAYOUT, model=named.first, models=named.as_json, triton_address=triton_address)
    assert TRITON not in layout.processes
    told = layout.environment("query_understanding")
    assert not [name for name in told if "TRITON" in name or "PROFILE" in name]
    writers = layout.environment("summarization")
    read = SummarizationSettings.model_validate({"models": writers["SUMMARIZATION_MODELS"]})
    assert read.entries == named.entries
    assert float(writers["SUMMARIZATION_HEAD_START_SECONDS"]) == 0


def test_a_model_of_the_mesh_needs_its_triton_beside_others_at_addresses(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(EXAMPLES[0])
    layout = replace(LAYOUT, model=named_models([], file).first)
    assert TRITON in layout.processes
    assert layout.environment("query_understanding")["QUERY_UNDERSTANDING_PROFILE"] == layout.model


@pytest.mark.parametrize("triton_address", ["", "gpu:8001"])
def test_answers_wait_for_instructions_to_be_read_by_a_language_model_of_the_mesh_alone(
    triton_address: str,
) -> None:
    layout = MeshLayout(home=Path("/data"), triton_address=triton_address)
    seconds = layout.environment("summarization")["SUMMARIZATION_HEAD_START_SECONDS"]
    assert (float(seconds) > 0) == (not triton_address)


SEVERAL = replace(LAYOUT, replicas={"retrieval": 2, "gateway": 3})


def test_replicas_are_processes_of_their_own_that_the_gateway_knows() -> None:
    assert SEVERAL.processes_of("retrieval") == ("retrieval", "retrieval-2")
    assert set(SEVERAL.processes_of("gateway")) < set(SEVERAL.processes)
    known = SEVERAL.environment("gateway-3")["GATEWAY_RETRIEVAL_ADDRESS"]
    addresses = [SEVERAL.address(each) for each in ("retrieval", "retrieval-2")]
    assert known == f"ipv4:{','.join(addresses)}"
    assert SEVERAL.address_of("reranking") == SEVERAL.address("reranking")


def test_replicas_share_no_port() -> None:
    assert len(set(SEVERAL.listeners)) == len(SEVERAL.listeners) == 2 * (len(SERVICES) + 3) + 3


@pytest.mark.parametrize("process", ["gateway-3", "retrieval-2"])
def test_a_replica_reads_what_it_is_told_and_starts_where_others_look(
    process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(service_of(process))
    environment = SEVERAL.environment(process)
    assert set(environment) - {"GRPC_VERBOSITY"} <= environment_variables(settings) | {
        "ASKMESH_HOME"
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings().address == SEVERAL.address(process)


def test_no_two_replicas_of_retrieval_write_the_same_indexes() -> None:
    assert "RETRIEVAL_INDEX_FOLDER" not in SEVERAL.environment("retrieval")
    assert (
        SEVERAL.environment("retrieval-2")["RETRIEVAL_INDEX_FOLDER"] == "/data/indexes/retrieval-2"
    )


def test_replicas_show_the_certificate_of_their_service() -> None:
    protected = replace(PROTECTED, replicas={"reranking": 2})
    files = [
        protected.environment(each)["RERANKING_TLS_CERTIFICATE_FILE"]
        for each in protected.processes_of("reranking")
    ]
    assert len(set(files)) == 1
