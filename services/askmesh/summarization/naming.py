"""What names one thing or one day: codes and dates, however they are written."""

import re

from askmesh.summarization.paired_years import paired_years
from askmesh.text import MONTH_PATTERN, MONTHS, numbers

_CODE = re.compile(r"(?P<letters>[^\W\d_]{1,5})[ -]?(?P<digits>\d+)")
VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){2}")
_BEGINS_WITH_VERSION = re.compile(
    rf"\W*(?:(?:version|release)\W+)?v?({VERSION.pattern})(?![\w.]*\d)", re.IGNORECASE
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH = rf"({MONTH_PATTERN})\b\.?,?"
_GOES_ON = (
    r"(?!(?:and|are|at|but|can|could|did|do|does|for|from|i|if|in|is|of|on|or|should|there|till|to"
    r"|until|was|we|what|when|will|with|would)\b)[^\W\d_]"
)
_VERB = rf"(?!(?:(?-i:may)|(?<![^.;:?!,] )may)\s+\d+\s+{_GOES_ON})"
"""Not where "may" is a verb: "How many may 10 members bring?" is about no day of May."""
_VERB_BEHIND = rf"(?!(?-i:may)\s+{_GOES_ON})"
"""So is it in "which of the 20 may park"."""
_DATE = re.compile(
    rf"\b{_DAY}\s+(?:of\s+)?{_VERB_BEHIND}{_MONTH}(?:\s+(?:19|20)\d\d\b)?"
    rf"|\b{_VERB}{_MONTH}\s+{_DAY}(?![\d:])(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|\b{_MONTH}\s+(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d-(\d\d)-(\d\d)\b",
    re.IGNORECASE,
)
_NAMES = [name[:3].lower() for name in MONTHS]
_IDENTIFIER = re.compile(r"(?<![\w.])(?=[\w.-]*\d)(?=[\w.-]*[^\W\d_])\w[\w.-]*\w")
_ORDINAL = re.compile(r"\d+(?:(?:st|nd|rd|th|s)$|-(?:year|month|week|day|hour))", re.IGNORECASE)
_WRITTEN_NAME = re.compile(
    r"(?<!\S)(?:/[a-z][\w/-]+|--[a-z][\w-]+|[^\W\d_]+(?:_[^\W_]+)+)(?=[\s?.,;:]|$)"
)
"""A path, an option or a name as it stands in code: "/imports", "--dry-run", "keep_days"."""


def codes_in(text: str) -> frozenset[str]:
    """Return the words of letters and figures that name one thing, in lower case: "E7713"."""
    codes = (code.lower().rstrip(".") for code in _IDENTIFIER.findall(text))
    return frozenset(code for code in codes if not _ORDINAL.match(code))


def written_names(text: str) -> frozenset[str]:
    """Return what is written as in code, in lower case: "/imports", "keep_days"."""
    return frozenset(name.lower() for name in _WRITTEN_NAME.findall(text))


def mentions(text: str, identifier: str) -> bool:
    """Tell whether `text` has exactly this identifier; "E-43", "E 43" and "E43" are one."""
    if identifier in numbers(text) or identifier in paired_years(text):
        return True
    code = _CODE.fullmatch(identifier)
    written = f"{code['letters']}[ -]?{code['digits']}" if code else re.escape(identifier)
    return re.search(rf"(?<![\w]){written}(?!\w|\.\d)", text, re.IGNORECASE) is not None


def names_another(text: str, identifier: str) -> bool:
    """Tell whether `text` has a code in the form of `identifier`, such as "E-44" for "E-43"."""
    code = _CODE.fullmatch(identifier)
    if code is None:
        return bool(paired_years(identifier) and paired_years(text) - {identifier})
    written = re.compile(rf"(?<![\w]){code['letters']}[ -]?(\d+)(?!\w|\.\d)", re.IGNORECASE)
    return any(match[1] != code["digits"] for match in written.finditer(text))


def is_under_another(heading: str, version: str) -> bool:
    """Tell whether a heading, or what begins a line, is another version than this one: "4.8.2".

    A version has three parts. One that stands in a sentence may be a bound: "3.11.0 and later".
    """
    if not VERSION.fullmatch(version):
        return False
    begun = _BEGINS_WITH_VERSION.match(heading)
    return begun is not None and begun[1] != version


def days_in(text: str) -> frozenset[tuple[int, int]]:
    """Return the months and days of the month that a text names: 10 April is (4, 10)."""
    found: set[tuple[int, int]] = set()
    for match in _DATE.finditer(text):
        day_first, its_month, month_first, its_day, _, month, day = match.groups()
        name = (its_month or month_first or "")[:3].lower()
        if name:
            found.add((_NAMES.index(name) + 1, int(day_first or its_day)))
        elif month:
            found.add((int(month), int(day)))
    return frozenset(found)


def without_dates(text: str) -> str:
    """Return a text without days, and without months of a year; each leaves a space."""
    return _DATE.sub(" ", text)
