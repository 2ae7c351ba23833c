"""Settings from the environment."""

from pathlib import Path

import pytest
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from askmesh.config import ServiceSettings, environment_variables, load, variable_of


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="RETRIEVAL_", frozen=True)

    address: str = "127.0.0.1:7403"
    candidates_per_index: int = Field(default=100, ge=1)
    password: SecretStr = Field(default=SecretStr("secret"), min_length=3)
    home: Path = Field(default=Path("models"), validation_alias="ASKMESH_HOME")


def test_settings_have_defaults_without_any_variable() -> None:
    settings = load(Settings)
    assert settings.address == "127.0.0.1:7403"
    assert settings.known_tenants == {"default"}
    assert settings.otlp_endpoint == ""


def test_variables_set_fields_by_prefix_and_by_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRIEVAL_ADDRESS", "[::]:7403")
    monkeypatch.setenv("RETRIEVAL_TENANTS", "blue, red,,")
    monkeypatch.setenv("ASKMESH_HOME", "/models")
    settings = load(Settings)
    assert settings.address == "[::]:7403"
    assert settings.known_tenants == {"blue", "red"}
    assert settings.home == Path("/models")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load(Settings).address = "127.0.0.1:1"  # type: ignore[misc] # shown at run time


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "RETRIEVAL_DRAIN_SECONDS",
            "soon",
            "RETRIEVAL_DRAIN_SECONDS is 'soon': input should be a valid number",
        ),
        (
            "RETRIEVAL_DRAIN_SECONDS",
            "inf",
            "RETRIEVAL_DRAIN_SECONDS is 'inf': input should be a finite number",
        ),
        (
            "RETRIEVAL_PROFILES_URL",
            "pyroscope:4040",
            "RETRIEVAL_PROFILES_URL is 'pyroscope:4040': expected http://host:port or",
        ),
        (
            "RETRIEVAL_ADDRESS",
            "7403",
            "RETRIEVAL_ADDRESS is '7403': expected host:port with a port from 0 to 65535.",
        ),
        ("RETRIEVAL_METRICS_ADDRESS", "localhost:70000", "RETRIEVAL_METRICS_ADDRESS is"),
        (
            "RETRIEVAL_CANDIDATES_PER_INDEX",
            "0",
            "RETRIEVAL_CANDIDATES_PER_INDEX is '0': input should be greater than or equal to 1.",
        ),
    ],
)
def test_an_invalid_value_ends_with_a_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as caught:
        load(Settings)
    assert str(caught.value.code).startswith(sentence)


def test_an_invalid_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRIEVAL_PASSWORD", "ab")
    with pytest.raises(SystemExit) as caught:
        load(Settings)
    assert "RETRIEVAL_PASSWORD has an invalid value" in str(caught.value.code)
    assert "ab'" not in str(caught.value.code)


def test_the_variables_of_a_service_are_known() -> None:
    assert environment_variables(Settings) >= {
        "RETRIEVAL_ADDRESS",
        "RETRIEVAL_METRICS_ADDRESS",
        "RETRIEVAL_DRAIN_SECONDS",
        "RETRIEVAL_REFLECTION",
        "RETRIEVAL_OTLP_ENDPOINT",
        "RETRIEVAL_TENANTS",
        "RETRIEVAL_CANDIDATES_PER_INDEX",
        "ASKMESH_HOME",
    }
    assert variable_of(Settings, "address") == "RETRIEVAL_ADDRESS"
