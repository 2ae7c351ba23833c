"""How many rows there are, and how many of a thing that has a row."""

import re

from askmesh.summarization.asked_records import Asked, counted_fields
from askmesh.summarization.conditions import chosen, columns_of, fitting, is_yes_or_no
from askmesh.summarization.listing import asks_for_cells
from askmesh.summarization.own_words import HOW_MANY, counted_words
from askmesh.summarization.records import field_words, said_of
from askmesh.summarization.said import Said
from askmesh.summarization.wholeness import place_of
from askmesh.text import stems

_QUANTITY = stems("quantity qty stock pieces")
_PLACE = stems("place location room site store shelf")
_LETTER = re.compile(r"[^\W\d_]")
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)


def counted(asked: Asked) -> list[Said]:
    """Return how many rows fulfil the conditions, or how many there are of the thing of a row."""
    if not HOW_MANY.search(asked.question.text) or (asks_for_cells(asked) and not _rows(asked)):
        return []
    if held := _in_stock(asked):
        return held
    if asked.named or _counts_a_field(asked):
        return []
    found = sorted(chosen(asked), key=lambda record: place_of(record.units[0]))
    if not found:
        return [said_of("0.", asked.records.records, None)] if asked.records.is_whole else []
    number = f"{len(found)}" if asked.records.is_whole else f"At least {len(found)}"
    if not _nouns(asked) <= asked.question.stems:
        number = f"{number} of {len(asked.records.records)} rows"
    return [said_of(f"{number}: {', '.join(record.label for record in found)}.", found, None)]


def _nouns(asked: Asked) -> frozenset[str]:
    return stems(" ".join(counted_words(asked.question)))


def _counts_a_field(asked: Asked) -> bool:
    """Tell whether what is counted is in cells: "how many seats do plans under 20 EUR have".

    A column that counts, with noughts, is a condition of rows only if it is not all that is asked.
    """
    nouns = _nouns(asked)
    flags = counted_fields(asked.question, asked.records)
    fields = (
        field
        for field in asked.records.fields
        if not is_yes_or_no(asked, field) and (field not in flags or nouns <= field_words(field))
    )
    return not _rows(asked) and any(field_words(field) & nouns for field in fields)


def _rows(asked: Asked) -> bool:
    """Tell whether rows are what is counted: by the column of their names, or of other ones."""
    records = asked.records
    names = [records.name_field, *(field for field in records.fields if _tells_apart(asked, field))]
    return any(field_words(name) & _nouns(asked) for name in names)


def _tells_apart(asked: Asked, field: str) -> bool:
    """Tell whether each row has another text under a column, as names are."""
    cells = [record.cell(field) for record in asked.records.records]
    return len(set(cells)) == len(cells) and all(map(_LETTER.search, cells))


def _in_stock(asked: Asked) -> list[Said]:
    """Return how many there are of each of the rows, where a column says so: "Quantity".

    Rows are those that are named, or of which their name says what is counted.
    """
    field = asked.records.field_like(_QUANTITY)
    is_named = bool(asked.named or "" in columns_of(asked))
    found = asked.named or fitting(asked) or ()
    if field is None or not is_named or asked.bounds or len(found) == len(asked.records.records):
        return []
    place = asked.records.field_like(_PLACE) if _WHERE.search(asked.question.text) else None
    told = (
        ", ".join(filter(None, (record.cell(field), record.cell(place) if place else "")))
        for record in found
    )
    cells = "; ".join(f"{record.label}: {cell}" for record, cell in zip(found, told, strict=True))
    return [said_of(f"{cells}.", found, field)] if found else []
