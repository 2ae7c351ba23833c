"""Who may call what the chart installs."""

import pytest

from askmesh.config import InnerSettings
from askmesh.serving._privacy import require_private
from support.helm import Helm, HelmError
from support.manifests import SERVICES, Manifest, Rendering, profile, rendered

INNER = [each for each in SERVICES if each not in {"gateway", "ingestion"}]


def _secrets(rendering: Rendering, service: str) -> dict[str, list[str]]:
    volumes: list[Manifest] = rendering.pod(service)["volumes"]
    found = [each["secret"] for each in volumes if "secret" in each]
    return {each["secretName"]: [item["key"] for item in each["items"]] for each in found}


def test_only_the_gateway_gets_the_key_that_signs(defaults: Rendering) -> None:
    assert _secrets(defaults, "gateway") == {
        "askmesh-keys": ["keys.json"],
        "askmesh-mesh": ["private.pem"],
    }
    assert _secrets(defaults, "ingestion") == {"askmesh-keys": ["keys.json"]}
    for service in INNER:
        assert _secrets(defaults, service) == {"askmesh-mesh": ["public.pem"]}


@pytest.mark.parametrize("service", SERVICES)
def test_services_look_for_keys_where_they_are_mounted(defaults: Rendering, service: str) -> None:
    mounts = [each["mountPath"] for each in defaults.container(service)["volumeMounts"]]
    files = [
        value
        for name, value in defaults.environment(service).items()
        if name.endswith("KEY_FILE") and value
    ]
    assert files
    assert all(file.rpartition("/")[0] in mounts for file in files)


def test_without_credentials_no_secret_is_needed(minimal: Rendering) -> None:
    assert minimal.environment("gateway")["GATEWAY_AUTHENTICATION"] == "insecure-none"
    for service in SERVICES:
        assert _secrets(minimal, service) == {}


def test_services_behind_the_gateway_are_open_only_where_the_values_say_so(
    defaults: Rendering, minimal: Rendering
) -> None:
    for rendering, believed in ((defaults, "signed"), (minimal, "insecure-none")):
        for service in INNER:
            settings = _inner_settings(rendering, service)
            assert settings.authentication == believed
            assert (believed == "signed") == bool(settings.verifying_key_file)
            require_private(settings)


def _inner_settings(rendering: Rendering, service: str) -> InnerSettings:
    """Return the settings of a service that its pod has, of those that all such services have."""
    prefix = f"{service.replace('-', '_').upper()}_"
    environment = rendering.environment(service)
    values = {name.removeprefix(prefix).lower(): value for name, value in environment.items()}
    return InnerSettings.model_validate(
        {name: value for name, value in values.items() if name in InnerSettings.model_fields}
    )


def test_the_provider_can_be_reached_and_is_told(production: Rendering) -> None:
    for service, prefix in (("gateway", "GATEWAY"), ("ingestion", "INGESTION")):
        environment = production.environment(service)
        assert environment[f"{prefix}_OIDC_ISSUER"] == "https://login.example.com"
        assert environment[f"{prefix}_OIDC_TENANT_CLAIM"] == "organisation"
        rules = production.one("NetworkPolicy", service)["spec"]["egress"]
        ports = [port["port"] for rule in rules for port in rule["ports"]]
        assert 443 in ports


def test_the_job_says_who_it_is(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    environment = {each["name"]: each for each in container["env"]}
    assert environment["ASKMESH_KEY"]["valueFrom"]["secretKeyRef"]["name"] == "askmesh-ingest"


@pytest.mark.parametrize(
    ("assignment", "named"),
    [
        ("authentication.mode=credentials", "keys.existingSecret.name"),
        ("authentication.mode=none", "authentication/mode"),
        ("authentication.oidc.issuer=https://login.example.com", "audience"),
    ],
)
def test_an_installation_that_is_open_by_mistake_is_refused(
    helm: Helm, assignment: str, named: str
) -> None:
    with pytest.raises(HelmError) as caught:
        rendered(helm, "minimal", assignment)
    assert named in str(caught.value)


def test_credentials_need_the_keys_of_the_mesh(helm: Helm) -> None:
    with pytest.raises(HelmError) as caught:
        helm.template(
            values=[profile("defaults")], sets=["authentication.mesh.existingSecret.name="]
        )
    assert "private.pem" in str(caught.value)
