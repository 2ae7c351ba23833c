"""The settings of a configuration file: each line with the sections that it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SETTING = re.compile(
    r"(?P<indent>\s*)(?:-\s+)?[\"']?(?P<key>[^\W\d][\w.-]*)[\"']?\s*(?::(?=\s|$)|=)\s*(?P<value>.*)"
)
_SECTION = re.compile(r"\s*\[+(?P<name>[\w.:/\" -]+)\]+\s*(?:[#;].*)?")
_COMMENT = re.compile(r"\s*(?:#+|;+|//)\s?(?P<said>.*)")
_OPENS = frozenset(("", "{", "["))
_ADDRESS = re.compile(r"[\"']?(?=\S*(?:[^\W\d]|\*|\.\d+\.))[^\s\"']*:(?P<port>\d{2,5})/?[\"',]*")
_FEWEST, _MOST_OF_IT = 2, 0.7


@dataclass(frozen=True, slots=True)
class Setting:
    """A line that sets something; `path` are its sections and its key, the outermost first.

    `note` is what comments above it say, those at the top of the file first, and of an address
    which port it has.
    """

    text: str
    path: tuple[str, ...]
    note: str = ""


def settings_of(text: str) -> list[Setting]:
    """Return the settings of a block of code; nothing if it is no configuration file."""
    if "\n" not in text:
        return []
    lines = [line for line in text.splitlines() if line.strip(" \t{}[],")]
    told = [line for line in lines if not _COMMENT.fullmatch(line)]
    known = [line for line in told if _SETTING.fullmatch(line) or _SECTION.fullmatch(line)]
    if len(known) < _FEWEST or len(known) < _MOST_OF_IT * len(told):
        return []
    return list(_settings(lines))


def _settings(lines: list[str]) -> Iterator[Setting]:
    top: list[str] = []
    notes: list[str] = []
    parents: list[tuple[int, str]] = []
    is_begun = False
    for line in lines:
        if comment := _COMMENT.fullmatch(line):
            (notes if is_begun else top).append(comment["said"])
            continue
        is_begun = True
        if section := _SECTION.fullmatch(line):
            parents = [(-1, section["name"])]
        elif setting := _SETTING.fullmatch(line):
            parents = [each for each in parents if each[0] < len(setting["indent"])]
            parents.append((len(setting["indent"]), setting["key"]))
            if setting["value"].strip() not in _OPENS:
                note = " ".join((*top, *notes, _port(setting["value"])))
                yield Setting(line.strip(), tuple(key for _, key in parents), note.strip())
        notes = []


def _port(value: str) -> str:
    address = _ADDRESS.fullmatch(value.strip())
    return f"port {address['port']}" if address else ""
