"""The settings of a configuration file: each line with the sections that it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from askmesh.text._blocks import TextBlock
from askmesh.text._sentences import Span, trimmed
from askmesh.text._unit import Unit, UnitKind

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

    `span` is where the line stands in the block, `comments` those right above it. `note` is what
    comments say, those at the top of the file first, and of an address which port it has.
    """

    text: str
    path: tuple[str, ...]
    span: Span
    comments: tuple[Span, ...] = ()
    note: str = ""


def settings_of(text: str) -> list[Setting]:
    """Return the settings of a block of code; nothing if it is no configuration file."""
    if "\n" not in text:
        return []
    lines = [line for line in _lines(text) if line[0].strip(" \t{}[],")]
    told = [line for line, _ in lines if not _COMMENT.fullmatch(line)]
    known = [line for line in told if _SETTING.fullmatch(line) or _SECTION.fullmatch(line)]
    fewest = 1 if text.lstrip().startswith("{") else _FEWEST
    if len(known) < fewest or len(known) < _MOST_OF_IT * len(told):
        return []
    return list(_settings(text, lines))


def setting_in(line: str) -> Setting | None:
    """Return what one line of a configuration file sets; None if it sets nothing."""
    return next(_settings(line, [(line, 0)]), None)


def units_of_settings(text: str, blocks: Sequence[TextBlock]) -> list[Unit]:
    """Return the settings of a passage that is a configuration file and nothing else."""
    if [block.kind for block in blocks] != [UnitKind.CODE]:
        return []
    start, end = blocks[0].span.start, blocks[0].span.end
    return [
        Unit(
            start + setting.span.start,
            start + setting.span.end,
            UnitKind.SETTING,
            setting.path[:-1],
            tuple(Span(start + one.start, start + one.end) for one in setting.comments),
        )
        for setting in settings_of(text[start:end])
    ]


def _lines(text: str) -> list[tuple[str, int]]:
    """Return the lines, each with where it begins."""
    starts = accumulate((len(line) + 1 for line in text.split("\n")), initial=0)
    return list(zip(text.split("\n"), starts, strict=False))


@dataclass(slots=True)
class _Above:
    """What stands above the line that is being read."""

    text: str
    top: tuple[str, ...] | None = None
    """The comments before all else, which are about the whole file."""
    comments: list[Span] = field(default_factory=list[Span])
    parents: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def begin(self) -> None:
        """Note that a line is no comment."""
        if self.top is None:
            self.top, self.comments = self._said(), []

    def setting(self, match: re.Match[str], span: Span) -> Setting:
        note = " ".join((*(self.top or ()), *self._said(), _port(match["value"]))).strip()
        path = tuple(key for _, key in self.parents)
        return Setting(match.string.strip(), path, span, tuple(self.comments), note)

    def enter(self, match: re.Match[str]) -> None:
        """Note that what is indented more stands below this key."""
        depth = len(match["indent"])
        self.parents = [*(each for each in self.parents if each[0] < depth), (depth, match["key"])]

    def _said(self) -> tuple[str, ...]:
        return tuple(self.text[each.start : each.end] for each in self.comments)


def _settings(text: str, lines: list[tuple[str, int]]) -> Iterator[Setting]:
    above = _Above(text)
    for line, start in lines:
        end = start + len(line)
        if comment := _COMMENT.fullmatch(line):
            above.comments.append(trimmed(text, start + comment.start("said"), end))
            continue
        above.begin()
        if section := _SECTION.fullmatch(line):
            above.parents = [(-1, section["name"])]
        elif setting := _SETTING.fullmatch(line):
            above.enter(setting)
            if setting["value"].strip() not in _OPENS:
                yield above.setting(setting, trimmed(text, start, end))
        above.comments = []


def _port(value: str) -> str:
    address = _ADDRESS.fullmatch(value.strip())
    return f"port {address['port']}" if address else ""
