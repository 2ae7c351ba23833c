"""Values: what a service says beats what all say, and what nobody knows is refused."""

from pathlib import Path

import pytest
import yaml

from support.helm import Helm, HelmError
from support.manifests import SERVICES, Rendering, parsed, profile, rendered


def test_services_take_the_common_value(helm: Helm) -> None:
    rendering = rendered(helm, "defaults", "defaults.replicas=4")
    assert {each["spec"]["replicas"] for each in rendering.of_kind("Deployment")} == {4}


def test_a_service_prefers_its_own_value(helm: Helm) -> None:
    rendering = rendered(helm, "defaults", "defaults.replicas=4", "services.retrieval.replicas=7")
    assert rendering.one("Deployment", "retrieval")["spec"]["replicas"] == 7
    assert rendering.one("Deployment", "reranking")["spec"]["replicas"] == 4


def test_false_and_zero_are_values(helm: Helm) -> None:
    rendering = rendered(
        helm,
        "defaults",
        "services.retrieval.podDisruptionBudget.enabled=false",
        "services.reranking.replicas=0",
    )
    assert len(rendering.of_kind("PodDisruptionBudget")) == len(SERVICES) - 1
    assert rendering.one("Deployment", "reranking")["spec"]["replicas"] == 0


def test_a_part_of_a_value_leaves_its_other_parts(helm: Helm) -> None:
    rendering = rendered(helm, "defaults", "services.retrieval.resources.limits.memory=8Gi")
    resources = rendering.container("retrieval")["resources"]
    assert resources["limits"]["memory"] == "8Gi"
    assert "memory" in resources["requests"]
    assert rendering.container("reranking")["resources"]["limits"]["memory"] != "8Gi"


def test_settings_become_environment_variables(helm: Helm, tmp_path: Path) -> None:
    settings = {"maxActiveAnswers": 2500000, "heartbeatSeconds": 2.5, "reflection": True}
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump({"services": {"gateway": {"settings": settings}}}))
    rendering = Rendering(tuple(parsed(helm.template(values=[profile("defaults"), values]))))
    environment = rendering.environment("gateway")
    assert environment["GATEWAY_MAX_ACTIVE_ANSWERS"] == "2500000"
    assert environment["GATEWAY_HEARTBEAT_SECONDS"] == "2.5"
    assert environment["GATEWAY_REFLECTION"] == "true"
    assert rendering.environment("retrieval")["RETRIEVAL_REFLECTION"] == "false"


def test_the_autoscaler_owns_the_replicas(production: Rendering) -> None:
    scaled = {
        each["spec"]["scaleTargetRef"]["name"]
        for each in production.of_kind("HorizontalPodAutoscaler")
    }
    for deployment in production.of_kind("Deployment"):
        assert ("replicas" in deployment["spec"]) != (deployment["metadata"]["name"] in scaled)
    retrieval = production.one("HorizontalPodAutoscaler", "retrieval")["spec"]
    assert (retrieval["minReplicas"], retrieval["maxReplicas"]) == (3, 30)


def test_monitoring_is_off_by_default(defaults: Rendering, production: Rendering) -> None:
    assert defaults.of_kind("ServiceMonitor") == []
    (monitor,) = production.of_kind("ServiceMonitor")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert [each["port"] for each in monitor["spec"]["endpoints"]] == ["metrics"]
    for service in SERVICES:
        labels = production.one("Service", service)["metadata"]["labels"]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_every_object_carries_the_common_labels(production: Rendering) -> None:
    assert {each["metadata"]["labels"]["team"] for each in production.manifests} == {"search"}


def test_long_release_names_leave_room_for_services(helm: Helm) -> None:
    rendering = rendered(helm, "minimal", f"fullnameOverride={'a' * 42}")
    assert max(len(each["metadata"]["name"]) for each in rendering.manifests) <= 63


@pytest.mark.parametrize(
    "assignment",
    [
        "services.retrieval.replica=2",
        "services.retrievals.replicas=2",
        "defaults.resources.limit.memory=1Gi",
        "services.gateway.settings.maxActiveAnswer=2",
        "services.gateway.settings.maxActiveAnswers=many",
        "endpoints.redis.addr=redis://redis:6379",
        "networkPolicy.egress.mongo.ports={27017}",
        "image.taag=1",
        "tenant={sales}",
    ],
)
def test_a_typo_is_refused(helm: Helm, assignment: str) -> None:
    with pytest.raises(HelmError, match="values don't meet the specifications"):
        rendered(helm, "defaults", assignment)


@pytest.mark.parametrize(
    "assignment",
    [
        "endpoints.redis.address=redis:6379",
        "endpoints.mongodb.address=mongodb:27017",
        "endpoints.triton=http://triton:8001",
        "endpoints.triton=triton",
        "endpoints.collector=otel-collector",
        "endpoints.profiles=pyroscope:4040",
        "endpoints.profiles=http://pyroscope",
        "image.digest=sha256:abc",
        "image.repository=Askmesh",
        "defaults.dataSizeLimit=much",
    ],
)
def test_a_value_of_the_wrong_form_is_refused(helm: Helm, assignment: str) -> None:
    with pytest.raises(HelmError, match="does not match pattern"):
        rendered(helm, "defaults", assignment)


@pytest.mark.parametrize(
    ("assignments", "advice"),
    [
        (["endpoints.mongodb.address="], "set endpoints.mongodb.address to mongodb://host:port"),
        (["endpoints.redis.existingSecret.name=redis"], "set one of them"),
        (
            ["endpoints.mongodb.address=mongodb://me:secret@mongodb:27017"],
            "name it in endpoints.mongodb.existingSecret.name",
        ),
        (["endpoints.triton=triton:9001"], "networkPolicy.egress.triton.ports does not allow"),
        (
            ["endpoints.mongodb.address=mongodb://one:27017\\,two:27018/"],
            "uses port 27018",
        ),
        (
            [
                "services.gateway.environment[0].name=GATEWAY_TENANTS",
                "services.gateway.environment[0].value=all",
            ],
            "sets GATEWAY_TENANTS, which the chart sets itself",
        ),
        (
            [
                "services.gateway.autoscaling.enabled=true",
                "services.gateway.autoscaling.minReplicas=11",
            ],
            "minReplicas above its maxReplicas",
        ),
    ],
)
def test_values_that_contradict_each_other_are_refused_with_advice(
    helm: Helm, assignments: list[str], advice: str
) -> None:
    with pytest.raises(HelmError) as caught:
        rendered(helm, "defaults", *assignments)
    assert advice in str(caught.value)
