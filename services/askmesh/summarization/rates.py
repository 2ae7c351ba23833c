"""What an amount costs where the source says a price for one: "0.38 euros per km"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.measures import scale_of
from askmesh.summarization.question import Question
from askmesh.summarization.untrusted import plain
from askmesh.text import numbers, stem, units

_CURRENCY = r"[$\u20ac\u00a3]|EUR|USD|GBP|CHF|euros?|pounds?|dollars?|p(?:ence)?\b"
_RATE = re.compile(
    rf"(?P<before>{_CURRENCY})?\s?(?P<figure>\d[\d.,]*\d|\d)(?!\d)\s?(?P<after>{_CURRENCY})?"
    r"\s?(?:/|(?:per|an?|each|for (?:each|every))\b)\s?(?P<unit>[^\W\d_]+)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much\b|\bwhat (?:do|does|will|would|must|is|are|did)\b.*\b(?:cost|pay|get|owe|charge)",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"\b(?:after|first|further|extra|additional|over|above|under|below|up to|at most|at least"
    r"|max\w*|min\w*|capped?|beyond|plus|then|unless|except)\b",
    re.IGNORECASE,
)
"""A rate with a condition is not simply multiplied."""
_OTHER_PRICE = re.compile(
    r"\b(?:half|halves|free|free of charge|discount\w*|reduc\w+|concession\w*|cheaper|nobody pays"
    r"|no more than|more than|at most|capped?|max\w*|flat|ticket|pass(?:es)?)\b|%",
    re.IGNORECASE,
)
_FOR_SEVERAL = re.compile(
    r"\b(?:\d+|two|three|four|five|six|ten|twelve|a dozen) for (?:[$\u20ac\u00a3]|\d)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*(?:per\b|and (?=[^\W\d_]))", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
"""1.200 is a thousand and some to many, and little more than one to others."""


@dataclass(frozen=True, slots=True)
class _Rate:
    value: Decimal
    figure: str
    written: str
    unit: str


def by_rate(question: Question, item: EvidenceUnit) -> str:
    """Return what the amount that is asked for comes to at the one rate of a unit; else nothing.

    "How much is it for 120 km?" over "Own car: 0.38 EUR per km" is "45.60 EUR", and how.
    """
    rates = [rate for match in _RATE.finditer(item.own) if (rate := _rate(match))]
    asks = _MONEY.search(question.text) and not question.negated
    if not asks or len(rates) != 1 or _CONDITIONAL.search(item.own) or _has_other_prices(item):
        return ""
    (rate,) = rates
    counted = [amount for amount, unit in question.amounts if _are_alike(unit, rate.unit)]
    if len(counted) != 1 or counted[0] == 1 or len(question.amounts) > 1:
        return ""
    total = Decimal(str(counted[0])) * rate.value
    shown = rate.written.replace("\0", f"{total:.2f}".removesuffix(".00"))
    one = rate.written.replace("\0", rate.figure)
    return f"{shown} ({counted[0]:g} \u00d7 {one}): {plain(item.own)}"


def _has_other_prices(item: EvidenceUnit) -> bool:
    """Tell whether its section has a price for several, or one that is no rate or ends one."""
    beside = [unit for unit in units(item.source.text) if unit.headings == item.unit.headings]
    said = (item.source.text[unit.start : unit.end] for unit in beside)
    return any(_OTHER_PRICE.search(text) or _FOR_SEVERAL.search(text) for text in said)


def _rate(match: re.Match[str]) -> _Rate | None:
    currency = match["before"] or match["after"]
    found = numbers(match["figure"])
    if not currency or len(found) != 1 or _GROUPED.fullmatch(match["figure"]):
        return None
    if _GOES_ON.match(match.string, match.end()):
        return None
    space = "" if len(currency) == 1 and match["before"] else " "
    written = f"{currency}{space}\0" if match["before"] else f"\0{space}{currency}"
    return _Rate(Decimal(found[0]), match["figure"], written, stem(match["unit"].lower()))


def _are_alike(one: str, other: str) -> bool:
    """Tell whether both count the same, at the same scale."""
    return bool(one) and scale_of(one) == scale_of(other)
