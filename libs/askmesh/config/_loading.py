"""Reading settings from the environment, with errors that a person can act on."""

import re
from pathlib import Path
from typing import TypeVar

from platformdirs import user_data_path
from pydantic import (
    AliasChoices,
    Field,
    SecretBytes,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from askmesh.config._transport import TransportSettings

S = TypeVar("S", bound=BaseSettings)


def load(settings: type[S]) -> S:
    """Return the settings from the environment.

    Invalid values end the process with exit code 1 and one sentence on stderr that names the
    variable, its value (unless it is a secret) and what is expected.
    """
    try:
        return settings()
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)[0]
        raise SystemExit(_sentence(settings, details)) from None


def environment_variables(settings: type[BaseSettings]) -> frozenset[str]:
    """Return the names of all environment variables that `settings` reads."""
    return frozenset(variable_of(settings, field) for field in settings.model_fields)


def variable_of(settings: type[BaseSettings], field: str) -> str:
    """Return the name of the environment variable that sets `field`."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        alias = next(choice for choice in alias.choices if isinstance(choice, str))
    if isinstance(alias, str):
        return alias.upper()
    return f"{settings.model_config.get('env_prefix', '')}{field}".upper()


def _sentence(settings: type[BaseSettings], details: ErrorDetails) -> str:
    field = _field_at(settings, details["loc"])
    if field is None:
        return f"The settings are invalid: {details['msg'].removeprefix('Value error, ')}."
    variable = variable_of(settings, field)
    expected = details["msg"].removeprefix("Value error, ").rstrip(".")
    if details["type"] == "missing":
        return f"{variable} is not set: set it to a {field.replace('_', ' ')}."
    if _is_secret(settings.model_fields[field]):
        return f"{variable} has an invalid value: {_as_clause(expected)}."
    return f"{variable} is {str(details['input'])!r}: {_as_clause(expected)}."


def _field_at(settings: type[BaseSettings], location: tuple[int | str, ...]) -> str | None:
    """Return the field of an error. Errors name the alias where a field has one."""
    for field in settings.model_fields:
        if location and str(location[0]).upper() in {
            field.upper(),
            variable_of(settings, field),
        }:
            return field
    return None


def _is_secret(field: FieldInfo) -> bool:
    return any(secret.__name__ in str(field.annotation) for secret in (SecretStr, SecretBytes))


def _as_clause(text: str) -> str:
    return text[:1].lower() + text[1:]


MAX_PORT = 65_535
_HTTP = re.compile(r"https?://[^/\s@?#]+(/[^\s@?#]*)?")


class ServiceSettings(TransportSettings):
    """Settings that every service has. Sub-classes add their own and set their prefix.

    A sub-class sets `model_config = SettingsConfigDict(env_prefix="RETRIEVAL_", frozen=True)`;
    its fields are then read from `RETRIEVAL_ADDRESS` and so on.
    """

    model_config = SettingsConfigDict(env_prefix="ASKMESH_", frozen=True, allow_inf_nan=False)

    address: str = "127.0.0.1:0"
    """Where the service listens: `host:port`. Port 0 means any free port."""

    metrics_address: str = "127.0.0.1:0"
    """Where Prometheus reads the metrics, at the path `/metrics`."""

    profiling: bool = False
    """Whether `/profile` beside the metrics tells where the time of the processor goes."""

    profiles_url: str = ""
    """Where a Pyroscope takes profiles, such as `http://pyroscope:4040`, which it then gets all the
    time. Empty: nowhere. Linux only."""

    drain_seconds: float = Field(default=10.0, ge=0)
    """How long calls in flight may go on after the service was told to stop."""

    reflection: bool = False
    """Whether the service describes its API to tools such as grpcurl."""

    otlp_endpoint: str = ""
    """`host:port` of an OTLP/gRPC collector of traces. Empty: traces are not exported."""

    tenants: str = "default"
    """The known tenants, separated by commas."""

    exit_with_parent: bool = False
    """Whether the service is told to stop when the process that started it ends. Linux only."""

    @property
    def known_tenants(self) -> frozenset[str]:
        """The names in `tenants`, without white space around them."""
        return frozenset(name.strip() for name in self.tenants.split(",") if name.strip())

    @field_validator("profiles_url")
    @classmethod
    def _is_of_http(cls, url: str) -> str:
        if url and not _HTTP.fullmatch(url):
            raise ValueError("expected http://host:port or https://host, without credentials")
        return url

    @field_validator("address", "metrics_address", "health_address")
    @classmethod
    def _is_listen_address(cls, address: str, info: ValidationInfo) -> str:
        if not address and info.field_name == "health_address":
            return address
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port) > MAX_PORT:
            raise ValueError(f"expected host:port with a port from 0 to {MAX_PORT}")
        return address


class HomeSettings(ServiceSettings):
    """Settings of a service that keeps files on its machine."""

    home: Path = Field(
        default_factory=lambda: user_data_path("askmesh"), validation_alias="ASKMESH_HOME"
    )
    """Where models, documents and indexes are kept."""


class DocumentSettings(HomeSettings):
    """Settings of a service that reads or writes documents."""

    documents: SecretStr = SecretStr("")
    """The document store: "memory:", "sqlite:PATH" or "mongodb://...", which may hold a password.
    Empty: SQLite in `home`."""

    @property
    def documents_address(self) -> str:
        """The address of the document store."""
        return self.documents.get_secret_value() or f"sqlite:{self.home / 'documents.sqlite'}"
