"""The chart sets what the services read: every variable, every port, and nothing else."""

import importlib
import json
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from askmesh.config import ServiceSettings, environment_variables, variable_of
from askmesh.inference import load_profile
from support.helm import CHART, Helm, HelmError
from support.manifests import SERVICES, Rendering, profiles, rendered

# Numbers and their limits, as both schemas write them.
LIMITS = ("type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")


def settings_of(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"askmesh.{service.replace('-', '_')}.settings")
    settings: type[ServiceSettings] = module.Settings
    return settings


# A container has no parent to end with; its home is its image's where it keeps no models, and of
# nobody else, so that indexes lie in it; the key of a model comes out of a Secret, by the variables
# that a service may have besides.
LEFT_TO_THEIR_DEFAULTS = {"exit_with_parent", "home", "index_folder", "chat_key"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_one_that_the_service_reads(defaults: Rendering, service: str) -> None:
    assert defaults.environment(service).keys() <= environment_variables(settings_of(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_set_by_the_chart_or_can_be(defaults: Rendering, service: str) -> None:
    settings = settings_of(service)
    free = {_variable(settings, name) for name in _settings_in_the_schema(service)}
    left = {
        variable_of(settings, name)
        for name in LEFT_TO_THEIR_DEFAULTS & settings.model_fields.keys()
    }
    assert defaults.environment(service).keys() | free | left == environment_variables(settings)


@pytest.mark.parametrize("service", SERVICES)
def test_the_chart_knows_the_limits_of_every_setting(service: str) -> None:
    settings = settings_of(service)
    fields: dict[str, dict[str, Any]] = settings.model_json_schema(by_alias=False)["properties"]
    by_variable = {variable_of(settings, name): field for name, field in fields.items()}
    for name, schema in _settings_in_the_schema(service).items():
        field = by_variable[_variable(settings, name)]
        assert schema == {limit: field[limit] for limit in LIMITS if limit in field}, name


@pytest.mark.parametrize("service", ["query-understanding", "summarization"])
def test_answers_and_follow_ups_have_the_same_language_model(
    defaults: Rendering, service: str
) -> None:
    environment = defaults.environment(service)
    prefix = service.replace("-", "_").upper()
    assert environment[f"{prefix}_TRITON_ADDRESS"] == "triton:8001"
    assert environment[f"{prefix}_TRITON_MODEL"] == "ensemble"
    assert load_profile(str(environment[f"{prefix}_PROFILE"])).completes_questions


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_those_that_the_service_has_by_default(defaults: Rendering, service: str) -> None:
    fields = settings_of(service).model_fields
    ports = {each["name"]: each["containerPort"] for each in defaults.container(service)["ports"]}
    assert fields["address"].default == f"127.0.0.1:{ports['grpc']}"
    assert fields["metrics_address"].default == f"127.0.0.1:{ports['metrics']}"


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("service", SERVICES)
def test_the_service_accepts_its_environment(
    renderings: dict[str, Rendering], monkeypatch: pytest.MonkeyPatch, service: str, name: str
) -> None:
    for variable, value in renderings[name].environment(service).items():
        monkeypatch.setenv(variable, value if isinstance(value, str) else _secret(variable))
    settings: BaseSettings = settings_of(service)()
    assert isinstance(settings, ServiceSettings)
    expected = {"sales", "legal"} if name == "production" else {"default"}
    assert settings.known_tenants == expected


def _settings_in_the_schema(service: str) -> dict[str, dict[str, Any]]:
    """The schemas of what `services.<service>.settings` takes."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    services = schema["properties"]["services"]["properties"]
    reference: str = services[service]["properties"]["settings"]["$ref"]
    definition = schema["$defs"][reference.removeprefix("#/$defs/")]
    assert definition["additionalProperties"] is False
    properties: dict[str, dict[str, Any]] = definition["properties"]
    return properties


def _variable(settings: type[ServiceSettings], setting: str) -> str:
    """The variable that a setting in camelCase becomes."""
    snake = "".join(f"_{letter}" if letter.isupper() else letter for letter in setting)
    return f"{settings.model_config.get('env_prefix', '')}{snake}".upper()


def _secret(variable: str) -> str:
    """What a Secret would hold."""
    kinds = {
        "DOCUMENTS": "mongodb://me:secret@mongodb:27017",
        "CACHE": "redis://:secret@redis:6379",
    }
    return kinds[variable.rpartition("_")[2]]


def test_an_audit_that_goes_to_a_collector_needs_one(helm: Helm) -> None:
    audit = "services.ingestion.settings.audit=otlp:"
    with pytest.raises(
        HelmError, match=r"services\.ingestion\.settings\.audit goes to a collector"
    ):
        rendered(helm, "defaults", audit, "endpoints.collector=")
    shown = rendered(helm, "defaults", audit, "endpoints.collector=collector:4317")
    environment = shown.environment("ingestion")
    assert environment["INGESTION_AUDIT"] == "otlp:"
    assert environment["INGESTION_OTLP_ENDPOINT"] == "collector:4317"
