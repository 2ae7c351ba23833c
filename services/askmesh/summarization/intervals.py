"""What a rule holds for: amounts, days of the year and days of the week from one to another."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from askmesh.summarization.ages import YEAR, is_of_ages
from askmesh.summarization.measures import is_basic, scale_of
from askmesh.text import MONTH_PATTERN, WEEKDAYS, numbers

_NUMBER = (
    r"((?:\d[\d.,]*\d|\d)(?![\d:]*\d)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_SIGNED = re.compile(rf"([$\u20ac\u00a3]|\b(?:EUR|USD|GBP|CHF) ){_NUMBER}")
IN_FULL = r"(?:(?:completed?|full|whole|consecutive|continuous) )?"
"""How an amount is meant, before its unit: "three full years"."""
_UNIT = rf"(?:\s?{IN_FULL}([^\W\d_]+|[$\u20ac\u00a3%]))?"
_LOW = (
    r"over|above|more than|older than|longer than|exceeding|\u00fcber|mehr als|>(?!=)"
    r"|from|after|at least|ab|\u2265|>="
)
_HIGH = (
    r"under|below|less than|fewer than|younger than|shorter than|unter|weniger als|<(?!=)"
    r"|up to|at most|no more than|within|bis(?: zu)?|\u2264|<="
)
_CLOSED = re.compile(
    r"from|after|at least|ab|\u2265|>=|up to|at most|no more than|within|bis(?: zu)?|\u2264|<="
)
_BETWEEN = re.compile(
    rf"{_NUMBER}{_UNIT}\s*(?:to|-|\u2013|\u2014|bis|\u00e0|and|und|a)\s*{_NUMBER}{_UNIT}",
    re.IGNORECASE,
)
_BOUND = re.compile(
    rf"(?<!\w)(?:(?P<low>{_LOW})|(?P<high>{_HIGH}))\s*{_NUMBER}{_UNIT}"
    rf"|{_NUMBER}{_UNIT}\s*(?P<open>\+|(?:or|and) (?:more|older|over|above)\b)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    rf"(?:(?P<most>max(?:imum|\.)?)|min(?:imum|\.)?)\b[^:|]*:\s*{_NUMBER}{_UNIT}",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\s+(?:before|prior to|ahead of|in advance|vor)\b", re.IGNORECASE)
_TURNED = re.compile(r"up to|bis(?: zu)?")
"""Counted backwards: "up to 14 days before" is 14 days or more."""
_OF_A_MONTH = re.compile(rf"\.?\s*(?!may\b)(?i:{MONTH_PATTERN}|Januar|Februar)\b")
"""Not "10 may": that is what somebody of ten may do."""
_BOTH = re.compile(r"\s*(?:,|and|but|or)*\s*", re.IGNORECASE)
_WEEK = tuple(name[:3].lower() for name in WEEKDAYS)
_WEEKDAY = rf"((?:{'|'.join(WEEKDAYS)})s?|(?-i:{'|'.join(name[:3] for name in WEEKDAYS)}))\b\.?"
_WEEKDAYS = re.compile(
    rf"\b{_WEEKDAY}(?:\s*(?:to|until|till|through|-|\u2013)\s*{_WEEKDAY})?", re.IGNORECASE
)
WEEKDAY = "\0weekday"


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, as they are written; each is `scale` of the basic `unit`.

    The unit is empty if none is written. One that ends before it begins goes round: from Friday
    to Monday.
    """

    unit: str
    low: float
    high: float
    closed: tuple[bool, bool] = (True, True)
    scale: float = 1

    def has(self, value: float) -> bool:
        """Tell whether a value is in it."""
        above = value > self.low or (self.closed[0] and value == self.low)
        below = value < self.high or (self.closed[1] and value == self.high)
        return (above and below) if self.low <= self.high else (above or below)

    def is_inside(self, other: "Interval") -> bool:
        """Tell whether it is a part of another."""
        own, its = ((one.low * one.scale, one.high * one.scale) for one in (self, other))
        return self.unit == other.unit and own != its and its[0] <= own[0] and own[1] <= its[1]


def amounts_of(text: str) -> Iterator[Interval]:
    """Yield the intervals of amounts that a text names, in order: "above 500, up to 900 EUR"."""
    match = _BETWEEN.search(text := _SIGNED.sub(r"\2 \1", text))
    if match and not _is_a_day(match):
        unit = _unit(match, match[2] or match[4])
        yield _scaled(unit, *sorted((_value(match[1]), _value(match[3]))))
        return
    found = [m for m in _BOUND.finditer(text) if not _is_a_day(m) and not _is_open(m)]
    while found:
        first = found.pop(0)
        own = _bounded(first)
        if found and _BOTH.fullmatch(text[first.end() : found[0].start()]):
            own = _both(own, _bounded(found.pop(0)))
        yield own


def limit_of(cell: str) -> Interval | None:
    """Return what a cell allows whose header says that it is a limit: "Max weight kg: 30"."""
    match = _LIMIT.fullmatch(cell.strip())
    if match is None:
        return None
    value = _value(match[2])
    low, high = (-math.inf, value) if match["most"] else (value, math.inf)
    return _scaled(match[3], low, high)


def weekdays_of(text: str) -> Iterator[Interval]:
    """Yield the intervals of days of the week; a single day is one, too."""
    for match in _WEEKDAYS.finditer(text):
        first = _WEEK.index(match[1][:3].lower())
        last = _WEEK.index(match[2][:3].lower()) if match[2] else first
        yield Interval(WEEKDAY, first, last)


def _is_a_day(match: re.Match[str]) -> bool:
    """Tell whether a figure is the day of a month, and no amount."""
    groups = (group for group in (1, 3, 5) if group <= match.re.groups and match[group])
    return any(_OF_A_MONTH.match(match.string, match.end(group)) for group in groups)


def _is_open(match: re.Match[str]) -> bool:
    """Tell whether it is counted backwards from a bound that says no direction."""
    word = (match["low"] or "").lower()
    return word in {"from", "after", "ab"} and bool(_BEFORE.match(match.string, match.end()))


def _unit(match: re.Match[str], written: str | None) -> str | None:
    """Return the unit of an amount; of what is said of people, years where another is not known."""
    is_known = is_basic(scale_of(written or "")[0])
    return written if is_known or not is_of_ages(match.string, match.start()) else YEAR


def _bounded(match: re.Match[str]) -> Interval:
    word = (match["low"] or match["high"] or "from").lower()
    value, unit = (match[3], match[4]) if match[3] else (match[5], match[6])
    unit = _unit(match, unit)
    closed = _CLOSED.fullmatch(word) is not None
    turned = _TURNED.fullmatch(word) and _BEFORE.match(match.string, match.end())
    if match["high"] and not turned:
        return _scaled(unit, -math.inf, _value(value), closed=(True, closed))
    return _scaled(unit, _value(value), math.inf, closed=(closed, True))


def _both(one: Interval, other: Interval) -> Interval:
    """Return what is in both; the unit may be written once: "above 500, up to 900 euros"."""
    low, high = (one, other) if one.low > other.low else (other, one)
    measured = one if is_basic(one.unit) else other
    closed = (low.closed[0], high.closed[1])
    return Interval(measured.unit, low.low, high.high, closed, measured.scale)


def _scaled(
    unit: str | None, low: float, high: float, *, closed: tuple[bool, bool] = (True, True)
) -> Interval:
    basic, scale = scale_of(unit or "")
    return Interval(basic, low, high, closed, scale)


def _value(text: str) -> float:
    found = numbers(text)
    try:
        return float(found[0]) if found else math.nan
    except ValueError:
        return math.nan
