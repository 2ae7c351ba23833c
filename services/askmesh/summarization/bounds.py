"""Bounds that a question sets: "no more than 10 EUR", "between 5 and 8 seats", "for 20 people"."""

import re
from dataclasses import dataclass, replace

from askmesh.text import numbers

_SPELLED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_UNIT = r"(?!(?:and|but|or|to|in|on|at|per|for|with|than|the|each|is|are|if|who)\b)[^\W\d]\S*|%"
_FIGURE = (
    rf"(?:(?:EUR|USD|GBP|CHF) )?[$\u20ac\u00a3]?(?:\d[\d.,]*|(?:{_SPELLED})\b)(?!\w* o'clock)"
    rf"(?:\s?[$\u20ac\u00a3]|\s?(?:{_UNIT}))?"
)
_LONGER = "longer|larger|higher|taller|deeper|wider|greater|faster|hotter|warmer|bigger|heavier"
_SHORTER = "shorter|smaller|lower|slower|narrower|shallower|colder|cooler|cheaper|lighter"
_MORE = (
    r"more than|over|above|at least|at the least|a minimum of|exceed(?:s|ing)?"
    rf"|more expensive than|(?:{_LONGER}) than"
)
_LESS = (
    r"less than|fewer than|under|below|at most|at the most|a maximum of|up to"
    rf"|less expensive than|(?:{_SHORTER}) than"
)
_ROOM = rf"(?:for|fits?|holds?)(?= (?:\d+|{_SPELLED}) (?:people|persons|guests)\b)"
_VERB = "cost|weigh|have|last|take|need|hold|be|use|go|contain"
_DENIED = rf"(?:\b(?:no|not)|n['\u2019]t)\s+(?:(?:{_VERB})\s+)?"
_BOUND = re.compile(
    rf"(?P<denied>{_DENIED})?\b(?:(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<room>{_ROOM}))"
    rf"\s+(?P<figure>{_FIGURE})"
    rf"|(?P<from>(?<!\w)(?:{_FIGURE}))\s+(?:or|and)\s+(?:(?P<up>more|above|over|higher|up|longer|heavier"
    r"|larger|bigger)|less|fewer|below|under|lower|shorter|lighter|smaller|cheaper)\b(?! than)"
    rf"(?: (?P<behind>{_UNIT}))?"
    rf"|(?<!not )\bbetween\s+(?P<low>{_FIGURE})\s+and\s+(?P<high>{_FIGURE})",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"at (?:the )?(?:least|most)|up to|a (?:min|max)imum of", re.IGNORECASE)
_BARE = re.compile(rf"(?:\d[\d.,]*|{_SPELLED})", re.IGNORECASE)
_BETWEEN = re.compile(r"\W*(?:and|but)?\W*", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
PEOPLE = frozenset(("people", "persons", "person", "guests", "guest"))
"""What places are for."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit as it is written, and on which side of `figure` what is asked for lies."""

    text: str
    figure: str
    is_low: bool
    is_closed: bool

    @property
    def is_room(self) -> bool:
        """Whether it is one of how many people something must have places for."""
        return self.figure.split()[-1].lower() in PEOPLE

    def holds(self, value: float, limit: float) -> bool:
        """Tell whether a value lies within."""
        beyond = value > limit if self.is_low else value < limit
        return beyond or (self.is_closed and value == limit)


def bounds_in(text: str) -> tuple[Bound, ...]:
    """Return the bounds of a text, all of which must hold.

    A figure without a unit has that of a bound right behind it: "over 5 but under 20 EUR".
    """
    found: list[Bound] = []
    following = len(text)
    unit = ""
    for match in reversed(list(_BOUND.finditer(text))):
        is_beside = _BETWEEN.fullmatch(text, match.end(), following) is not None
        own = [_with_unit(each, unit if is_beside else "") for each in _bounds_of(match)]
        own = [_with_unit(each, _unit_of(own[-1])) for each in own]
        found = [*own, *found]
        following, unit = match.start(), _unit_of(own[0])
    return tuple(found)


def without_bounds(text: str) -> str:
    """Return a text without its bounds; each leaves a space."""
    return _BOUND.sub(" ", text)


def are_alternatives(text: str) -> bool:
    """Tell whether one bound, or what stands beside it, is enough: "under 5 or over 20"."""
    return bool(_BOUND.search(text)) and _OR.search(without_bounds(text)) is not None


def _bounds_of(match: re.Match[str]) -> list[Bound]:
    text = match.group()
    if match["low"]:
        low, high = _figure(match["low"]), _figure(match["high"])
        return [Bound(text, low, is_low=True, is_closed=True), Bound(text, high, False, True)]  # noqa: FBT003 - as before
    if match["from"]:
        figure = _figure(f"{match['from']} {match['behind'] or ''}")
        return [Bound(text, figure, is_low=bool(match["up"]), is_closed=True)]
    is_denied = bool(match["denied"])
    word = match["more"] or match["less"] or ""
    is_closed = bool(match["room"] or _CLOSED.match(word))
    is_low = bool(match["more"] or match["room"])
    return [Bound(text, _figure(match["figure"]), is_low != is_denied, is_closed != is_denied)]


def _figure(text: str) -> str:
    """Return a figure in digits, with its unit."""
    text = text.strip().rstrip(".,?;:")
    first, _, rest = text.partition(" ")
    spelled = numbers(first) if _BARE.fullmatch(first) and not first[0].isdigit() else []
    return f"{spelled[0]} {rest}".strip() if spelled else text


def _with_unit(bound: Bound, unit: str) -> Bound:
    if unit and _BARE.fullmatch(bound.figure):
        return replace(bound, figure=f"{bound.figure} {unit}")
    return bound


def _unit_of(bound: Bound) -> str:
    return bound.figure.partition(" ")[2]
