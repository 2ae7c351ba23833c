"""Entries of logs and timetables in plain text: lines that each begin with a time or a level."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from askmesh.ingestion.blocks import Block, Code, ListItem
from askmesh.ingestion.lines import paragraph_of

_CLOCK = r"\d{1,2}:\d\d:\d\d"
_DAY = r"\d{4}[-/.]?\d\d[-/.]?\d\d|\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3})[-/. ]\d{2,4}"
_NAMED_DAY = r"(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} [ \d]\d(?:,? \d{4})?"
_MOMENT = (
    rf"(?:{_DAY}|{_NAMED_DAY}|[A-Z]\d{{4}})[T ,:_-]{{1,3}}\d{{1,2}}:\d\d"
    rf"|(?:(?:{_DAY})T)?(?:{_CLOCK}|\d{{6}}(?:Z|[.,]\d))"
    r"|\d+\.\d{3,}(?=[\]\s])|\d{10}(?:\d{3})?\s"
)
_LEVEL = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRIT(?:ICAL)?|SEVERE"
    r"|trace|debug|info|notice|warn(?:ing)?|error|fatal|critical)"
)
_ENTRY = re.compile(
    r"(?:<\d{1,3}>(?:\d )?)?(?:\S+ \S+ \S+ (?=\[))?"  # a priority; host and user of a request
    rf"(?:[\[(]? *(?:{_LEVEL}\W{{1,4}})?(?:{_MOMENT})"
    rf"|[\[(<]{_LEVEL}[\])>]|{_LEVEL}(?::|\s{{2}}|\s+\d))"
    r"|(?:time|ts|timestamp|at|level|lvl)=\S"
)
_OBJECT = re.compile(r'\{\s*".*\}$')
_TIMED = re.compile(rf"\[?(?:\d{{1,2}}[:.h]\d\d\b|(?:{_DAY})\b)(?!$)")
_MIN_ENTRIES = 2


def begins_entry(line: str) -> bool:
    """Tell whether a line is the first of what a program has logged."""
    return _ENTRY.match(line) is not None


def logged(lines: Sequence[str]) -> list[Block]:
    """Return the entries of a log, and what stands above them; nothing if `lines` are none.

    What an entry goes on with in one line is of it; in several, it is code below it.
    """
    begins = [begins_entry(line) for line in lines]
    if not any(begins):
        return []
    first = begins.index(True)
    several = sum(begins) >= (max(_MIN_ENTRIES, len(lines) // 2) if first else _MIN_ENTRIES)
    if not several and len(lines) > 1:
        return []
    return [*paragraph_of(lines[:first]), *_entries(lines[first:], begins[first:])]


def timed(lines: Sequence[str]) -> list[Block]:
    """Return an item for each line that begins with an hour or a day, or is an object of JSON.

    Nothing if there are lines of other kinds, unless they are indented below one.
    """
    begins = [_TIMED.match(line) is not None or _OBJECT.match(line) is not None for line in lines]
    below = [line[0].isspace() for line in lines]
    is_table = begins[0] and sum(begins) >= _MIN_ENTRIES and all(map(max, begins, below))
    return _entries(lines, begins) if is_table else []


def _entries(lines: Sequence[str], begins: Sequence[bool]) -> list[Block]:
    starts = [at for at, begun in enumerate(begins) if begun]
    places = pairwise([*starts, len(lines)])
    return [block for start, end in places for block in _entry(lines[start:end])]


def _entry(lines: Sequence[str]) -> Iterator[Block]:
    if len(lines) <= _MIN_ENTRIES:
        yield ListItem(" ".join(" ".join(lines).split()))
        return
    yield ListItem(" ".join(lines[0].split()))
    yield Code("\n".join(lines[1:]))
