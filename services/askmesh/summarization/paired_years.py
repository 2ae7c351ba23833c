"""Pairs of years that name one season, school year or the like: "2026/27"."""

import re

_PAIR = re.compile(
    r"(?<![\w./-])(?P<first>(?:19|20)\d\d) ?[/\u2010-\u2013-] ?(?P<last>(?:(?:19|20)\d\d|\d\d))"
    r"(?!\w|[/.-]\d)"
)
_CENTURY = 100


def paired_years(text: str) -> frozenset[str]:
    """Return the pairs of years of a text, each of one year and the next, as "2026/27"."""
    found = (_written(match) for match in _PAIR.finditer(text))
    return frozenset(pair for pair in found if pair)


def without_paired_years(text: str) -> str:
    """Return a text with a space for each pair of years."""
    return _PAIR.sub(lambda match: " " if _written(match) else match[0], text)


def _written(match: re.Match[str]) -> str:
    following = int(match["first"]) + 1
    is_pair = match["last"] in {str(following), f"{following % _CENTURY:02}"}
    return f"{match['first']}/{following % _CENTURY:02}" if is_pair else ""
