"""Lines of calendars and address books: their names, what is said of them, and their values."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<options>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):"
)
_QUOTED_PRINTABLE = re.compile(r"[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_CHARSET = re.compile(r"CHARSET=\"?([\w-]+)", re.IGNORECASE)
_KINDS = re.compile(r"TYPE=\"?([\w,-]+)", re.IGNORECASE)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"})
_COMMON_NAME = re.compile(r";CN=\"?([^;\":]+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([nN,;\\:])")
_DIVIDER = re.compile(r"(?<!\\);")


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line such as "TEL;TYPE=work:555 0101"."""

    name: str
    options: str
    value: str

    @property
    def kinds(self) -> str:
        """Of what kind it is, such as "work, fax": with TYPE=, or without as in vCard 2.1."""
        bare = (each for each in self.options.split(";") if each and "=" not in each)
        kinds = [*_KINDS.findall(self.options), *(each for each in bare if not _is_encoding(each))]
        return ", ".join(",".join(kinds).lower().split(","))

    @property
    def common_name(self) -> str:
        """The name of the person whose address it is; empty if it has none."""
        match = _COMMON_NAME.search(self.options)
        return match[1] if match else ""

    @property
    def plain(self) -> str:
        """The value as it is read."""
        return _plain(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of the value, empty ones too."""
        return [_plain(part).strip() for part in _DIVIDER.split(self.value)]


def lines_of_cards(text: str) -> Iterator[CardLine]:
    """Yield the lines, those put together that are continued, and their letters decoded."""
    for line in _whole(text):
        if match := _LINE.match(line):
            value = line[match.end() :].strip()
            if _QUOTED_PRINTABLE.match(line):
                value = _decoded(value, match["options"])
            yield CardLine(match["name"].upper(), match["options"], value)


def _whole(text: str) -> Iterator[str]:
    lines = iter(re.sub(r"\r?\n[ \t]", "", text).splitlines())
    for line in lines:
        parts = [line]
        if _QUOTED_PRINTABLE.match(line):
            while parts[-1].endswith("="):
                parts[-1] = parts[-1][:-1]
                parts.append(next(lines, ""))
        yield "".join(parts)


def _decoded(value: str, options: str) -> str:
    charset = _CHARSET.search(options)
    content = quopri.decodestring(value.encode())
    try:
        return content.decode(charset[1] if charset else "utf-8", "replace")
    except (LookupError, UnicodeError):  # no encoding, or one of no such texts
        return content.decode("utf-8", "replace")


def _is_encoding(option: str) -> bool:
    return option.upper() in _ENCODINGS


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
