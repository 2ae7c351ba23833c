"""Amounts in words as figures: "two hours", "an hour and a half", "half a day"."""

import re

from askmesh.text import numbers

_SEVERAL = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NUMBER = rf"\b(?P<number>one|{_SEVERAL}|\d+)"
_UNIT = r"(?P<unit>(?:year|month|week|day|hour|minute|euro|dollar|pound)s?)\b"
_HALVES = (
    re.compile(rf"{_NUMBER} and a half {_UNIT}", re.IGNORECASE),
    re.compile(rf"(?:{_NUMBER}|\ban?) {_UNIT} and a half\b", re.IGNORECASE),
)
_HALF = re.compile(rf"\bhalf an? {_UNIT}", re.IGNORECASE)
_ONE = re.compile(rf"\ban? {_UNIT}(?= (?:late|early|before|after|ahead)\b)", re.IGNORECASE)
_WHOLE = re.compile(rf"\b(?P<number>{_SEVERAL})[ -]{_UNIT}", re.IGNORECASE)


def in_figures(text: str) -> str:
    """Return `text` with the amounts of time and money that are written in words as figures."""
    for form in _HALVES:
        text = form.sub(lambda match: f"{_figure(match)}.5 {match['unit']}", text)
    text = _HALF.sub(r"0.5 \g<unit>", text)
    text = _ONE.sub(r"1 \g<unit>", text)
    return _WHOLE.sub(lambda match: f"{_figure(match)} {match['unit']}", text)


def _figure(match: re.Match[str]) -> str:
    return next(iter(numbers(match["number"] or "1")), "1")
