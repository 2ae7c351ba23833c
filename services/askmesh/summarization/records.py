"""What tables and forms say of things, whichever of both they are: records with the same fields."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.text import UnitKind, stems

_SHARED_FIELDS = 0.5
_FEWEST = 2
_CODE = re.compile(r"(?=.*\d)[A-Z\d./_-]+")
_LABEL_WORDS = 4
ABOVE = "\0above"
"""Stands for the headings of a record where a field is expected."""
NAME = "Name"
"""The first column of a table made of forms."""


@dataclass(frozen=True)
class Record:
    """A row of a table or a form: a name, and the value of each field as it is written."""

    name: str
    values: dict[str, str]
    units: tuple[EvidenceUnit, ...]

    @property
    def label(self) -> str:
        """The name; after a code, what its next field says, too: "HM-101 Polestar 2".

        A bare number has its header before it: "Route 12 (Harbour)".
        """
        first = next(iter(self.values.values()), "")
        if not re.match(r"[^\W\d]", first) or len(first.split()) > _LABEL_WORDS:
            first = ""
        if self.name.isdecimal() and self.units[0].unit.kind is UnitKind.ROW:
            header = cells(self.units[0])[0][0]
            return f"{header} {self.name} ({first})" if first else f"{header} {self.name}"
        return f"{self.name} {first}" if first and _CODE.fullmatch(self.name) else self.name

    def cell(self, field: str) -> str:
        """Return the value of a field, that of the name for the empty one; empty if unknown."""
        if field == ABOVE:
            return self.units[0].breadcrumb
        return self.values.get(field, "").strip() if field else self.name

    def units_of(self, field: str) -> tuple[EvidenceUnit, ...]:
        """Return the units that say the value of a field."""
        if len(self.units) == 1:
            return self.units
        return tuple(item for item in self.units if _key_value(item)[0] == field)


@dataclass(frozen=True)
class Records:
    """At least two records with the same fields. `name_field` is what their names are called."""

    name_field: str
    fields: tuple[str, ...]
    records: tuple[Record, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of everything that is said in and above the records."""
        above = {item.breadcrumb for record in self.records for item in record.units}
        own = {item.own for record in self.records for item in record.units}
        return stems("\n".join((*above, *own, *(record.name for record in self.records))))

    def named(self, words: frozenset[str]) -> tuple[Record, ...]:
        """Return the records of which `words` have all that tells their name from the others'.

        That is all of it but what all names share, or what no other name has.
        """
        all_words = [stems(record.name) for record in self.records]
        shared = frozenset[str].intersection(*all_words)
        return tuple(
            record
            for place, record in enumerate(self.records)
            if any(
                part and part <= words
                for part in (all_words[place] - shared, _only_at(place, all_words))
            )
        )

    def told_apart(self, words: frozenset[str]) -> tuple[Record, ...]:
        """Return the records that have one of `words` in a cell that no other record has."""
        said = [stems(" ".join((record.name, *record.values.values()))) for record in self.records]
        return tuple(
            record for place, record in enumerate(self.records) if _only_at(place, said) & words
        )

    def field_like(self, words: frozenset[str]) -> str | None:
        """Return the first field that shares a word with `words`; None if there is none."""
        return next((field for field in self.fields if stems(field) & words), None)


def _only_at(place: int, some: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the words of one that no other has."""
    return some[place].difference(*some[:place], *some[place + 1 :])


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
    tables: dict[tuple[str, ...], list[EvidenceUnit]] = {}
    for item in rows:
        tables.setdefault(tuple(name for name, _ in cells(item)), []).append(item)
    for headers, items in tables.items():
        if len(headers) >= _FEWEST and len(items) >= _FEWEST and any(headers):
            items.sort(key=_position)
            records = (Record(cells(item)[0][1], dict(cells(item)[1:]), (item,)) for item in items)
            yield Records(headers[0], headers[1:], tuple(records))


def _forms(lines: Iterable[EvidenceUnit]) -> list[Record]:
    forms: dict[tuple[int, int], list[EvidenceUnit]] = {}
    for item in lines:
        forms.setdefault(item.group, []).append(item)
    for items in forms.values():
        items.sort(key=_position)
    found = [
        Record(_name_of(items[0]), dict(map(_key_value, items)), tuple(items))
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
    """Return what a form is about: the nearest heading, else the title, else its first line."""
    named = (item.source.title, *item.source.headings, *item.unit.headings)
    first = item.source.text.partition("\n")[0]
    return next((name for name in reversed(named) if name), "" if ": " in first else first.strip())


def _key_value(item: EvidenceUnit) -> tuple[str, str]:
    mark = ":" if ":" in item.own else "="
    key, _, value = item.own.partition(mark)
    return key.strip(), value.strip()


def _position(item: EvidenceUnit) -> tuple[int, int]:
    return item.source_number, item.unit.start
