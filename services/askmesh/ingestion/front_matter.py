"""Front matter: what a text file says about itself before it begins, in YAML or TOML."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

import yaml

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import KeyValue

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_MAX_CHARS = 20_000


class FrontMatter:
    """What a document says about itself, and the text below it."""

    def __init__(self, fields: Mapping[str, str], text: str) -> None:
        self._fields = fields
        self.text = text

    @property
    def title(self) -> str:
        """The title that is given, or nothing."""
        return next((v for name, v in self._fields.items() if name.lower() == "title"), "")

    @property
    def attributes(self) -> Mapping[str, str]:
        """The author, the date and what else has a common name."""
        return attributes_of(self._fields)

    @property
    def blocks(self) -> Iterator[KeyValue]:
        """Every field but the title, as a line."""
        for name, value in self._fields.items():
            if name.lower() != "title":
                yield KeyValue(f"{name}: {value}")


def front_matter_of(text: str) -> FrontMatter:
    """Return the front matter at the beginning of `text`; without fields if there is none."""
    match = _FRONT_MATTER.match(text) or _TOML.match(text)
    if match is None or len(match.group(1)) > _MAX_CHARS:
        return FrontMatter({}, text)
    try:
        loaded = _loaded(match.group(1), is_toml=text.startswith("+"))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError):
        return FrontMatter({}, text)
    if not isinstance(loaded, dict):
        return FrontMatter({}, text)
    fields = cast("dict[object, object]", loaded)
    named = {str(name): _text(value) for name, value in fields.items()}
    return FrontMatter({name: value for name, value in named.items() if value}, text[match.end() :])


def _loaded(fields: str, *, is_toml: bool) -> object:
    """Return fields with every value as it is written: a date stays what the source says."""
    if is_toml:
        return tomllib.loads(fields)
    return cast("object", yaml.load(fields, Loader=yaml.BaseLoader))  # noqa: S506 - makes texts only


def _text(value: object) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, cast("list[object]", value))))
    return str(value) if isinstance(value, int | float | date) else ""
