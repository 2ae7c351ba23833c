"""The network policies allow what services are told to call, and nothing else."""

import re

import pytest

from support.helm import Helm, HelmError
from support.manifests import SERVICES, Manifest, Rendering, component_of, rendered

Edge = tuple[str, str, int]


def test_policies_allow_the_calls_that_services_are_told_to_make(defaults: Rendering) -> None:
    calls = {edge for service in SERVICES for edge in _calls(defaults, service)}
    assert len(calls) == 4
    assert {edge for policy in _policies(defaults) for edge in _egress(policy)} == calls
    assert {edge for policy in _policies(defaults) for edge in _ingress(policy)} == calls


def test_called_ports_are_those_of_the_called_service(defaults: Rendering) -> None:
    for service in SERVICES:
        for _, called, port in _calls(defaults, service):
            ports = defaults.one("Service", called)["spec"]["ports"]
            assert {"grpc": port}.items() <= {each["name"]: each["port"] for each in ports}.items()


def test_everything_else_is_refused(defaults: Rendering) -> None:
    for service in SERVICES:
        spec = defaults.one("NetworkPolicy", service)["spec"]
        labels = defaults.one("Deployment", service)["spec"]["template"]["metadata"]["labels"]
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        assert spec["podSelector"]["matchLabels"].items() <= labels.items()
        assert all("ports" in rule for rule in [*spec["ingress"], *spec["egress"]])


def test_only_the_gateway_and_ingestion_face_clients(defaults: Rendering) -> None:
    facing = {
        component_of(policy)
        for policy in _policies(defaults)
        for rule in policy["spec"]["ingress"]
        if "from" not in rule and rule["ports"][0]["port"] < 7500
    }
    assert facing == {"gateway", "ingestion"}


def test_clients_can_be_narrowed_down(production: Rendering) -> None:
    for service in SERVICES:
        rules = production.one("NetworkPolicy", service)["spec"]["ingress"]
        assert all(rule["from"] for rule in rules)


def test_pods_reach_the_endpoints_that_they_use(defaults: Rendering) -> None:
    assert _outside(defaults, "gateway") == {53, 4317, 6379}
    assert _outside(defaults, "retrieval") == {53, 443, 4317, 6379, 27017}
    assert _outside(defaults, "summarization") >= {53, 4317, 8001}


def test_endpoints_that_are_not_there_are_not_reached(minimal: Rendering) -> None:
    assert _outside(minimal, "retrieval") == {53, 443, 27017}
    assert 8001 not in _outside(minimal, "summarization")


def test_pods_reach_the_store_of_profiles_that_they_are_told_of(
    helm: Helm, production: Rendering
) -> None:
    assert 4040 in _outside(production, "reranking")
    with pytest.raises(HelmError, match=r"networkPolicy\.egress\.profiles\.ports does not allow"):
        rendered(helm, "defaults", "endpoints.profiles=http://pyroscope:4041")


def test_follow_up_questions_reach_triton(defaults: Rendering, minimal: Rendering) -> None:
    assert _outside(defaults, "query-understanding") == {53, 4317, 8001}
    assert _outside(minimal, "query-understanding") == {53}


def test_endpoints_can_be_narrowed_down(production: Rendering) -> None:
    rules = production.one("NetworkPolicy", "ingestion")["spec"]["egress"]
    (mongodb,) = [rule for rule in rules if rule["ports"][0]["port"] == 27017]
    assert mongodb["to"] == [{"ipBlock": {"cidr": "10.20.0.0/16"}}]


def test_policies_can_be_left_out(helm: Helm) -> None:
    assert rendered(helm, "defaults", "networkPolicy.enabled=false").of_kind("NetworkPolicy") == []


def _policies(rendering: Rendering) -> list[Manifest]:
    return rendering.of_kind("NetworkPolicy")


def _calls(rendering: Rendering, service: str) -> set[Edge]:
    """The services of the mesh whose addresses a service is given."""
    addresses = [
        re.fullmatch(r"dns:///mesh-askmesh-([a-z-]+):(\d+)", str(value))
        for value in rendering.environment(service).values()
    ]
    return {(service, match[1], int(match[2])) for match in addresses if match}


def _egress(policy: Manifest) -> set[Edge]:
    return {
        (component_of(policy), _component(rule["to"]), rule["ports"][0]["port"])
        for rule in policy["spec"]["egress"]
        if "to" in rule
    }


def _ingress(policy: Manifest) -> set[Edge]:
    return {
        (_component(rule["from"]), component_of(policy), rule["ports"][0]["port"])
        for rule in policy["spec"]["ingress"]
        if "from" in rule
    }


def _component(peers: list[Manifest]) -> str:
    (peer,) = peers
    component: str = peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
    return component


def _outside(rendering: Rendering, service: str) -> set[int]:
    """The ports that a service may reach at any address."""
    rules = rendering.one("NetworkPolicy", service)["spec"]["egress"]
    return {port["port"] for rule in rules if "to" not in rule for port in rule["ports"]}
