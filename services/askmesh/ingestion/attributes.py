"""What documents say about themselves, by names that filters and answers can rely on."""

import re
from collections.abc import Mapping
from datetime import date

AUTHOR, DATE, LANGUAGE, TAGS = "author", "date", "language", "tags"
_NAMES = {
    "author": AUTHOR,
    "authors": AUTHOR,
    "by": AUTHOR,
    "creator": AUTHOR,
    "date": DATE,
    "published": DATE,
    "lang": LANGUAGE,
    "language": LANGUAGE,
    "tags": TAGS,
    "keywords": TAGS,
}
_MAX_CHARS = 500
# What programs and their templates write where nobody has said who the author is.
_NOBODY = re.compile(
    r"python-docx|openpyxl|apache poi|(?:microsoft office |windows )?user|admin(?:istrator)?|root|"
    r"owner|author|\(?(?:unknown|anonymous|unspecified|none)\)?|default",
    re.IGNORECASE,
)
_NO_TITLES = re.compile(
    r"(?:untitled|unnamed)(?:[-_ ]?\d*| (?:document|page|presentation|spreadsheet)\b.*)|"
    r"document ?\d*|new (?:page|document)|title|slide \d+|"
    r"microsoft (?:word|powerpoint|excel) - .*|powerpoint presentation|print|about:blank|"
    r"\(?(?:anonymous|unspecified|unknown|none)\)?|(?:scan|img|image)[-_ ]?\d*|"
    r"\S*\.(?:docx?|xlsx?|pptx?|od[tsp]|rtf|txt|pdf|indd|pub|pages|tex|dvi|html?)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
_DIVIDED_DATE = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\b")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED_DATES = [
    re.compile(rf"(?:[a-z]+, )?{named}\.?,? (?P<year>\d{{4}})\b", re.IGNORECASE)
    for named in (rf"{_DAY}\.? {_MONTH}", rf"{_MONTH}\.? {_DAY}")
]


def attributes_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the author, date, language and tags among `fields`, whatever these call them.

    Dates are in the form 2024-02-11; one that is in no standard form is left out, and so is an
    author that is none. The first of several fields of one meaning counts.
    """
    attributes: dict[str, str] = {}
    for field, text in fields.items():
        name = _NAMES.get(field.strip().lower())
        value = iso_date(text) if name == DATE else " ".join(text.split())
        if name == AUTHOR and _NOBODY.fullmatch(value):
            continue
        if name and value and name not in attributes:
            attributes[name] = value[:_MAX_CHARS]
    return attributes


def title_of(text: str) -> str:
    """Return a title on one line; empty where it is what programs write when nobody named one.

    The name of a file, which is one word with an ending, is no title either.
    """
    title = " ".join(text.split())
    return "" if _NO_TITLES.fullmatch(title) else title


def iso_date(text: str) -> str:
    """Return the calendar date with which `text` begins, in ISO 8601; empty if there is none.

    Numbers alone that say neither what is the day nor the month, "3/4/2025", are none.
    """
    numbers = _numbers_of_date(text.strip())
    try:
        return date(*numbers).isoformat() if numbers else ""
    except ValueError:
        return ""


def _numbers_of_date(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    if match := _ISO_DATE.match(text) or _DIVIDED_DATE.match(text) or _PDF_DATE.match(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DOTTED_DATE.match(text):
        return int(match[3]), int(match[2]), int(match[1])
    for pattern in _NAMED_DATES:
        if match := pattern.match(text):
            month = _MONTHS.index(match["month"].lower()) + 1
            return int(match["year"]), month, int(match["day"])
    return None
