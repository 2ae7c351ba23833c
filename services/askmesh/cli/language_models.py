"""The language models that a mesh on this machine is started with."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import click
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from askmesh.inference import LanguageModelEntry
from askmesh.models import is_address

_ENTRIES = TypeAdapter(tuple[LanguageModelEntry, ...])


@dataclass(frozen=True, slots=True)
class NamedModels:
    """What was named: `first` is the model in the mesh's Triton, or else an address.

    `entries` are all models in their order; empty where there is one alone. `first` may be empty.
    """

    first: str = ""
    entries: tuple[LanguageModelEntry, ...] = ()
    currency: str = ""

    @property
    def as_json(self) -> str:
        """The entries as summarization reads them."""
        return _ENTRIES.dump_json(self.entries, exclude_defaults=True).decode()


class _File(BaseModel):
    """A file of models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str = ""
    models: Annotated[tuple[LanguageModelEntry, ...], Field(min_length=1)]


def named_models(models: Sequence[str], file: Path | None) -> NamedModels:
    """Return the models of the options. Raise `click.UsageError` where they cannot be together."""
    if models and file:
        raise click.UsageError("--model and --models are two ways to say the same: take one")
    if file:
        return _read(file)
    if len(models) < 2:  # noqa: PLR2004 - one alone is as ever
        return NamedModels("".join(models))
    entries = tuple(map(_entry, models))
    return NamedModels(_first(entries), entries)


def _entry(model: str) -> LanguageModelEntry:
    if is_address(model):
        return LanguageModelEntry(address=model)
    return LanguageModelEntry(profile=model)


def _read(file: Path) -> NamedModels:
    try:
        said = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise click.UsageError(f"{file}: {where}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{file} cannot be read: {error}") from error
    entries = tuple(_beside(file, entry) for entry in said.models)
    return NamedModels(_first(entries), entries, said.currency)


def _beside(file: Path, entry: LanguageModelEntry) -> LanguageModelEntry:
    """Return the entry with its paths as they are seen from the file's folder."""
    folder = file.resolve().parent
    is_path = entry.profile.endswith((".toml", ".gguf"))

    def seen(path: str) -> str:
        return str(folder / path) if path else ""

    return replace(
        entry,
        key_file=seen(entry.key_file),
        triton_authority_file=seen(entry.triton_authority_file),
        triton_certificate_file=seen(entry.triton_certificate_file),
        triton_key_file=seen(entry.triton_key_file),
        profile=seen(entry.profile) if is_path else entry.profile,
    )


def _first(entries: Sequence[LanguageModelEntry]) -> str:
    own = [entry.profile for entry in entries if not entry.address]
    if len(own) > 1:
        raise click.UsageError(
            f"{own[0]} and {own[1]} are both for the Triton of this mesh, which has one model: "
            "name others by their address"
        )
    return own[0] if own else entries[0].address
