"""Numbers in a text, in a form that can be compared."""

import re
from decimal import Decimal

from askmesh.text._calendar import MONTHS

_UNITS_TEXT = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
"""
_UNITS = _UNITS_TEXT.split()
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TENS_TEXT.split()
_SPELLED = {word: value for value, word in enumerate(_UNITS)} | {
    word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)
}
_MULTIPLIERS = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_UNIT = "|".join(_UNITS)
_TEN = "|".join(_TENS)
_MULTIPLIER = "|".join(_MULTIPLIERS)
_NUMBER = re.compile(
    rf"""
    (?:
      (?<![\w.])(?P<date>\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}})(?![\w])
    | (?:(?<=[\s(])|^)(?P<sign>[-\u2212])?(?=\$|\u20ac|\u00a3|\d)[$\u20ac\u00a3]?
      (?P<signed>\d+(?:[.,:]\d+)*)
    | (?<![^\W_])(?:[vV](?=\d))?(?P<digits>\d+(?:[.,:]\d+)*)
    | \b(?P<spelled>(?:{_TEN})(?:[-\u2010\u2011\ ](?:{_UNIT})\b)?|{_UNIT})\b
    )
    (?P<decade>0?s\b)?
    (?:[\ \u00a0-]?(?P<percent>%|per\ ?cent(?:age)?\b)
    | [\ \u00a0-](?P<multiplier>{_MULTIPLIER})s?\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")


def numbers(text: str) -> list[str]:
    """Return the numbers of `text` in normal form, in order, with repetitions.

    "1,000" and "one thousand" are "1000", "3.50" is "3.5", "3.5 per cent" is "3.5%", "two million"
    is "2000000", "the 1980s" is "1980s", "5th" is "5". Dates in digits give their parts, versions
    and times stay whole. A lone "one" is a pronoun too often to count. Digits inside words such as
    "H2O" are not numbers.
    """
    return [number for match in _NUMBER.finditer(text) for number in _normal_forms(match)]


def normal_number(token: str) -> str:
    """Return the normal form of `token`, a number written in digits."""
    if _THOUSANDS.match(token):
        token = token.replace(",", "")
    if token.count(".") == 1 and "," not in token and ":" not in token:
        return _plain_decimal(Decimal(token))
    return (_western(token).lstrip("0") or "0") if token.isdecimal() else token


def _western(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _normal_forms(match: re.Match[str]) -> list[str]:
    if match["date"]:
        return [normal_number(part) for part in re.split(r"[-/]", match["date"])]
    digits = match["signed"] or match["digits"]
    if digits is None:
        return _spelled_number(match)
    if "," in digits and not _THOUSANDS.match(digits):
        return [normal_number(part) for part in digits.split(",")]
    sign = "-" if match["sign"] else ""
    return [sign + _with_ending(normal_number(digits), match)]


def _spelled_number(match: re.Match[str]) -> list[str]:
    words = re.split(r"[-\u2010\u2011 ]", match["spelled"].lower())
    value = sum(_SPELLED[word] for word in words)
    is_pronoun = words == ["one"] and not (match["percent"] or match["multiplier"])
    return [] if is_pronoun else [_with_ending(str(value), match)]


def _with_ending(number: str, match: re.Match[str]) -> str:
    if match["decade"]:
        return f"{number}{match['decade'].lower()}"
    if match["percent"]:
        return f"{number}%"
    if match["multiplier"] and _is_plain(number):
        return _plain_decimal(Decimal(number) * _MULTIPLIERS[match["multiplier"].lower()])
    return number


def _is_plain(number: str) -> bool:
    return number.replace(".", "", 1).isdecimal()


def _plain_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_SHORT = {month[:3]: month for month in MONTHS}
_ISO = re.compile(r"(?<![\w.-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])")
_DOTTED = re.compile(r"(?<![\w.])(?P<day>\d{1,2})\.\ ?(?P<month>\d{1,2})\.\ ?(?P<year>\d{4})(?!\w)")
_ABBREVIATED = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=,? \d)")
_CURRENCIES = {"$": "dollars", "\u20ac": "euros", "\u00a3": "pounds", "\u00a5": "yen"}
_MONEY = re.compile(
    r"(?P<sign>[$\u20ac\u00a3\u00a5])\s?(?P<before>\d[\d.,]*(?: (?:thousand|[mb]illion))?)"
    r"|(?P<after>\d[\d.,]*)\s?(?P<mark>[$\u20ac\u00a3\u00a5])(?!\d)"
)
_CODES = re.compile(r"\b(USD|EUR|GBP|JPY)\s?(?=\d)|(?<=\d)\s?(USD|EUR|GBP|JPY)\b")
_DEGREES = re.compile(
    r"(?<=\d)\s?(?:\u00b0\s?|degrees?\s)?(?:(?P<celsius>C|Celsius|centigrade)|F|Fahrenheit)(?![\w-])"
)
_SIGNS = {"USD": "$", "EUR": "\u20ac", "GBP": "\u00a3", "JPY": "\u00a5"}


def plain_amounts(text: str) -> str:
    """Return `text` with dates as in "14 March 2024", money as in "24 euros", and degrees in words.

    "2024-03-14" and "14.3.2024" are read as days, "Mar" before a number as the month.
    """
    for pattern in (_ISO, _DOTTED):
        text = pattern.sub(_written_date, text)
    text = _ABBREVIATED.sub(lambda match: _SHORT[match[1][:3]], text)
    text = _DEGREES.sub(
        lambda match: " degrees Celsius" if match["celsius"] else " degrees Fahrenheit", text
    )
    text = _CODES.sub(lambda match: _SIGNS[match[1] or match[2]], text)
    return _MONEY.sub(_written_money, text)


def _written_date(match: re.Match[str]) -> str:
    month, day = int(match["month"]), int(match["day"])
    is_date = 1 <= month <= len(MONTHS) and 1 <= day <= 31  # noqa: PLR2004 - days of a month
    return f"{day} {MONTHS[month - 1]} {match['year']}" if is_date else match[0]


def _written_money(match: re.Match[str]) -> str:
    amount = (match["before"] or match["after"]).rstrip(".,")
    rest = (match["before"] or match["after"])[len(amount) :]
    return f"{amount} {_CURRENCIES[match['sign'] or match['mark']]}{rest}"
