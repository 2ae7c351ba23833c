"""The chart renders valid objects, with both Helms and on all supported versions of Kubernetes."""

import kubernetes_validate
import pytest
import yaml

from support.helm import CHART, HELM_3, HELM_4, Helm, HelmError, HelmRelease, installed_helm
from support.manifests import SERVICES, Manifest, Rendering, component_of, profiles, rendered

OLDEST_KUBERNETES = "1.30"
NEWEST_KUBERNETES = "1.37"
# Defined by the Prometheus operator and cert-manager, so Kubernetes' own schemas do not know them.
CUSTOM_KINDS = {"Certificate", "PrometheusRule", "ServiceMonitor"}


@pytest.fixture(scope="session", params=[HELM_3, HELM_4], ids=lambda release: release.version)
def each_helm(request: pytest.FixtureRequest) -> Helm:
    release: HelmRelease = request.param
    return installed_helm(release)


def test_the_chart_passes_a_strict_lint(each_helm: Helm) -> None:
    assert "0 chart(s) failed" in each_helm.lint()


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("kubernetes", [OLDEST_KUBERNETES, NEWEST_KUBERNETES])
def test_every_object_is_valid(helm: Helm, name: str, kubernetes: str) -> None:
    for manifest in rendered(helm, name, kubernetes=kubernetes).manifests:
        if manifest["kind"] not in CUSTOM_KINDS:
            kubernetes_validate.validate(manifest, kubernetes, strict=True)


@pytest.mark.parametrize("name", profiles())
def test_both_helms_render_the_same(
    renderings: dict[str, Rendering], each_helm: Helm, name: str
) -> None:
    assert _by_name(rendered(each_helm, name)) == _by_name(renderings[name])


def test_a_field_that_kubernetes_does_not_know_would_be_found(helm: Helm) -> None:
    deployment = rendered(helm, "defaults").one("Deployment", "gateway")
    deployment["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, NEWEST_KUBERNETES, strict=True)


def test_kubernetes_without_the_sleep_action_is_refused(helm: Helm) -> None:
    with pytest.raises(HelmError, match="incompatible with Kubernetes"):
        rendered(helm, "defaults", kubernetes="1.29")


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("kind", ["Deployment", "Service", "ServiceAccount", "NetworkPolicy"])
def test_every_service_has_every_kind(
    renderings: dict[str, Rendering], name: str, kind: str
) -> None:
    found = renderings[name].of_kind(kind)
    assert sorted(component_of(manifest) for manifest in found) == sorted(SERVICES)


@pytest.mark.parametrize("name", profiles())
def test_names_of_objects_are_unique_and_in_the_namespace(
    renderings: dict[str, Rendering], name: str
) -> None:
    manifests = renderings[name].manifests
    assert len({_key(manifest) for manifest in manifests}) == len(manifests)
    assert {manifest["metadata"]["namespace"] for manifest in manifests} == {"search"}


def test_the_chart_and_the_application_have_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"]


def _key(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def _by_name(rendering: Rendering) -> dict[tuple[str, str], Manifest]:
    return {_key(manifest): manifest for manifest in rendering.manifests}
