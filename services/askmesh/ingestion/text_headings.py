"""Headings in plain text that nothing but their letters and their place show."""

import re
from itertools import pairwise
from typing import NamedTuple

from askmesh.ingestion.text_lists import starts_item

_IN_CAPITALS = re.compile(
    r"(?P<title>(?=[^(]*[^\W\d_]{3})[^\W\d_][\w ,&/'\u2019-]*)(?: \([^)]*\))?"
)
_NUMBERED = re.compile(
    r"\d{1,2}(?:\.\d{1,2})*(?P<mark>[.)]?) +(?P<title>[^\W\d_][\w ,&/'\u2019-]*)"
)
_SECTION = re.compile(r"\[(?P<title>[^\W\d_][\w .-]*)\]")
_SETTING = re.compile(r"\s*[^=:]{1,40}\s*[=:]\s*\S")
_LABEL = re.compile(r"[^\W\d_][\w ,&/'\u2019-]*:")
_ENDED = (".", "!", "?")
_MAX_WORDS = 6


class TextHeading(NamedTuple):
    """A heading. Those of one kind are of one level."""

    kind: str
    text: str


def heading_above(line: str, following: str) -> TextHeading | None:
    """Return the heading that a line is which stands right above another one; None if it is none.

    It is in capitals: "CLOSING (every day)". Or it is a number with a few words, "3. Loading",
    above a line that begins a sentence or another list, and is no further item; a number without a
    dot stays, as it may be that of a house. Or it is the name of a section of settings, "[queue]".
    """
    line = line.strip()
    match = _SECTION.fullmatch(line)
    if match and _SETTING.match(following):
        return TextHeading("[", match["title"])
    match = _IN_CAPITALS.fullmatch(line)
    if match and match["title"].isupper() and not following.isupper() and _is_short(match):
        return TextHeading("A", line)
    match = _NUMBERED.fullmatch(line)
    if match and match["title"][0].isupper() and _begins_anew(following) and _is_short(match):
        return TextHeading("1", match["title"] if match["mark"] else line)
    return None


def sections_of(lines: list[str]) -> list[list[str]]:
    """Return lines without an empty one between them, cut where a short label stands alone.

    That is a line such as "Opening hours:". There must be several, each but the first below the
    end of a sentence; else it is one section.
    """
    labels = [at for at, line in enumerate(lines[:-1]) if _is_label(line, lines[at + 1])]
    apart = all(lines[at - 1].rstrip().endswith(_ENDED) for at in labels if at)
    if not labels or labels[0] or not apart:
        return [lines]
    return [lines[start:end] for start, end in pairwise([*labels, len(lines)])]


def _is_label(line: str, following: str) -> bool:
    match = _LABEL.fullmatch(line.strip())
    return match is not None and len(line.split()) <= _MAX_WORDS and not _LABEL.fullmatch(following)


def _is_short(match: re.Match[str]) -> bool:
    return len(match["title"].split()) <= _MAX_WORDS


def _begins_anew(line: str) -> bool:
    if starts_item(line):
        return not line.lstrip()[0].isdigit()
    return line[0].isupper()
