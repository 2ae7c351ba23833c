"""Pods stop without losing calls, are probed over gRPC, and may do nothing that they need not."""

from pathlib import Path, PurePosixPath

import pytest

from askmesh.inference import load_profile
from askmesh.models import BGE_SMALL_EN, LANGUAGE_MODELS, MINILM_CROSS_ENCODER
from support.helm import Helm
from support.manifests import SERVICES, Manifest, Rendering, rendered


@pytest.mark.parametrize("service", SERVICES)
def test_the_container_runs_its_service(defaults: Rendering, service: str) -> None:
    assert defaults.container(service)["args"] == [f"askmesh.{service.replace('-', '_')}"]


@pytest.mark.parametrize("service", SERVICES)
def test_probes_ask_the_grpc_port(defaults: Rendering, service: str) -> None:
    container = defaults.container(service)
    port = _ports(container)["grpc"]
    assert container["startupProbe"]["grpc"] == {"port": port, "service": "liveness"}
    assert container["livenessProbe"]["grpc"] == {"port": port, "service": "liveness"}
    assert container["readinessProbe"]["grpc"] == {"port": port, "service": ""}


@pytest.mark.parametrize("service", SERVICES)
def test_the_process_listens_where_the_pod_says(defaults: Rendering, service: str) -> None:
    ports = _ports(defaults.container(service))
    environment = defaults.environment(service)
    prefix = service.replace("-", "_").upper()
    assert environment[f"{prefix}_ADDRESS"] == f"0.0.0.0:{ports['grpc']}"
    assert environment[f"{prefix}_METRICS_ADDRESS"] == f"0.0.0.0:{ports['metrics']}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_service_forwards_to_the_ports_of_its_pods(defaults: Rendering, service: str) -> None:
    spec = defaults.one("Service", service)["spec"]
    assert {port["targetPort"]: port["port"] for port in spec["ports"]} == _ports(
        defaults.container(service)
    )
    labels = defaults.one("Deployment", service)["spec"]["template"]["metadata"]["labels"]
    assert spec["selector"].items() <= labels.items()


@pytest.mark.parametrize("service", [each for each in SERVICES if each != "gateway"])
def test_clients_see_every_pod_of_a_service(defaults: Rendering, service: str) -> None:
    assert defaults.one("Service", service)["spec"]["clusterIP"] == "None"


def test_a_client_finds_the_same_gateway_again_where_gateways_share_nothing(
    defaults: Rendering, minimal: Rendering
) -> None:
    sharing, alone = (each.one("Service", "gateway")["spec"] for each in (defaults, minimal))
    assert alone["sessionAffinity"] == "ClientIP"
    assert "sessionAffinity" not in sharing
    assert "clusterIP" not in sharing


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_is_not_killed_while_it_drains(production: Rendering, service: str) -> None:
    pod, container = production.pod(service), production.container(service)
    prefix = service.replace("-", "_").upper()
    drain = float(production.environment(service)[f"{prefix}_DRAIN_SECONDS"])
    sleep = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] >= sleep + drain + 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_rollout_adds_a_pod_before_it_removes_one(defaults: Rendering, service: str) -> None:
    update = defaults.one("Deployment", service)["spec"]["strategy"]["rollingUpdate"]
    assert update == {"maxUnavailable": 0, "maxSurge": 1}


def test_an_answer_outlives_a_rollout(defaults: Rendering) -> None:
    for service in ("GATEWAY", "SUMMARIZATION"):
        environment = defaults.environment(service.lower())
        assert float(environment[f"{service}_DRAIN_SECONDS"]) >= 60


def test_pods_meet_the_restricted_standard(production: Rendering, defaults: Rendering) -> None:
    for rendering in (production, defaults):
        for service in SERVICES:
            pod = rendering.pod(service)
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert pod["automountServiceAccountToken"] is False
        for container in rendering.containers():
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


def test_what_a_process_writes_has_a_volume(defaults: Rendering) -> None:
    for service in SERVICES:
        mounts = {each["mountPath"] for each in defaults.container(service)["volumeMounts"]}
        assert {"/tmp", defaults.environment(service).get("ASKMESH_HOME", "/tmp")} <= mounts


def test_volumes_that_are_mounted_exist(production: Rendering, defaults: Rendering) -> None:
    for rendering in (production, defaults):
        for service in SERVICES:
            pod = rendering.pod(service)
            names = {volume["name"] for volume in pod["volumes"]}
            containers = [*pod.get("initContainers", []), *pod["containers"]]
            mounted = {mount["name"] for each in containers for mount in each["volumeMounts"]}
            assert mounted == names


