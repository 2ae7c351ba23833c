"""What tables and forms say of things, whichever of both they are: records with the same fields."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.money import MONEY
from askmesh.summarization.question import Question
from askmesh.summarization.said import Said
from askmesh.text import UnitKind, stems, stems_and_parts

_CODE = re.compile(r"(?=.*\d)[A-Z\d./_-]+")
_AND_OR = re.compile(r"\b(?:and|or|than|versus|vs)\b|[,/&]", re.IGNORECASE)
_SINCE = re.compile(r"(?<![^\W_])(?:since|joined|started|appointed|hired)(?![^\W_])", re.IGNORECASE)
_LABEL_WORDS = 6
_CITED = 8
ABOVE = "\0above"
"""Stands for the headings of a record where a field is expected."""
YES = frozenset(("yes", "ja", "oui", "s\u00ed", "s\u00ec", "true", "x", "\u2713"))
NO = frozenset(("no", "nein", "non", "false", "-", "\u2013", ""))
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
        return tuple(item for item in self.units if key_value(item)[0] == field)


def record_of(item: EvidenceUnit) -> Record:
    """Return a row as a record: its first cell is its name."""
    (_, name), *others = cells(item)
    return Record(name, dict(others), (item,))


@dataclass(frozen=True)
class Records:
    """At least two records with the same fields. `name_field` is what their names are called.

    They are `is_whole` unless more of them may be in passages that were not found.
    """

    name_field: str
    fields: tuple[str, ...]
    records: tuple[Record, ...]
    is_whole: bool = True

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of everything that is said in and above the records."""
        above = {item.breadcrumb for record in self.records for item in record.units}
        own = {item.own for record in self.records for item in record.units}
        said = (*above, *own, *(record.name for record in self.records))
        return stems_and_parts("\n".join(said))

    @cached_property
    def cell_words(self) -> Mapping[str, Sequence[frozenset[str]]]:
        """The stems of the cells of each field, of the name ("") and of the headings (`ABOVE`)."""
        places = ("", *self.fields, ABOVE)
        return {place: [stems(each.cell(place)) for each in self.records] for place in places}

    def named(self, words: frozenset[str]) -> tuple[Record, ...]:
        """Return the records of which `words` have all that tells their name from the others'.

        That is all of it but what all names share, or what no other name has.
        """
        all_words = self.cell_words[""]
        shared = frozenset[str].intersection(*all_words)
        return tuple(
            record
            for record, own, alone in zip(
                self.records, all_words, _not_elsewhere(all_words), strict=True
            )
            if any(part and part <= words for part in (own - shared, alone))
        )

    def told_apart(self, words: frozenset[str]) -> tuple[Record, ...]:
        """Return the records that have one of `words` in a cell that no other record has."""
        cells = [self.cell_words[field] for field in ("", *self.fields)]
        said = [frozenset[str]().union(*own) for own in zip(*cells, strict=True)]
        alone = _not_elsewhere(said)
        return tuple(record for record, own in zip(self.records, alone, strict=True) if own & words)

    def is_yes_or_no(self, field: str) -> bool:
        """Tell whether the cells of a field say yes or no, and nothing else."""
        return {record.cell(field).lower() for record in self.records} <= {*YES, *NO}

    def field_named(self, words: frozenset[str]) -> str | None:
        """Return the first field that shares a word with `words` and is no column of yes and no.

        Such a column is a condition.
        """
        named = (field for field in self.fields if field_words(field) & words)
        return next((field for field in named if not self.is_yes_or_no(field)), None)

    @cached_property
    def priced_field(self) -> str | None:
        """The field whose cells are all amounts of money, whatever it is called, if it is one."""
        priced = [
            field
            for field in self.fields
            if all(MONEY.search(record.cell(field)) for record in self.records)
        ]
        return priced[0] if len(priced) == 1 else None

    @property
    def since_field(self) -> str | None:
        """The field that says since when somebody is there."""
        return next((field for field in self.fields if _SINCE.search(field)), None)

    def field_like(self, words: frozenset[str]) -> str | None:
        """Return the first field that shares a word with `words`; None if there is none."""
        return next((field for field in self.fields if field_words(field) & words), None)


def are_unlike(records: Sequence[Record], question: Question) -> bool:
    """Tell whether each has another word of what is asked for: none is "parental leave" then."""
    said = [stems(record.name) & question.stems for record in records]
    is_one = len(said) > 1 and not frozenset[str].intersection(*said)
    return is_one and _AND_OR.search(question.text) is None


def field_words(*fields: str) -> frozenset[str]:
    """Return the stems of names of columns, of "max_loan_days" each word, too."""
    return stems_and_parts(" ".join(fields))


def _not_elsewhere(some: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Return of each the words that no other one has."""
    counts = Counter(word for words in some for word in words)
    return [frozenset(word for word in words if counts[word] == 1) for words in some]


def key_value(item: EvidenceUnit) -> tuple[str, str]:
    """Return what stands before and behind the mark of a line of a form."""
    mark = ":" if ":" in item.own else "="
    key, _, value = item.own.partition(mark)
    return key.strip(), value.strip()


def said_of(text: str, records: Sequence[Record], field: str | None) -> Said:
    """Return what is told of records, which rests on them, or on one field of each."""
    units: list[EvidenceUnit] = []
    for record in records[:_CITED]:
        units.extend(record.units_of(field) if field else record.units)
    return Said(text, tuple(units), units[0].own)
