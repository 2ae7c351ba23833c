"""Kubernetes objects as Python values, and the parts of them that tests look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.helm import CHART, Helm

Manifest = dict[str, Any]

SERVICES = (
    "gateway",
    "ingestion",
    "query-understanding",
    "retrieval",
    "reranking",
    "summarization",
)


@dataclass(frozen=True, slots=True)
class Rendering:
    """What the chart renders for some values."""

    manifests: tuple[Manifest, ...]

    def of_kind(self, kind: str) -> list[Manifest]:
        """Return the objects of that kind."""
        return [manifest for manifest in self.manifests if manifest["kind"] == kind]

    def one(self, kind: str, service: str) -> Manifest:
        """Return the object of that kind that belongs to the service."""
        (found,) = [each for each in self.of_kind(kind) if component_of(each) == service]
        return found

    def pod(self, service: str) -> Manifest:
        """Return the specification of the service's pods."""
        pod: Manifest = self.one("Deployment", service)["spec"]["template"]["spec"]
        return pod

    def container(self, service: str) -> Manifest:
        """Return the container of the service itself."""
        (container,) = self.pod(service)["containers"]
        found: Manifest = container
        return found

    def containers(self) -> Iterator[Manifest]:
        """Yield the containers of all pods, those that only run at the start included."""
        for service in SERVICES:
            pod = self.pod(service)
            yield from pod.get("initContainers", [])
            yield from pod["containers"]

    def environment(self, service: str) -> dict[str, Any]:
        """Return the environment of the service: values, or the references to Secrets."""
        variables: list[Manifest] = self.container(service)["env"]
        return {each["name"]: each.get("value", each.get("valueFrom")) for each in variables}


def component_of(manifest: Manifest) -> str:
    """Return the service that an object belongs to."""
    component: str = manifest["metadata"]["labels"]["app.kubernetes.io/component"]
    return component


def profile(name: str) -> Path:
    """Return the file of values with that name, such as "minimal"."""
    return CHART / "ci" / f"{name}-values.yaml"


def profiles() -> list[str]:
    """Return the names of all files of values."""
    return sorted(path.name.removesuffix("-values.yaml") for path in CHART.glob("ci/*-values.yaml"))


def rendered(helm: Helm, name: str, *sets: str, kubernetes: str = "1.37") -> Rendering:
    """Return what the chart renders for a file of values and more assignments."""
    text = helm.template(values=[profile(name)], sets=sets, kubernetes=kubernetes)
    return Rendering(tuple(parsed(text)))


def parsed(text: str) -> Sequence[Manifest]:
    """Return the objects of a YAML stream."""
    return [manifest for manifest in yaml.load_all(text, Loader=_FastLoader) if manifest]


_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