def test_models_are_pulled_unless_a_claim_holds_them(
    defaults: Rendering, production: Rendering
) -> None:
    (pull,) = defaults.pod("retrieval")["initContainers"]
    assert pull["args"] == ["askmesh.cli", "models", "pull", BGE_SMALL_EN.name]
    assert "initContainers" not in production.pod("retrieval")
    assert {"claimName": "askmesh-models", "readOnly": True} in [
        volume.get("persistentVolumeClaim") for volume in production.pod("retrieval")["volumes"]
    ]


def test_pods_pull_the_models_that_they_load_and_nothing_else(defaults: Rendering) -> None:
    pulled = {
        service: pull["args"][3:]
        for service in SERVICES
        for pull in defaults.pod(service).get("initContainers", [])
    }
    assert pulled == {
        "ingestion": [BGE_SMALL_EN.name],
        "retrieval": [BGE_SMALL_EN.name],
        "reranking": [MINILM_CROSS_ENCODER.name],
    }


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_profiles_of_the_catalogue_bring_their_files(helm: Helm, name: str) -> None:
    rendering = rendered(helm, "defaults", f"languageModel.profile={name}")
    for service in ("summarization", "query-understanding"):
        (pull,) = rendering.pod(service)["initContainers"]
        assert pull["args"][3:] == [name]
        assert rendering.environment(service)["ASKMESH_HOME"]


def test_a_profile_finds_the_files_of_the_claim(production: Rendering) -> None:
    for service in ("summarization", "query-understanding"):
        mounts = production.container(service)["volumeMounts"]
        assert {
            "name": "models",
            "mountPath": "/var/lib/askmesh/models",
            "readOnly": True,
        } in mounts


def test_other_files_are_other_pods(helm: Helm, production: Rendering) -> None:
    mounts = production.container("summarization")["volumeMounts"]
    assert {"name": "files", "mountPath": "/etc/askmesh", "readOnly": True} in mounts
    assert "profile.toml" in production.one("ConfigMap", "summarization")["data"]
    other = rendered(helm, "production", r"services.summarization.files.profile\.toml=other")
    assert _checksum(other) != _checksum(production)


def test_the_profile_of_the_example_is_one_that_the_service_takes(
    production: Rendering, tmp_path: Path
) -> None:
    for service in ("summarization", "query-understanding"):
        variable = f"{service.replace('-', '_').upper()}_PROFILE"
        path = PurePosixPath(production.environment(service)[variable])
        assert path.parent == PurePosixPath("/etc/askmesh")
        copy = tmp_path / path.name
        copy.write_text(production.one("ConfigMap", service)["data"][path.name])
        profile = load_profile(str(copy))
        assert (profile.context_tokens, profile.completes_questions) == (16384, True)


def test_the_image_goes_by_digest_if_there_is_one(
    defaults: Rendering, production: Rendering
) -> None:
    assert {each["image"] for each in defaults.containers()} == {"askmesh:0.1.0"}
    (image,) = {each["image"] for each in production.containers()}
    assert image.startswith("registry.example.com/platform/askmesh@sha256:")
    assert production.pod("gateway")["imagePullSecrets"] == [{"name": "registry"}]


def test_selectors_survive_an_upgrade(defaults: Rendering) -> None:
    for service in SERVICES:
        labels = defaults.one("Deployment", service)["spec"]["selector"]["matchLabels"]
        assert labels == {
            "app.kubernetes.io/name": "askmesh",
            "app.kubernetes.io/instance": "mesh",
            "app.kubernetes.io/component": service,
        }


def test_pods_spread_over_zones_and_nodes(defaults: Rendering) -> None:
    for service in SERVICES:
        keys = [each["topologyKey"] for each in defaults.pod(service)["topologySpreadConstraints"]]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_a_pod_may_start_for_as_long_as_the_values_say(helm: Helm) -> None:
    slow = rendered(helm, "defaults", "services.retrieval.startupSeconds=901")
    probe = slow.container("retrieval")["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 901


def _checksum(rendering: Rendering) -> str:
    template = rendering.one("Deployment", "summarization")["spec"]["template"]
    checksum: str = template["metadata"]["annotations"]["checksum/files"]
    return checksum


def _ports(container: Manifest) -> dict[str, int]:
    return {port["name"]: port["containerPort"] for port in container["ports"]}
