"""Reading settings from the environment, with errors that a person can act on."""

from typing import TypeVar

from pydantic import AliasChoices, SecretBytes, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

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
