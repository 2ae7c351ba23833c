"""Words, phrases and numbers of a question that a search must not lose."""

import re
from collections.abc import Sequence

from askmesh.query_understanding.dates import TIME
from askmesh.text import content_words, numbers

_QUOTED = re.compile(
    r"\"([^\"\n]{2,80})\"|\u201c([^\u201d\n]{2,80})\u201d|`([^`\n]{2,80})`"
    r"|(?<!\w)'([^'\n]{2,80})'(?!\w)"
)
_DATE = re.compile(rf"\b{TIME}\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"[-\u2212]?[$\u20ac\u00a3]?\b\d[\d.,:/-]*(?:s\b|st\b|nd\b|rd\b|th\b)?\s?%?|[^\W\d_]+"
)
# Words about the form of the answer say nothing about its content.
_FORM = frozenset(
    {"table", "tables", "column", "columns", "list", "please", "compare", "explain", "describe"}
)


def key_terms(question: str) -> tuple[str, ...]:
    """Return the content words of `question`, each once, in order."""
    return tuple(dict.fromkeys(word for word in content_words(question) if word not in _FORM))


def phrases(question: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what `question` quotes, and its names of several words."""
    quoted = [next(filter(None, match.groups())).strip() for match in _QUOTED.finditer(question)]
    compound = [name for name in names if " " in name]
    return tuple(dict.fromkeys(phrase for phrase in [*quoted, *compound] if phrase))


def written_numbers(question: str) -> tuple[str, ...]:
    """Return the dates and numbers of `question` as they are written, in order, each once."""
    found = [
        (match.start(), match.group()) for match in _DATE.finditer(question) if _has_digit(match)
    ]
    masked = _DATE.sub(lambda match: " " * len(match.group()), question)
    found += [
        (match.start(), match.group().strip(" .,:/"))
        for match in _TOKEN.finditer(masked)
        if numbers(match.group())
    ]
    return tuple(dict.fromkeys(text for _, text in sorted(found)))


def _has_digit(match: re.Match[str]) -> bool:
    return any(character.isdigit() for character in match.group())
