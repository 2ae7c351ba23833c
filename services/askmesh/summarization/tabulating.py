"""Finding the tables and the forms among units of evidence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.records import NAME, Record, Records, key_value, record_of
from askmesh.text import UnitKind

_Headers: TypeAlias = tuple[str, ...]
_SHARED_FIELDS = 0.5
_SHARED_HEADERS = 0.5
_FEWEST = 2


def records_of(units: Sequence[EvidenceUnit]) -> list[Records]:
    """Return the tables and the forms of some units, those of the best unit first."""
    rows = [item for item in units if item.unit.kind is UnitKind.ROW]
    forms = [item for item in units if item.unit.kind is UnitKind.KEY_VALUE]
    found = [*_tables(rows), *_alike(_forms(forms))]
    place = {item: number for number, item in enumerate(units)}
    return sorted(
        found, key=lambda one: min(place[item] for record in one.records for item in record.units)
    )


def _tables(rows: Iterable[EvidenceUnit]) -> Iterator[Records]:
    tables: dict[_Headers, list[EvidenceUnit]] = {}
    for item in rows:
        tables.setdefault(tuple(name for name, _ in cells(item)), []).append(item)
    for headers, items in _whole(tables).items():
        if len(headers) >= _FEWEST and len(items) >= _FEWEST and any(headers):
            items.sort(key=_position)
            records = map(record_of, items)
            yield Records(headers[0], headers[1:], tuple(records))


def _whole(
    tables: Mapping[_Headers, Sequence[EvidenceUnit]],
) -> dict[_Headers, list[EvidenceUnit]]:
    """Give rows with empty cells, which have fewer headers, to the table that they are of."""
    whole: dict[_Headers, list[EvidenceUnit]] = {}
    for headers in sorted(tables, key=len, reverse=True):
        places = {item.breadcrumb for item in tables[headers]}
        own = next(
            (
                others
                for others, items in whole.items()
                if _are_of_one(headers, others) and places <= {item.breadcrumb for item in items}
            ),
            headers,
        )
        items = [*whole.pop(own, ()), *tables[headers]]
        whole[_together(own, headers)] = items
    return whole


def _are_of_one(headers: _Headers, others: _Headers) -> bool:
    """Tell whether rows with these headers are of one table: they share most, in one order."""
    shared = [name for name in headers if name in others]
    return (
        headers[0] == others[0]
        and shared == [name for name in others if name in headers]
        and len(shared) > _SHARED_HEADERS * len(headers)
    )


def _together(one: _Headers, other: _Headers) -> _Headers:
    """Return all headers of both, each behind the one that it stands behind."""
    names = list(one)
    for before, name in pairwise(other):
        if name not in names:
            names.insert(names.index(before) + 1, name)
    return tuple(names)


def _forms(lines: Iterable[EvidenceUnit]) -> list[Record]:
    forms: dict[tuple[int, int], list[EvidenceUnit]] = {}
    for item in lines:
        forms.setdefault(item.group, []).append(item)
    for items in forms.values():
        items.sort(key=_position)
    found = [
        Record(_name_of(items[0]), dict(map(key_value, items)), tuple(items))
        for items in forms.values()
    ]
    return sorted(found, key=lambda record: (record.name, _position(record.units[0])))


def _alike(forms: Sequence[Record]) -> Iterator[Records]:
    """Yield forms that share half of their fields, together."""
    groups: list[list[Record]] = []
    for form in forms:
        alike = next((group for group in groups if _have_shared(group[0], form)), None)
        if alike is None:
            groups.append([form])
        else:
            alike.append(form)
    for group in groups:
        if len(group) >= _FEWEST and all(record.name for record in group):
            fields = dict.fromkeys(field for record in group for field in record.values)
            yield Records(NAME, tuple(fields), tuple(_told_apart(group)))


def _told_apart(forms: Sequence[Record]) -> Sequence[Record]:
    """Return forms by the titles of their documents where the nearest headings are the same."""
    if len({form.name for form in forms}) == len(forms):
        return forms
    titles = _without_shared_end([form.units[0].source.title for form in forms])
    titled = [replace(form, name=name) for form, name in zip(forms, titles, strict=True)]
    return titled if all(titles) and len(set(titles)) == len(forms) else forms


def _without_shared_end(titles: Sequence[str]) -> list[str]:
    """Return titles without the words that all end with: "W100 - manual" and "W200 - manual"."""
    words = [title.split() for title in titles]
    while all(words) and len({each[-1] for each in words}) == 1:
        words = [each[:-1] for each in words]
    return [" ".join(each).rstrip(" -\u2013\u2014:|,") for each in words]


def _have_shared(one: Record, other: Record) -> bool:
    shared = one.values.keys() & other.values.keys()
    return len(shared) >= _SHARED_FIELDS * max(len(one.values), len(other.values))


def _name_of(item: EvidenceUnit) -> str:
    """Return what a form is about: the line above, the nearest heading, the title, its first line.

    The first of these that there is.
    """
    if item.lead:
        return item.lead.rstrip(" :")
    named = (item.source.title, *item.source.headings, *item.unit.headings)
    first = item.source.text.partition("\n")[0]
    return next((name for name in reversed(named) if name), "" if ": " in first else first.strip())


def _position(item: EvidenceUnit) -> tuple[int, int]:
    return item.source_number, item.unit.start
