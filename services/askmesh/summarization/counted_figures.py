"""What the figures of a question count: "4 years" are an amount, "year 4" is a name."""

import re

from askmesh.summarization.measures import is_basic, scale_of
from askmesh.summarization.naming import VERSION
from askmesh.summarization.statements import is_year
from askmesh.text import is_stop_word, stem

FIGURE = re.compile(
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


def counted(match: re.Match[str]) -> str | None:
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
