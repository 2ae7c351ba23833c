"""The cells that a question asks for, of the rows or forms that it names."""

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from askmesh.summarization.asked_records import Asked
from askmesh.summarization.conditions import columns_of, fitting, is_yes_or_no, said_in_full
from askmesh.summarization.holding import OPEN
from askmesh.summarization.measures import asked_by_verb
from askmesh.summarization.money import ASKS_PRICE, MONEY
from askmesh.summarization.question import Wanted, take_apart
from askmesh.summarization.records import ABOVE, Record, field_words
from askmesh.summarization.said import Said
from askmesh.text import stems

_MOST_RECORDS = 3
_ASKS = re.compile(
    r"\s*(?:(?:on|in|at|by|for|to|with|until|since) )?(?:which|what|who|whom|when|where)\b"
    r"|\s*how (?:many|much|long|old|far|fast|heavy|high|often|tall|big|large|deep|wide)\b",
    re.IGNORECASE,
)
_OF = re.compile(r"\s*(?:the |our )?(?:[^\W\d_]+ ){1,3}(?:of|for)\b", re.IGNORECASE)
"""Asks without a verb: "Extension of the workshop?"."""
_HALVES = re.compile(r",? and (?=(?:what|which|who|whom|where|when|how)\b)", re.IGNORECASE)
COMPARES = re.compile(r"\b(?:differen\w+|differ|compar\w+|versus|vs)\b", re.IGNORECASE)
"""Asks for two things, of which one says nothing."""
_HOW_MUCH_IS = re.compile(r"\s*how much (?:is|are|for)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\s*(?:until|till|up to) when\b|\s*how late\b", re.IGNORECASE)
_ENDS = stems("close end until till finish to")
_FROM = re.compile(r"\bfrom\W*$", re.IGNORECASE)
_AFTER_IT = re.compile(r"\W*(?:until|till|to)\b", re.IGNORECASE)
_ASKS_FROM = re.compile(r"\b(?:from when|since|begin\w*|start\w*|opens?|earliest)\b", re.IGNORECASE)
_WHERE = re.compile(r"\s*(?:when and )?where\b", re.IGNORECASE)
_HOW_LONG = re.compile(r"\s*(?:for )?how long\b", re.IGNORECASE)
_DURATIONS = stems("duration length time seconds minutes hours days weeks months years")
_HOURS = re.compile(r"\d{1,2}(?:[:.]\d\d)?\s?(?:-|\u2013|to)\s?\d{1,2}")
_ONE_OF_SEVERAL = re.compile(r"\b(?:first|last|earliest|latest|next)\b", re.IGNORECASE)
_SEVERAL_TIMES = re.compile(r"\d[:.]\d\d\b.*(?:,| and) \d{1,2}[:.]\d\d\b")
_PLACES = stems("location place room site address")
_FIELDS = {
    Wanted.PERSON: stems("owner contact responsible holder author name person"),
    Wanted.TIME: stems("time times day days date dates hours deadline start begin end until from"),
}


def looked_up(asked: Asked) -> list[Said]:
    """Return the cells that are asked for, each row's after what names it; else nothing."""
    fields = _fields(asked)
    records = _records(asked)
    text = asked.question.text
    asks = _ASKS.match(text) or (_OF.match(text) and (asked.named or len(records) == 1))
    if not (fields and asks) or not 0 < len(records) <= _MOST_RECORDS:
        return []
    if asked.measure and asked.measure.is_extreme:
        return []  # the rows could not be compared
    if _ONE_OF_SEVERAL.search(text) and _has_times(records, fields):
        return []
    if len(records) == 1 and COMPARES.search(asked.question.text):
        return []
    if any(not record.cell(field) for record in records for field in fields):
        return []
    text = "; ".join(_told(asked, record, fields) for record in records)
    units = tuple(dict.fromkeys(item for record in records for item in record.units_of(fields[0])))
    return [Said(f"{text}.", units, units[0].own)] if units else []


def _has_times(records: Sequence[Record], fields: Sequence[str]) -> bool:
    """Tell whether one of the cells is a row of times, of which one may be asked for."""
    cells = (record.cell(field) for record in records for field in fields)
    return any(_SEVERAL_TIMES.search(cell) for cell in cells)


