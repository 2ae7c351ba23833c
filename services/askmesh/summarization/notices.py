"""What announces that something changes or begins, and from when it holds."""

import re

from askmesh.summarization.dates import date_stated
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.text import MONTH_PATTERN, numbers

_MOVES = r"\b(?:goes|go|went|rises?|falls?) (?:up |down )?"
_FIGURES_CHANGE = (
    rf"\binstead of\b|\bno longer\b|\((?:was|not)\b|, not (?:on|at|by|in)\b|{_MOVES}(?:from|to)\b"
)
_REPLACED = re.compile(
    rf"(?:\binstead of|\((?:was|not)|{_MOVES}from)[ :]+(?:[$\u20ac\u00a3] ?)?([\w.,:]*\w)",
    re.IGNORECASE,
)
_ANNOUNCES = (
    r"(?<!may )(?<!can )(?<!to )\bchang(?:e[sd]?|ing)\b(?! (?:rooms?|facilit|tables?|areas?))"
    r"|\bamend\w*|\bchangelog\b"
)
_DECIDED = r"\bdecision\b|\bdecided\b|\bresolved\b|\bmoved\b|\bpostponed\b|\bbrought forward\b"
_IS_NOW = r"\b(?:(?:is|are|costs?) now|now (?:is|are|costs?))\b(?=[^.\n]*\d)"
_IN_FIGURES = re.compile(_FIGURES_CHANGE, re.IGNORECASE)
_CHANGES = re.compile(f"{_ANNOUNCES}|{_FIGURES_CHANGE}|{_DECIDED}|{_IS_NOW}", re.IGNORECASE)
_LETTER = re.compile(_ANNOUNCES, re.IGNORECASE)
_BEGINS = re.compile(
    r"\bnew \w+(?: \w+)? (?:from|as of|since)\b"
    rf"|\b(?:from|as of) \d{{1,2}}(?:st|nd|rd|th)? (?:{MONTH_PATTERN}) \d{{4}}\b"
    r"(?! ?(?:to|until|till|[\u2013-]))"
    r"|\b(?:with effect|effective|valid|apply|applies|starting|starts?)"
    r" (?:from|as of|with|to|on)\b",
    re.IGNORECASE,
)
_FIRST_CHARS = 400


def figures_replaced(item: EvidenceUnit) -> frozenset[str]:
    """Return the figures of which a unit says that others hold: 26 of "from 26 to 27 days"."""
    return frozenset(numbers(" ".join(_REPLACED.findall(item.own))))


def is_notice(item: EvidenceUnit) -> bool:
    """Tell whether a unit, or what stands before it, says that something changes or begins."""
    return _announces_change(item) or _begins(item)


def tells_a_change(item: EvidenceUnit) -> bool:
    """Tell whether a unit says itself, with figures, that something is other than it was."""
    return bool(_CHANGES.search(item.own)) and bool(set(numbers(item.own)))


def is_newer(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether `item` is a notice, and no older than `other` by the dates that they state."""
    dates = date_stated(item), date_stated(other)
    if not dates[0] and not _IN_FIGURES.search(item.own):
        return False
    if is_notice(other):
        return _announces_change(item) and dates[0] > dates[1]
    return is_notice(item) and dates[0] >= dates[1]


def _announces_change(item: EvidenceUnit) -> bool:
    """Tell whether the title, the unit, what leads it in or the first lines say so."""
    near = item.source.title, item.own, item.lead
    return any(map(_CHANGES.search, near)) or _LETTER.search(_first_lines(item)) is not None


def _begins(item: EvidenceUnit) -> bool:
    near = item.source.title, item.own, item.lead, _first_lines(item)
    return any(map(_BEGINS.search, near))


def _first_lines(item: EvidenceUnit) -> str:
    return item.source.text[:_FIRST_CHARS]


def changes_figures(item: EvidenceUnit) -> bool:
    """Tell whether a unit says that figures take the place of others: "instead of 2"."""
    return _IN_FIGURES.search(item.own) is not None


def announces_change_above(item: EvidenceUnit) -> bool:
    """Tell whether the title of its document announces a change."""
    return _LETTER.search(item.source.title) is not None
