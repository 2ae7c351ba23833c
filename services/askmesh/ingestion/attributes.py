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
    r"untitled.*|document ?\d*|unnamed.*|new (?:page|document)|title|slide \d+|"
    r"microsoft (?:word|powerpoint|excel) - .*|powerpoint presentation|print|about:blank|"
    r"\(?(?:anonymous|unspecified|unknown|none)\)?|(?:scan|img|image)[-_ ]?\d*|"
    r".*\.(?:docx?|xlsx?|pptx?|od[tsp]|rtf|txt|pdf|indd|pub|pages|tex|dvi|html?)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


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

    The name of a file is no title either.
    """
    title = " ".join(text.split())
    return "" if _NO_TITLES.fullmatch(title) else title


def iso_date(text: str) -> str:
    """Return the calendar date with which `text` begins, in ISO 8601; empty if there is none."""
    match = _ISO_DATE.match(text.strip()) or _PDF_DATE.match(text.strip())
    if match is None:
        return ""
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return ""
