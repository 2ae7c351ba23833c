"""Identifiers in a text: found whole, and by the words that they are made of."""

import re

_JOINED = re.compile(r"\w+(?:[-_.:/]+\w+)*")
_HUMP = re.compile(r"[a-z\d][A-Z]|[A-Z]{2}[a-z]")
_PART = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])")


def identifiers(text: str) -> list[str]:
    """Return the identifiers in the text, lower-cased, each once, in order of appearance.

    Identifiers are words that digits and letters mix in ("E7713"), that have capitals inside
    ("parseHTMLResponse"), or that signs join to one ("CVE-2031-40071", "retention_days",
    "rule-a002", "4.18.2", "co-operate").
    """
    found = (match.group().strip("_") for match in _JOINED.finditer(text))
    return list(dict.fromkeys(item.lower() for item in found if _is_identifier(item)))


def with_parts(text: str) -> str:
    """Return the text, and after it the words that identifiers with capitals inside are made of."""
    words = (match.group() for match in re.finditer(r"[^\W_]+", text))
    parts = [part for word in words if _HUMP.search(word) for part in _PART.findall(word)]
    return f"{text} {' '.join(parts)}" if parts else text


def _is_identifier(word: str) -> bool:
    return bool(not word.isalnum() or _MIXED.match(word) or _HUMP.search(word))
