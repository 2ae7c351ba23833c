"""Tables without the rows that have another value where a question names one: "the late shift"."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from askmesh.summarization.doubts import has_exception
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.records import NO, YES, field_words
from askmesh.summarization.unknown_words import CALENDAR
from askmesh.text import UnitKind, stems

_SEVERAL = re.compile(r"\s*[;,/&]\s*|\s+and\s+", re.IGNORECASE)
_OF_ALL = re.compile(r"\W*|.*\b(?:all|any|both|daily|each|every\w*|other|whole)\b.*", re.IGNORECASE)
_FEWEST = 2
_WHOLE_TABLES = frozenset((Wanted.LIST, Wanted.COUNT))
"""Asked for these, all rows count."""

_Row = Mapping[str, str]
_Named = Mapping[frozenset[str], Collection[str]]
"""The values that a question names, by the columns that have them."""


def without_rows_of_others(
    question: Question, ranked: Sequence[EvidenceUnit]
) -> list[EvidenceUnit]:
    """Return `ranked` without rows that have another value than the named one in its column.

    Some row of their table must have all that is named.
    """
    if question.negated or question.wanted in _WHOLE_TABLES or has_exception(question.text):
        return list(ranked)
    if COMPARES.search(question.text):
        return list(ranked)
    tables: dict[tuple[object, ...], list[EvidenceUnit]] = defaultdict(list)
    for item in ranked:
        if item.unit.kind is UnitKind.ROW:
            tables[_table_of(item)].append(item)
    others = {item for rows in tables.values() for item in _of_others(question, rows)}
    return [item for item in ranked if item not in others]


def _table_of(item: EvidenceUnit) -> tuple[object, ...]:
    """Return the same for rows of one table, some of which leave out columns without a value."""
    headings = (*item.source.headings, *item.unit.headings)
    return item.source.document_id, headings, cells(item)[0][0]


def _of_others(question: Question, rows: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    told = [dict(cells(item)) for item in rows]
    named = _named(question, told)
    if not any(_has_all(row, named) for row in told):
        return []
    asked = question.stems - field_words(*(column for row in told for column in row))
    return [item for item, row in zip(rows, told, strict=True) if _is_other(asked, row, named)]


def _named(question: Question, rows: Sequence[_Row]) -> _Named:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    headers = field_words(*columns)
    places: dict[str, set[str]] = defaultdict(set)
    for column in columns:
        values = {value for row in rows for value in _values(row.get(column, ""))}
        is_asked = column == columns[0] or bool(field_words(column) & question.stems)
        for value in values if len(values) >= _FEWEST else ():
            if _is_named(question, value, headers, is_asked=is_asked):
                places[value].add(column)
    found: dict[frozenset[str], list[str]] = defaultdict(list)
    for value, having in places.items():
        found[frozenset(having)].append(value)
    return found


def _values(cell: str) -> list[str]:
    return [value.strip().lower() for value in _SEVERAL.split(cell)]


def _is_named(question: Question, value: str, headers: frozenset[str], *, is_asked: bool) -> bool:
    """Tell whether a question has a value that says what its row is about.

    A lone word of a column that is not asked about may be meant otherwise, unless it is a day or a
    month; so may a number, or the name of another column.
    """
    words = stems(value)
    if value in {*YES, *NO} or re.search(r"\d", value) or not words - headers:
        return False
    counts = is_asked or len(words) >= _FEWEST or bool(words & CALENDAR)
    said = rf"(?<![\w-]){re.escape(value)}s?(?![\w-])"
    return counts and re.search(said, question.text, re.IGNORECASE) is not None


def _has_all(row: _Row, named: _Named) -> bool:
    return bool(named) and all(
        any({*_values(row.get(column, ""))} & {*values} for column in columns)
        for columns, values in named.items()
    )


def _is_other(asked: frozenset[str], row: _Row, named: _Named) -> bool:
    """Tell whether all cells of the columns of a named value say something else."""
    said = ([row.get(column, "") for column in columns] for columns in named)
    return any(
        not any(_OF_ALL.fullmatch(cell) or stems(cell) & asked for cell in own) for own in said
    )
