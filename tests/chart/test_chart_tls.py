"""Connections between pods, and with clients, are encrypted where the chart is told so."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from grpc import aio

from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from askmesh.transport import TlsProblem, tls_problem
from support.certificates import Authority
from support.health import health_of
from support.helm import Helm, HelmError
from support.manifests import SERVICES, Manifest, Rendering, rendered
from support.ports import free_address

INNER = [each for each in SERVICES if each not in {"gateway", "ingestion"}]
FILES = ("AUTHORITY", "CERTIFICATE", "KEY")
PEMS = ["tls.crt", "tls.key", "ca.crt"]


@pytest.fixture(scope="module")
def encrypted(helm: Helm) -> Rendering:
    """Certificates that others put into Secrets, and another authority for clients."""
    return rendered(
        helm, "defaults", "tls.enabled=true", "tls.edge.existingSecret.name=public-certificate"
    )


def secrets_of(pod: Manifest) -> dict[str, tuple[str, list[str]]]:
    """Return the Secret and the keys of it that are mounted, by volume."""
    return {
        volume["name"]: (
            volume["secret"]["secretName"],
            [item["key"] for item in volume["secret"]["items"]],
        )
        for volume in pod["volumes"]
        if "secret" in volume
    }


def prefix_of(service: str) -> str:
    return service.replace("-", "_").upper()


def files_of(rendering: Rendering, service: str, name: str = "TLS") -> list[str]:
    environment = rendering.environment(service)
    return [str(environment[f"{prefix_of(service)}_{name}_{file}_FILE"]) for file in FILES]


def test_connections_are_plain_text_unless_the_values_say_otherwise(defaults: Rendering) -> None:
    for service in SERVICES:
        assert files_of(defaults, service) == ["", "", ""]
        assert "tls" not in secrets_of(defaults.pod(service))
        environment = defaults.environment(service)
        assert environment[f"{prefix_of(service)}_HEALTH_ADDRESS"] == ""
        if service in INNER:
            assert environment[f"{prefix_of(service)}_TLS_CALLERS"] == "insecure-plain"
    assert not defaults.of_kind("Certificate")


def test_each_service_shows_the_certificate_of_its_secret(encrypted: Rendering) -> None:
    for service in INNER:
        assert secrets_of(encrypted.pod(service))["tls"] == (f"mesh-askmesh-{service}-tls", PEMS)
        assert files_of(encrypted, service) == [
            f"/var/run/askmesh/tls/{name}" for name in ("ca.crt", "tls.crt", "tls.key")
        ]
        environment = encrypted.environment(service)
        assert environment[f"{prefix_of(service)}_TLS_CALLERS"] == "certified"


def test_clients_see_another_certificate_than_the_services_behind(encrypted: Rendering) -> None:
    assert secrets_of(encrypted.pod("gateway"))["tls"] == ("mesh-askmesh-gateway-tls", PEMS)
    for service in ("gateway", "ingestion"):
        edge = secrets_of(encrypted.pod(service))["edge-tls"]
        assert edge == ("public-certificate", PEMS)
        assert all("/edge-tls/" in file for file in files_of(encrypted, service))
        assert encrypted.environment(service)[f"{prefix_of(service)}_TLS_CALLERS"] == "anybody"
    upstream = files_of(encrypted, "gateway", "UPSTREAM_TLS")
    assert all(file.startswith("/var/run/askmesh/tls/") for file in upstream)
    assert "tls" not in secrets_of(encrypted.pod("ingestion"))


def test_one_secret_may_be_enough(helm: Helm) -> None:
    rendering = rendered(helm, "defaults", "tls.enabled=true", "tls.existingSecret.name=all")
    assert {secrets_of(rendering.pod(service))["tls"][0] for service in SERVICES} == {"all"}


def test_services_behind_serve_the_gateway_alone(production: Rendering, helm: Helm) -> None:
    certificate = production.one("Certificate", "gateway")
    named = rendered(
        helm, "defaults", "tls.enabled=true", "tls.callerNames={cn:gateway,dns:gateway.example.org}"
    )
    for service in INNER:
        setting = f"{prefix_of(service)}_CALLER_NAMES"
        kind, _, name = str(production.environment(service)[setting]).partition(":")
        assert (kind, name in certificate["spec"]["dnsNames"]) == ("dns", True)
        assert named.environment(service)[setting] == "cn:gateway,dns:gateway.example.org"


def test_who_may_call_is_not_asked_where_nobody_shows_a_certificate(defaults: Rendering) -> None:
    assert {
        defaults.environment(service)[f"{prefix_of(service)}_CALLER_NAMES"] for service in INNER
    } == {""}


@pytest.mark.parametrize("service", SERVICES)
def test_files_are_where_they_are_mounted(production: Rendering, service: str) -> None:
    pod, container = production.pod(service), production.container(service)
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    there = {
        f"{mounted[volume]}/{key}" for volume, (_, keys) in secrets_of(pod).items() for key in keys
    }
    named = {
        value
        for name, value in production.environment(service).items()
        if name.endswith("_FILE") and value
    }
    assert named <= there


@pytest.mark.parametrize("service", SERVICES)
def test_probes_ask_the_port_that_knows_no_certificates(
    production: Rendering, service: str
) -> None:
    container = production.container(service)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["grpc"]["port"] == ports["health"]
    address = production.environment(service)[f"{prefix_of(service)}_HEALTH_ADDRESS"]
    assert address == f"0.0.0.0:{ports['health']}"
    forwarded = {port["name"] for port in production.one("Service", service)["spec"]["ports"]}
    assert "health" not in forwarded


def test_certificates_have_the_names_by_which_pods_are_called(production: Rendering) -> None:
    assert len(production.of_kind("Certificate")) == len(SERVICES)
    names = {each: production.one("Certificate", each)["spec"]["dnsNames"] for each in SERVICES}
    for variable, value in production.environment("gateway").items():
        service = variable.removeprefix("GATEWAY_").removesuffix("_ADDRESS")
        if (service := service.lower().replace("_", "-")) in INNER:
            assert str(value).removeprefix("dns:///").partition(":")[0] in names[service]
    assert "askmesh.example.com" in names["gateway"]
    assert "askmesh.example.com" not in names["retrieval"]
    for each in SERVICES:
        secret = production.one("Certificate", each)["spec"]["secretName"]
        assert secrets_of(production.pod(each))["tls"] == (secret, PEMS)


def test_what_the_mesh_runs_on_has_authorities_of_its_own(production: Rendering) -> None:
    retrieval, writing = (production.pod(each) for each in ("retrieval", "summarization"))
    assert secrets_of(retrieval)["mongodb"] == (
        "mongodb-authority",
        ["ca.crt", "tls-combined.pem"],
    )
    assert secrets_of(retrieval)["redis"] == ("redis-authority", ["ca.crt"])
    assert "triton" not in secrets_of(retrieval)
    assert secrets_of(writing)["triton"] == ("triton-authority", ["ca.crt", "tls.crt", "tls.key"])
    assert files_of(production, "summarization", "TRITON")[1].endswith("/triton/tls.crt")
    assert files_of(production, "gateway", "OTLP") == ["/var/run/askmesh/collector/ca.crt", "", ""]


def test_the_job_believes_the_authority_and_needs_no_plain_text(
    production: Rendering, helm: Helm
) -> None:
    (job,) = production.of_kind("Job")
    pod = job["spec"]["template"]["spec"]
    environment = _environment(pod)
    assert environment["ASKMESH_TLS_AUTHORITY_FILE"] == "/var/run/askmesh/tls/ca.crt"
    assert environment["ASKMESH_TLS_KEY_FILE"] == ""
    assert "ASKMESH_PLAIN_TEXT" not in environment
    assert secrets_of(pod)["tls"] == ("mesh-askmesh-ingestion-tls", ["ca.crt"])
    (asked,) = rendered(helm, "production", "tls.edge.callers=certified").of_kind("Job")
    asked_pod = asked["spec"]["template"]["spec"]
    assert _environment(asked_pod)["ASKMESH_TLS_KEY_FILE"] == "/var/run/askmesh/tls/tls.key"
    assert "tls.key" in secrets_of(asked_pod)["tls"][1]


@pytest.mark.parametrize(
    ("assignments", "told"),
    [
        (["tls.existingSecret.name=all"], "tls.enabled is false"),
        (["tls.certManager.enabled=true"], "tls.enabled is false"),
        (["tls.enabled=true", "tls.certManager.enabled=true"], "issuerRef.name is empty"),
        (
            [
                *("tls.enabled=true", "tls.existingSecret.name=all"),
                *("tls.certManager.enabled=true", "tls.certManager.issuerRef.name=a"),
            ],
            "set one of them",
        ),
        (["tls.endpoints.redis.clientCertificate=true"], "tls.endpoints.redis.existingSecret"),
        (["tls.edge.callers=some"], "callers"),
    ],
)
def test_certificates_that_contradict_each_other_are_refused(
    helm: Helm, assignments: list[str], told: str
) -> None:
    with pytest.raises(HelmError) as caught:
        rendered(helm, "defaults", *assignments)
    assert told.partition(".existingSecret")[0] in str(caught.value)


async def test_a_gateway_with_the_environment_of_its_pod_speaks_tls_and_passes_its_probes(
    helm: Helm, tmp_path: Path
) -> None:
    rendering = rendered(helm, "minimal", "tls.enabled=true")
    files = Authority(tmp_path).files("gateway")
    by_name: dict[str, Path | None] = dict(
        zip(
            ("ca.crt", "tls.crt", "tls.key"),
            (files.authority, files.certificate, files.key),
            strict=True,
        )
    )
    environment = {
        name: str(by_name[Path(value).name]) if name.endswith("_FILE") and value else value
        for name, value in rendering.environment("gateway").items()
    }
    async with _running(environment) as (port, health):
        assert await tls_problem(f"127.0.0.1:{port}", None) is TlsProblem.ENCRYPTED
        async with aio.insecure_channel(health) as channel:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = rendering.container("gateway")[probe]["grpc"]["service"]
                assert await health_of(channel, asked) == "SERVING"


@asynccontextmanager
async def _running(environment: Mapping[str, str]) -> AsyncGenerator[tuple[int, str]]:
    """Run the gateway on ports of this machine, instead of the pod's; yield them."""
    health = free_address()
    here = {
        "GATEWAY_ADDRESS": "127.0.0.1:0",
        "GATEWAY_METRICS_ADDRESS": "127.0.0.1:0",
        "GATEWAY_HEALTH_ADDRESS": health,
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (dict(environment) | here).items():
            patched.setenv(name, value)
        settings = Settings(drain_seconds=0)
    async with gateway_service(settings) as port:
        yield port, health


def _environment(pod: Manifest) -> dict[str, str]:
    (container,) = pod["containers"]
    return {each["name"]: each.get("value", "") for each in container["env"]}
