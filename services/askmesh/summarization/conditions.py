"""Which records fulfil the condition of a question."""

import re
from collections.abc import Sequence

from askmesh.summarization.asked_records import BOUND, Asked
from askmesh.summarization.measures import amount_of
from askmesh.summarization.records import Record
from askmesh.text import stems

_CLOSED = frozenset({"at least", "at most", "up to"})
_DENIED = re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)
_YES = frozenset(("yes", "ja", "oui", "s\u00ed", "s\u00ec", "true", "x", "\u2713"))
_NO = frozenset(("no", "nein", "non", "false", "-", "\u2013", ""))


def fitting(asked: Asked) -> Sequence[Record] | None:
    """Return the records that fulfil the condition of the question; None if it has none."""
    if bound := BOUND.search(asked.question.text):
        return _within(asked, bound)
    if asked.field is None:
        return None
    values = [record.values.get(asked.field, "").strip() for record in asked.records.records]
    if {value.lower() for value in values} <= {*_YES, *_NO}:
        wanted = _NO if _DENIED.search(asked.question.text) else _YES
        pairs = zip(asked.records.records, values, strict=True)
        return [record for record, value in pairs if value.lower() in wanted]
    said = asked.question.stems - stems(asked.field)
    pairs = zip(asked.records.records, values, strict=True)
    return [record for record, value in pairs if stems(value) and stems(value) <= said] or None


def _within(asked: Asked, bound: re.Match[str]) -> Sequence[Record] | None:
    limit = amount_of(bound["low"] or bound["high"])
    all_of = asked.measured(asked.records.records)
    if limit is None or not all_of or limit.unit not in {all_of[0].amount.unit, ""}:
        return None
    word = (bound["more"] or bound["less"]).lower()
    sign = 1 if bound["more"] else -1
    return [
        each.record
        for each in all_of
        if sign * (each.amount.value - limit.value) > 0
        or (word in _CLOSED and each.amount.value == limit.value)
    ]