def _records(asked: Asked) -> tuple[Record, ...]:
    """Return the records that are named and fulfil the conditions, or that fulfil them."""
    found = fitting(asked)
    if not asked.named or found is None:
        return asked.named or tuple(said_in_full(asked, found or ()))
    return tuple(record for record in asked.named if record in found)


def _fields(asked: Asked) -> list[str]:
    """Return the fields that a question asks for, or each half of one that asks for two things."""
    halves = _HALVES.split(asked.question.text)
    if len(halves) == len(("who", "where")):
        found = [_fields_of(asked, half) for half in halves]
        if all(found):
            return list(dict.fromkeys(chain(*found)))
    return _fields_of(asked, asked.question.text)


def _fields_of(asked: Asked, text: str) -> list[str]:
    """Return the fields that a text names, else those of the kind that it asks for."""
    conditions = columns_of(asked)
    if _UNTIL.match(text):
        return [field for field in asked.records.fields if field_words(field) & _ENDS][:1]
    free = [
        field
        for field in asked.records.fields
        if field not in conditions and not is_yes_or_no(asked, field)
    ]
    asks = take_apart(text)
    price = stems("cost") if _HOW_MUCH_IS.match(text) else frozenset[str]()
    own = asked.question.stems if text == asked.question.text else asks.stems
    words = own | asked_by_verb(own | price)
    places = _PLACES if _WHERE.match(text) else frozenset[str]()
    lasting = _DURATIONS if _HOW_LONG.match(text) else frozenset[str]()
    kind = places | lasting | _FIELDS.get(asks.wanted, frozenset())
    name = field_words(asked.records.name_field)
    shared = {field: len(field_words(field) & words) for field in free}
    most = max(shared.values(), default=0)
    unnamed = free if asked.named else ["", *free]
    of_kind = [field for field in unnamed if (field_words(field) if field else name) & kind]
    return (
        _with_its_end(asked, [field for field in free if most and shared[field] == most])
        or _priced(asked, free)
        or ([""] if name & words and not asked.named and not stems(" ".join(free)) & kind else [])
        or (of_kind if not lasting or len(of_kind) == 1 else [])
        or _timed(asked, free)
    )


def _with_its_end(asked: Asked, found: list[str]) -> list[str]:
    """Return a column that says from when with the one after it, which says until when.

    Who asks when something begins is told that alone.
    """
    question, fields = asked.question, asked.records.fields
    if question.wanted is not Wanted.TIME or _ASKS_FROM.search(question.text):
        return found
    ends = [
        after
        for before, after in pairwise(fields)
        if before in found and _FROM.search(before) and _AFTER_IT.match(after)
    ]
    return [*found, *ends]


def _priced(asked: Asked, fields: Sequence[str]) -> list[str]:
    """Return the fields of which most cells are amounts of money, where a price is asked for."""
    if not ASKS_PRICE.search(asked.question.text):
        return []
    return [field for field in fields if _mostly(asked, field, MONEY)]


def _timed(asked: Asked, fields: Sequence[str]) -> list[str]:
    """Return the fields of which most cells are hours, where it is asked when something is open."""
    if asked.question.wanted is not Wanted.TIME or not asked.question.stems & OPEN:
        return []
    return [field for field in fields if _mostly(asked, field, _HOURS)]


def _mostly(asked: Asked, field: str, pattern: re.Pattern[str]) -> bool:
    found = list(filter(None, (record.cell(field) for record in asked.records.records)))
    return sum(pattern.search(cell) is not None for cell in found) * 2 > len(found)


def _told(asked: Asked, record: Record, fields: Sequence[str]) -> str:
    names = [record.label] if record in asked.named else []
    names += [record.cell(field) for field in columns_of(asked) if field not in {*fields, ABOVE}]
    values = [record.cell(field) for field in fields]
    if any(value and value in record.label for value in values):
        names = [record.name if name == record.label else name for name in names]
    names = [name for name in names if not any(name in other != name for other in names)]
    if not names and "" not in fields:
        names = [record.label]
    cells = ", ".join(
        f"{field or asked.records.name_field}: {record.cell(field)}" for field in fields
    )
    about = ", ".join(dict.fromkeys(name for name in names if name))
    return f"{cells} ({about})" if about else cells
