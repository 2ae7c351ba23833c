"""Calendars and address books, iCalendar and vCard: an entry each, with what is said of it."""

import re
from collections.abc import Iterator, Sequence

from askmesh.ingestion.blocks import Block, Heading, KeyValue

_BEGINNING = re.compile(r"\ufeff?\s*BEGIN:(?:VCALENDAR|VCARD)\s*\n", re.IGNORECASE)
_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<options>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):"
)
_KINDS = re.compile(r"TYPE=\"?([\w,-]+)", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\:])")
_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VCARD"})
_TITLES = ("SUMMARY", "FN")
_NAMES = {
    "dtstart": "begins", "dtend": "ends", "due": "due", "rrule": "repeats", "org": "organisation",
    "tel": "phone", "adr": "address", "bday": "birthday", "summary": "", "fn": "", "url": "page",
    "location": "place", "description": "description", "note": "note", "title": "title",
    "role": "role", "email": "e-mail", "organizer": "organizer", "attendee": "attendee",
    "status": "status", "categories": "categories", "nickname": "nickname", "duration": "duration",
    "priority": "priority",
}  # fmt: skip


def are_cards(text: str) -> bool:
    """Tell whether a text is a calendar or an address book."""
    return _BEGINNING.match(text) is not None


def blocks_of_cards(text: str) -> Iterator[Block]:
    """Yield each entry: its name as a heading, then a line for each thing that is said of it.

    Days are written as "2024-06-12", with the hour if there is one. Numbers that programs give
    entries, pictures and alarms are left out.
    """
    entry: list[tuple[str, str, str]] = []
    inside: list[str] = []
    for name, options, value in _lines(text):
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END":
            if inside and inside.pop() in _ENTRIES:
                yield from _entry(entry)
                entry = []
        elif inside and inside[-1] in _ENTRIES:
            entry.append((name, options, value))


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        if match := _LINE.match(line):
            yield match["name"].upper(), match["options"], line[match.end() :].strip()


def _entry(lines: Sequence[tuple[str, str, str]]) -> Iterator[Block]:
    title = next((value for name, _, value in lines if name in _TITLES), "")
    if title:
        yield Heading(1, _plain(title))
    for name, options, value in lines:
        shown = _NAMES.get(name.lower())
        if shown and value:
            kinds = _KINDS.findall(options)
            kind = f" ({', '.join(kinds).lower().replace(',', ', ')})" if kinds else ""
            yield KeyValue(f"{shown}{kind.replace('  ', ' ')}: {_value(name, options, value)}")


def _value(name: str, options: str, value: str) -> str:
    if named := re.search(r";CN=\"?([^;\":]+)", options, re.IGNORECASE):
        return f"{named[1]} ({value.removeprefix('mailto:')})"
    if moment := _MOMENT.fullmatch(value):
        year, month, day, hour, minute, zone = moment.groups()
        clock = f" {hour}:{minute}{' UTC' if zone else ''}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    if name in {"ORG", "ADR"}:
        return ", ".join(part for part in _plain(value).split(";") if part)
    return _plain(value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
