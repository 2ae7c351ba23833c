"""Calendars and address books, iCalendar and vCard: an entry each, with what is said of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from askmesh.ingestion.blocks import Block, Heading, KeyValue
from askmesh.ingestion.card_lines import CardLine, lines_of_cards

_BEGINNING = re.compile(r"\ufeff?\s*BEGIN:(?:VCALENDAR|VCARD)\s*\n", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z?))?")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VCARD"})
_NO_NAME = "(no name)"
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

    Days are written as "2024-06-12", with the hour if there is one; what ends with a day, ends with
    the last one. Numbers that programs give entries, pictures and alarms are left out.
    """
    entry: list[CardLine] = []
    inside: list[str] = []
    for line in lines_of_cards(text):
        if line.name == "BEGIN":
            inside.append(line.value.upper())
        elif line.name == "END":
            if inside and inside.pop() in _ENTRIES:
                yield from _entry(entry)
                entry = []
        elif inside and inside[-1] in _ENTRIES:
            entry.append(line)


def _entry(lines: Sequence[CardLine]) -> Iterator[Block]:
    first = {line.name: line for line in reversed(lines) if line.value}
    if first:
        yield Heading(1, _title(first))
    for line in lines:
        shown = _NAMES.get(line.name.lower())
        if shown and (value := _last_day(first) if line.name == "DTEND" else _value(line)):
            kinds = f" ({line.kinds})" if line.kinds else ""
            yield KeyValue(f"{shown}{kinds}: {value}")


def _title(lines: Mapping[str, CardLine]) -> str:
    for name in ("SUMMARY", "FN"):
        if name in lines:
            return lines[name].plain
    if "N" in lines:
        family, given, more, before, after, *_ = [*lines["N"].parts, *[""] * 5]
        return " ".join(part for part in (before, given, more, family, after) if part) or _NO_NAME
    return _value(lines["ORG"]) if "ORG" in lines else _NO_NAME


def _last_day(lines: Mapping[str, CardLine]) -> str:
    """Return when an event ends; a day without an hour is the first one after it.

    Empty if it ends on the day on which it begins.
    """
    if "DTEND" not in lines:
        return ""
    end, begin = lines["DTEND"], lines.get("DTSTART")
    moment = _MOMENT.fullmatch(end.value)
    if moment is None or moment[4]:
        return _value(end)
    try:
        day = date(*map(int, moment.group(1, 2, 3))) - timedelta(days=1)
    except (ValueError, OverflowError):
        return _value(end)
    return day.isoformat() if begin is None or day.isoformat() > _value(begin) else ""


def _value(line: CardLine) -> str:
    if line.common_name:
        return f"{line.common_name} ({_address(line.value)})"
    if moment := _MOMENT.fullmatch(line.value):
        year, month, day, hour, minute, zone = moment.groups()
        clock = f" {hour}:{minute}{' UTC' if zone else ''}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    if line.name in {"ORG", "ADR"}:
        return ", ".join(part for part in line.parts if part)
    return _address(line.plain)


def _address(value: str) -> str:
    match = _MAILTO.match(value)
    return value[match.end() :] if match else value
