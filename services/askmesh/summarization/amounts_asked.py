"""The amounts of a question, and the numbers in it that name something instead."""

import re
from collections.abc import Collection

from askmesh.summarization.ages import YEAR, is_age
from askmesh.summarization.measures import is_basic, scale_of
from askmesh.summarization.naming import VERSION
from askmesh.summarization.statements import is_year
from askmesh.text import is_stop_word, numbers, stem

_FIGURE = re.compile(
    r"(?P<before>\S+\s+)?(?<![\w.-])(?P<sign>[$\u20ac\u00a3])?(?P<figure>\d[\d.,:]*)(?!\w)"
    r"(?P<after>(?:\s+|-(?=year|month|week|day|hour|minute))[^\W\d_]+|\s?[$\u20ac\u00a3])?"
)
_SIGNS = {"$": "dollar", "\u20ac": "euro", "\u00a3": "pound"}
_SHORT = {
    **dict.fromkeys(("yr", "yrs"), "year"),
    **dict.fromkeys(("hr", "hrs"), "hour"),
    **dict.fromkeys(("wk", "wks"), "week"),
    **dict.fromkeys(("min", "mins"), "minute"),
}
_CURRENCIES = {"eur": "euro", "usd": "dollar", "gbp": "pound"}
_NUMBERED_TEXT = (
    "year grade class form level room floor section zone step version line bus platform gate stage"
    " phase chapter tier band type category article clause rule table unit"
)
_NUMBERED = frozenset(_NUMBERED_TEXT.split())
"""What numbers tell apart: the parents of "year 9" are not nine."""
_BEFORE_AN_AMOUNT = re.compile(
    r"\b(?:an? (?:[\w-]+ )?[\w-]+ (?:of|at|worth|for|with|over|under|above|below|costing)"
    r"|i am|aged)\s+$",
    re.IGNORECASE,
)


def amounts_asked(
    text: str, *, passing_over: Collection[str]
) -> tuple[tuple[tuple[float, str], ...], frozenset[str]]:
    """Return the amounts of a text with what they count, and its other numbers.

    Numbers that are passed over are neither.
    """
    amounts: list[tuple[float, str]] = []
    named: set[str] = set()
    for match in _FIGURE.finditer(text):
        figure = match["figure"].rstrip(".,:")
        found = numbers(figure)
        if not found or figure in passing_over:
            continue
        of_somebody = is_age(text, *match.span("figure"))
        if (unit := YEAR if of_somebody else _counted(match)) is not None:
            amounts.append((_as_float(found[0]), unit))
        else:
            named.add(found[0])
    return tuple(amounts), frozenset(named)


def _counted(match: re.Match[str]) -> str | None:
    """Return the stem of what a figure counts; None if it names something instead."""
    before, after = (match["before"] or "").strip(), (match["after"] or "").strip(" -")
    after = _SHORT.get(after.lower(), after)
    if sign := match["sign"] or (after if after in _SIGNS else ""):
        return stem(_SIGNS[sign])
    near = {before.lower(), after.lower(), after.lower().removesuffix("s")}
    if currency := next((name for code, name in _CURRENCIES.items() if near & {code, name}), ""):
        return stem(currency)
    if VERSION.fullmatch(match["figure"].rstrip(".,:")):
        return None
    if is_year(match["figure"]) and not is_basic(scale_of(after)[0]):
        return None
    is_unit = len(after) > 1 and is_basic(scale_of(after)[0])
    if is_unit or (after.islower() and not is_stop_word(after)):
        is_numbered = before.lower() in _NUMBERED and not is_unit
        named = is_numbered or (before[:1].isupper() and not is_stop_word(before.lower()))
        return None if named else stem(after.lower())
    return "" if _BEFORE_AN_AMOUNT.search(match.string[: match.start("figure")]) else None


def _as_float(figure: str) -> float:
    try:
        return float(figure)
    except ValueError:
        return 0.0
