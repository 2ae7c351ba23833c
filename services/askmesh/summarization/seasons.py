"""Spans of the year that a rule holds for: "from 1 May to 30 September", "November to March"."""

import calendar
import re
from datetime import date

from askmesh.text import MONTH_PATTERN, MONTHS

_LEAP_YEAR = 2024
_YEAR_DAYS = 366
_SURELY = 150
"""So many days from the only end of a span that is told, and no further, it is known to hold."""
_MONTH = rf"(?:{MONTH_PATTERN})\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_POINT = rf"(?:the )?(?:{_DAY}(?: of)? {_MONTH}|{_MONTH}(?: {_DAY}(?![\d:]))?)"
_END = rf"(?:the end of |end of )?{_POINT}"
_SPAN = re.compile(
    rf"(?i:\bbetween )(?P<low>{_POINT}) and (?P<high>{_END})"
    rf"|(?P<from>\b{_POINT}|(?<![\d.:]){_DAY})"
    rf"\s*(?:to|until|till|through|up to|-|\u2013|\u2014)\s*(?P<to>{_END})"
)
_HALF = re.compile(
    rf"\b(?i:from|as of|starting|since) (?P<first>{_POINT})"
    rf"|\b(?i:until|till|up to|through) (?P<last>{_END})"
)
_ANY_MONTH = re.compile(MONTH_PATTERN, re.IGNORECASE)
_ASKED = re.compile(
    rf"\b(?:in|on|during|for) (?:early |late |mid[ -]?)?(?P<point>{_POINT})(?![\w-])", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMES = re.compile(
    rf"\b(?:{MONTH_PATTERN})\b|(?i:\b(?:spring|summer|autumn|winter|season\w*|easter|christmas"
    r"|rest of the year|other (?:months?|times?)|otherwise)\b)"
)
_EXCEPTIONS = re.compile(
    r"\b(?:except\w*|exclud\w+|unless|outside|apart from|other than|but)\b", re.IGNORECASE
)
_NAMES = [name[:3].lower() for name in MONTHS]
Days = frozenset[int]


def days_asked_for(question: str) -> Days | None:
    """Return the days of the year that a question asks of: all of a month, or one."""
    if _YEAR.search(question) or len(found := list(_ASKED.finditer(question))) != 1:
        return None
    return _days_of(*2 * [found[0]["point"]])


def holds_in_season(text: str, asked: Days) -> bool | None:
    """Tell whether all or none of the days lie in the only span of the year that a text names.

    None if only some do, or it names none, several, or exceptions. Of a span with one end, days
    far from that may lie on either side.
    """
    match = _SPAN.search(text) or _HALF.search(text)
    if match is None or _YEAR.search(text) or _EXCEPTIONS.search(text):
        return None
    if tells_of_times(text.replace(match[0], " ")):
        return None
    if match.re is _SPAN:
        within = _days_of(match["low"] or match["from"], match["high"] or match["to"])
        beyond = within and Days(range(1, _YEAR_DAYS + 1)) - within
    else:
        within, beyond = _since(match["first"]) if match["first"] else _until(match["last"])
    if not (within and beyond):
        return None
    return True if asked <= within else False if asked <= beyond else None


def tells_of_times(text: str) -> bool:
    """Tell whether a text names months or seasons, or what holds at other times."""
    return _TIMES.search(text) is not None


def _days_of(first: str, last: str) -> Days | None:
    """Return the days from one point to the other, over the turn of the year if it lies between."""
    since, until = _ends_of(first, month=_month_in(last)), _ends_of(last)
    return _from_to(since[0], until[1]) if since and until else None


def _since(point: str) -> tuple[Days, Days] | tuple[None, None]:
    """Return the days on which what begins then holds, and those on which it does not yet."""
    if (ends := _ends_of(point)) is None:
        return None, None
    return _from_to(ends[0], ends[0] + _SURELY), _from_to(ends[0] - _SURELY, ends[0] - 1)


def _until(point: str) -> tuple[Days, Days] | tuple[None, None]:
    """Return the days on which what ends then holds, and those on which it no longer does."""
    if (ends := _ends_of(point)) is None:
        return None, None
    return _from_to(ends[1] - _SURELY, ends[1]), _from_to(ends[1] + 1, ends[1] + _SURELY)


def _month_in(point: str) -> str:
    match = _ANY_MONTH.search(point)
    return match.group() if match else ""


def _ends_of(point: str, *, month: str = "") -> tuple[int, int] | None:
    """Return the first and the last day of a month, or a day of one twice; None if it has none."""
    number = _NAMES.index((_month_in(point) or month)[:3].lower()) + 1
    length = calendar.monthrange(_LEAP_YEAR, number)[1]
    day = re.search(r"\d+", point)
    first, last = (int(day[0]),) * 2 if day else (1, length)
    if not 0 < first <= last <= length:
        return None
    one, other = (date(_LEAP_YEAR, number, each).timetuple().tm_yday for each in (first, last))
    return one, other


def _from_to(first: int, last: int) -> Days:
    length = (last - first) % _YEAR_DAYS
    return Days((first - 1 + day) % _YEAR_DAYS + 1 for day in range(length + 1))
