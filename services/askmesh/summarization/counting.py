"""How many rows there are."""

import re

from askmesh.summarization.asked_records import Asked
from askmesh.summarization.conditions import chosen, is_yes_or_no
from askmesh.summarization.listing import asks_for_cells
from askmesh.summarization.own_words import HOW_MANY, counted_words
from askmesh.summarization.records import field_words, said_of
from askmesh.summarization.said import Said
from askmesh.summarization.wholeness import place_of
from askmesh.text import stems

_LETTER = re.compile(r"[^\W\d_]")


def counted(asked: Asked) -> list[Said]:
    """Return how many rows fulfil the conditions of a question."""
    if not HOW_MANY.search(asked.question.text) or (asks_for_cells(asked) and not _rows(asked)):
        return []
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
    """Tell whether what is counted is in cells: "how many seats do the plans have"."""
    fields = (field for field in asked.records.fields if not is_yes_or_no(asked, field))
    return not _rows(asked) and any(field_words(field) & _nouns(asked) for field in fields)


def _rows(asked: Asked) -> bool:
    """Tell whether rows are what is counted: by the column of their names, or of other ones."""
    records = asked.records
    names = [records.name_field, *(field for field in records.fields if _tells_apart(asked, field))]
    return any(field_words(name) & _nouns(asked) for name in names)


def _tells_apart(asked: Asked, field: str) -> bool:
    """Tell whether each row has another text under a column, as names are."""
    cells = [record.cell(field) for record in asked.records.records]
    return len(set(cells)) == len(cells) and all(map(_LETTER.search, cells))
