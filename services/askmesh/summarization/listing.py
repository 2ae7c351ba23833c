"""Which records, or which of their cells, a question asks to be told."""

import re
from collections.abc import Sequence
from itertools import takewhile

from askmesh.summarization.asked_records import Asked, counted_fields
from askmesh.summarization.conditions import columns_of, fitting, is_yes_or_no, said_in_full
from askmesh.summarization.question import Wanted
from askmesh.summarization.records import ABOVE, Record, field_words, said_of
from askmesh.summarization.said import Said
from askmesh.text import is_stop_word, stems, stems_and_parts

DIFFERENCE = re.compile(r"\b(?:differen\w+|differ|compar\w+|versus|vs)\b", re.IGNORECASE)
_WHICH = re.compile(r"\s*(?:which|what|list|name|who)\b", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    r"\b(?:managers?|managed by|contacts?|heads?|lead(?:er)?|owners?|responsible|in charge"
    r"|supervisors?|directors?|officers?|persons?|names?|teachers?|trainers?|instructors?|who)\b",
    re.IGNORECASE,
)
_TWO = 2


def asks_for_cells(asked: Asked) -> bool:
    """Tell whether the field that is named is what is asked for: "how many seats", "the range"."""
    is_flag = asked.field is not None and (
        is_yes_or_no(asked, asked.field)
        or asked.field in counted_fields(asked.question, asked.records)
    )
    return asked.field not in {None, *columns_of(asked)} and not asked.bounds and not is_flag


def listed(asked: Asked) -> list[Said]:
    """Return the records that fulfil the conditions, one of their cells, or whom they name.

    Of records of which some may be missing, these are some that do.
    """
    text = asked.question.text
    if asked.named or not _WHICH.match(text) or DIFFERENCE.search(text):
        return []
    found = fitting(asked)
    if found is None and _asks_for_all(asked):
        found = asked.records.records
    lead = "" if asked.records.is_whole else "At least "
    if found and not asks_for_cells(asked):
        if people := _people(asked, found):
            return people
        names = ", ".join(record.label for record in found)
        if _asks_for_no_names(asked) or _asks_for_values(asked, found):
            return []
        return [said_of(f"{lead}{names}.", found, None)]
    found = said_in_full(asked, found or ())
    if len(found) < _TWO:
        return []  # one cell: the language model says it in a sentence
    cells = ", ".join(
        f"{record.label} ({record.cell(asked.field or '') or '-'})" for record in found
    )
    return [said_of(f"{lead}{cells}.", found, asked.field)]


def _asks_for_all(asked: Asked) -> bool:
    """Tell whether the question is what there is of what the rows name: "What roles are there?".

    Nothing else is asked of them but where they stand.
    """
    own = field_words(asked.records.name_field)
    above = frozenset[str]().union(*asked.records.cell_words[ABOVE])
    is_named = bool(own) and own <= stems(_nouns(asked))
    return is_named and asked.records.is_whole and asked.question.stems <= own | above


def _people(asked: Asked, found: Sequence[Record]) -> list[Said]:
    """Return who stands in the rows, where a column is about people: "Depot manager"."""
    fields = [field for field in asked.records.fields if _OF_PEOPLE.search(field)]
    if asked.question.wanted is not Wanted.PERSON or len(fields) != 1:
        return []
    (field,) = fields
    names = ", ".join(dict.fromkeys(record.cell(field) for record in found))
    return [said_of(f"{names}.", found, field)]


def _nouns(asked: Asked) -> str:
    """Return the words for what is asked for: those behind the first, up to a verb."""
    _, *words = asked.question.text.lower().split()
    return " ".join(takewhile(lambda word: not is_stop_word(word.strip("?,.")), words))


def _asks_for_values(asked: Asked, found: Sequence[Record]) -> bool:
    """Tell whether rows are fields of what is asked for, which their names do not tell.

    "Which port" asks for that of `admin_port`.
    """
    nouns = stems(_nouns(asked))
    written = (record.name for record in found if "_" in record.name)
    return bool(nouns) and any(nouns <= stems_and_parts(name) for name in written)


def _asks_for_no_names(asked: Asked) -> bool:
    """Tell whether what is asked for is no name of rows: "what does", or "what port" in a cell."""
    if not (nouns := _nouns(asked)):
        return asked.question.text.lower().startswith("what")
    above = field_words(asked.records.name_field, *asked.records.fields)
    cells = columns_of(asked)
    in_cells = frozenset[str]().union(*(cells[field] for field in cells if field != ABOVE))
    return stems(nouns) <= in_cells - above
