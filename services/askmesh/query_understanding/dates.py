"""Stretches of time named in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from askmesh.text import MONTH_PATTERN, MONTHS

_MONTH = rf"(?:{MONTH_PATTERN.lower()})\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
TIME = (
    rf"(?:{_YEAR}-\d\d-\d\d|{_DAY} (?:of )?{_MONTH},? {_YEAR}|{_MONTH} {_DAY},? {_YEAR}"
    rf"|{_MONTH} {_YEAR}|q[1-4] {_YEAR}|{_YEAR}|yesterday|today"
    r"|(?:last|this|previous|current) (?:week|month|quarter|year)"
    r"|(?:the )?(?:last|past) (?:\d{1,3} )?(?:days?|weeks?|months?|years?))"
)
_LAST_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to but not including `end`."""

    start: date
    end: date


def period(words: str, today: date) -> Period | None:
    """Return the stretch of time that `words`, matched by `TIME`, name. None if there is none."""
    text = words.lower().removeprefix("the ")
    for read in (_calendar_date, _relative, _recent):
        try:
            found = read(text, today)
        except ValueError:  # the 31st of February
            return None
        if found is not None:
            return found
    return None


def _calendar_date(text: str, _today: date) -> Period | None:
    year = re.search(_YEAR, text)
    if year is None:
        return None
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if iso:
        return _day(date(int(iso[1]), int(iso[2]), int(iso[3])))
    quarter = re.match(r"q(\d)", text)
    if quarter:
        return _months(int(year[0]), 3 * int(quarter[1]) - 2, 3)
    month = re.search(_MONTH, text)
    if month is None:
        return _months(int(year[0]), 1, _MONTHS_A_YEAR)
    number = next(i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(month[0][:3]))
    day = re.search(r"\b\d{1,2}(?!\d)", text)
    if day:
        return _day(date(int(year[0]), number, int(day[0])))
    return _months(int(year[0]), number, 1)


def _relative(text: str, today: date) -> Period | None:
    if text in {"today", "yesterday"}:
        return _day(today - timedelta(days=text == "yesterday"))
    match = re.fullmatch(r"(last|this|previous|current) (week|month|quarter|year)", text)
    if match is None:
        return None
    back = 1 if match[1] in {"last", "previous"} else 0
    return _UNITS[match[2]](today, back)


def _recent(text: str, today: date) -> Period | None:
    match = re.fullmatch(r"(?:last|past) (?:(\d{1,3}) )?(day|week|month|year)s?", text)
    if match is None:
        return None
    days = int(match[1] or 1) * _LAST_DAYS[match[2]]
    return Period(today - timedelta(days=days), today + timedelta(days=1))


def _day(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def _months(year: int, month: int, count: int) -> Period:
    first = year * _MONTHS_A_YEAR + month - 1
    return Period(_month_start(first), _month_start(first + count))


def _month_start(months: int) -> date:
    return date(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, 1)


def _week(today: date, back: int) -> Period:
    monday = today - timedelta(days=today.weekday(), weeks=back)
    return Period(monday, monday + timedelta(weeks=1))


def _month(today: date, back: int) -> Period:
    first = today.year * _MONTHS_A_YEAR + today.month - 1 - back
    return Period(_month_start(first), _month_start(first + 1))


def _quarter(today: date, back: int) -> Period:
    first = today.year * _MONTHS_A_YEAR + (today.month - 1) // 3 * 3 - 3 * back
    return Period(_month_start(first), _month_start(first + 3))


def _year(today: date, back: int) -> Period:
    return _months(today.year - back, 1, _MONTHS_A_YEAR)


_UNITS: dict[str, Callable[[date, int], Period]] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}
