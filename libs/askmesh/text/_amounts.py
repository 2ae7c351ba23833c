"""Dates and sums of money, written in one way."""

import re

_MONTHS_TEXT = """
    January February March April May June July August September October November December
"""
_MONTHS = _MONTHS_TEXT.split()
_SHORT = {month[:3].lower(): month for month in _MONTHS} | {"sept": "September"}
_ISO = re.compile(r"(?<![\w.-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])")
_DOTTED = re.compile(r"(?<![\w.])(?P<day>\d{1,2})\.\ ?(?P<month>\d{1,2})\.\ ?(?P<year>\d{4})(?!\w)")
_ABBREVIATED = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=,? \d)")
_CURRENCIES = {"$": "dollars", "\u20ac": "euros", "\u00a3": "pounds", "\u00a5": "yen"}
_MONEY = re.compile(
    r"(?P<sign>[$\u20ac\u00a3\u00a5])\s?(?P<before>\d[\d.,]*(?: (?:thousand|[mb]illion))?)"
    r"|(?P<after>\d[\d.,]*)\s?(?P<mark>[$\u20ac\u00a3\u00a5])"
)
_CODES = re.compile(r"\b(USD|EUR|GBP|JPY)\s?(?=\d)|(?<=\d)\s?(USD|EUR|GBP|JPY)\b")
_SIGNS = {"USD": "$", "EUR": "\u20ac", "GBP": "\u00a3", "JPY": "\u00a5"}


def plain_amounts(text: str) -> str:
    """Return `text` with dates as in "14 March 2024" and money as in "24 euros".

    "2024-03-14" and "14.3.2024" are read as days, "Mar" before a number as the month.
    """
    for pattern in (_ISO, _DOTTED):
        text = pattern.sub(_written_date, text)
    text = _ABBREVIATED.sub(lambda match: _SHORT[match[1].lower()], text)
    text = _CODES.sub(lambda match: _SIGNS[match[1] or match[2]], text)
    return _MONEY.sub(_written_money, text)


def _written_date(match: re.Match[str]) -> str:
    month, day = int(match["month"]), int(match["day"])
    is_date = 1 <= month <= len(_MONTHS) and 1 <= day <= 31  # noqa: PLR2004 - days of a month
    return f"{day} {_MONTHS[month - 1]} {match['year']}" if is_date else match[0]


def _written_money(match: re.Match[str]) -> str:
    amount = (match["before"] or match["after"]).rstrip(".,")
    rest = (match["before"] or match["after"])[len(amount) :]
    return f"{amount} {_CURRENCIES[match['sign'] or match['mark']]}{rest}"
