"""Which records fulfil the conditions of a question."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from askmesh.summarization.asked_records import (
    FORM_WORDS,
    Asked,
    counted_fields,
)
from askmesh.summarization.limits import Condition, limits_of
from askmesh.summarization.measures import is_basic, measure_words, scale_of
from askmesh.summarization.question import Question
from askmesh.summarization.records import ABOVE, NO, YES, Record, field_words
from askmesh.text import stem, stems

_WORD = r"(?!(?:and|or|but|that|which|who)\b)[\w-]+"
_DENIED = re.compile(
    rf"\b(?:no|not|without|out of|aren't|isn't|don't|doesn't)\s+({_WORD}(?:\s+{_WORD}){{0,3}})",
    re.IGNORECASE,
)
SUM = re.compile(r"\b(?:total|sum|altogether|combined|together)\b", re.IGNORECASE)
MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)


def fitting(asked: Asked) -> Sequence[Record] | None:
    """Return the records that fulfil all conditions of the question; None if it has none.

    None, too, where one of them is not understood. Conditions are bounds ("over 200 kg"), a
    column of yes and no that is named, and words that stand in cells: of those in one column,
    all if a cell has them all, else any.
    """
    conditions = [*_yes_or_no(asked), *_any_left(asked), *_words_in_cells(asked)]
    limits = limits_of(asked)
    if limits is None:
        return None
    conditions += limits
    if not conditions or _divides_a_name(asked):
        return None
    return [record for record in asked.records.records if all(fits(record) for fits in conditions)]


def said_in_full(asked: Asked, found: Sequence[Record]) -> Sequence[Record]:
    """Return those of `found` with a cell that is named word for word; all if there are none.

    Who asks for an adult does not ask for a young adult.
    """
    words = columns_of(asked)
    full = [
        record
        for record in found
        if any(stems(record.cell(field)) == named for field, named in words.items() if named)
    ]
    return full or found


def chosen(asked: Asked) -> Sequence[Record]:
    """Return the records that fulfil the conditions; all if there is no condition."""
    found = fitting(asked)
    return asked.records.records if found is None else found


def columns_of(asked: Asked) -> dict[str, frozenset[str]]:
    """Return the fields in whose cells words of the question stand; with them.

    The name's is the first, and what stands above the rows the last.
    A word that stands in several counts for the first.
    """
    about = field_words(asked.records.name_field, *asked.records.fields)
    said = {unit for _, unit in asked.question.amounts if is_basic(scale_of(unit)[0])}
    left = asked.rest.stems - about - FORM_WORDS - said
    places = ("", *asked.records.fields, ABOVE)
    cells = asked.records.cell_words
    found = dict.fromkeys(places, frozenset[str]())
    # A whole cell comes before a word of a longer one, that of a named field before others.
    others = {field: _measured_otherwise(asked.question, field, cells[field]) for field in places}
    named = asked.question.stems
    for field in sorted(places[:-1], key=lambda field: not field_words(field) & named):
        here = left - others[field]
        whole = frozenset[str]().union(*(cell for cell in cells[field] if cell <= here))
        found[field] = whole
        left -= whole
    left -= measure_words(asked.rest.text)
    for field in places:
        shared = frozenset[str].intersection(*cells[field]) if field == ABOVE else frozenset[str]()
        words = (frozenset[str]().union(*cells[field]) & left) - shared - others[field]
        found[field] |= words
        left -= words
    return {field: words for field, words in found.items() if words}


def _measured_otherwise(
    question: Question, field: str, cells: Sequence[frozenset[str]]
) -> frozenset[str]:
    """Return the numbers of amounts whose unit a field does not have: 4 kg is no 4 in "mAs"."""
    units = {scale_of(word)[0] for word in field_words(field).union(*cells)}
    return frozenset(
        f"{amount:g}"
        for amount, unit in question.amounts
        if is_basic(basic := scale_of(unit)[0]) and basic not in units
    )


def _saying(field: str, wanted: frozenset[str]) -> Condition:
    return lambda record: record.cell(field).lower() in wanted


def is_yes_or_no(asked: Asked, field: str) -> bool:
    """Tell whether the cells of a field say yes or no, and nothing else."""
    return asked.records.is_yes_or_no(field)


def _words_in_cells(asked: Asked) -> Iterator[Condition]:
    denied = frozenset[str]().union(*(denied_at_once(said) for said in denials(asked)))
    for field, words in columns_of(asked).items():
        yield _having(field, words, asked.records.records, denied=bool(words & denied))


def _divides_a_name(asked: Asked) -> bool:
    """Tell whether words that follow each other, "parental leave", are in cells of one column each.

    No cell is about both of them then.
    """
    words = [stem(word) for word in re.findall(r"[\w-]+", asked.rest.text.lower())]
    pairs = [frozenset(pair) for pair in pairwise(words)]
    return any(
        pair <= said and not any(pair <= cell for cell in asked.records.cell_words[field])
        for field, said in columns_of(asked).items()
        for pair in pairs
        if len(pair) > 1
    )


def _having(
    field: str, words: frozenset[str], records: Sequence[Record], *, denied: bool
) -> Condition:
    cells = [stems(record.cell(field)) for record in records]
    whole = any(words <= cell for cell in cells)
    if not whole:  # what all say tells none of them apart: "10 or 20 EUR"
        words = (words - frozenset[str].intersection(*cells)) or words

    def fits(record: Record) -> bool:
        own = stems(record.cell(field)) & words
        return (own == words if whole else bool(own)) != denied

    return fits


def denials(asked: Asked) -> list[str]:
    """Return the words after each "no" and "not"."""
    return [match[1] for match in _DENIED.finditer(asked.rest.text)]


def denied_at_once(said: str) -> frozenset[str]:
    """Return the stems of what stands right behind a denial."""
    return stems(" ".join(said.split()[:2]))


def _is_denied(asked: Asked, field: str) -> bool:
    return bool(stems(" ".join(denials(asked))) & field_words(field))


def _yes_or_no(asked: Asked) -> Iterator[Condition]:
    for field in asked.records.fields:
        if field_words(field) & asked.question.stems and is_yes_or_no(asked, field):
            yield _saying(field, NO if _is_denied(asked, field) else YES)


def _any_left(asked: Asked) -> Iterator[Condition]:
    if SUM.search(asked.rest.text) or MEAN.search(asked.rest.text):
        return
    if asked.measure is not None and asked.measure.is_extreme:
        return  # the fewest may be none
    for field in counted_fields(asked.question, asked.records):
        yield _counting(field, none=_is_denied(asked, field))


def _counting(field: str, *, none: bool) -> Condition:
    return lambda record: (record.cell(field) == "0") is none
