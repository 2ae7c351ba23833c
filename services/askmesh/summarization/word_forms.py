"""Words in their other forms, and what an amount says by its unit."""

import re
from collections.abc import Iterator
from functools import lru_cache

from askmesh.text import numbers, stem, stems

_FORMS_KEPT = 50_000
_VERBS = """
    begin began begun, break broke broken, bring brought, build built, buy bought, catch caught
    choose chose chosen, drive drove driven, feed fed, fly flew flown, give gave given, hold held
    keep kept, lend lent, lose lost, make made, meet met, pay paid, run ran, sell sold, send sent
    spend spent, take took taken, teach taught, tell told, wear wore worn, write wrote written
"""
_UNITS = """
    kilogram kg kilogramme, gram gramme, kilometre km kilometer, metre meter, litre liter
    centimetre cm centimeter, millimetre mm millimeter, millilitre ml milliliter
    pound gbp, euro eur, dollar usd, percent pct, telephone phone, extension ext
    maximum max, average avg, quantity qty
"""
_LETTERS = {"l": "litres", "m": "metres", "h": "hours", "g": "grams", "t": "tonnes"}
_LETTER = re.compile(r"(?<=\d)\s?([lmhgt])\b(?![-'\u2019.]\w)")
_PRICE = stems("cost price amount charge")
_TIME = stems("take last long time duration")
_SAID = (
    ("second minute min hour day week month year h s", _TIME),
    ("kilogram kg gram g tonne t", stems("weigh weight heavy")),
    ("kilometre km metre m centimetre cm millimetre mm", stems("long length")),
)
_SAYS = {stem(unit): told for units, told in _SAID for unit in units.split()}
_MONEY = stems("euro eur dollar usd pound gbp chf franc yen jpy")
MEASURING = _PRICE.union(*_SAYS.values(), stems("much many high temperature speed distance number"))
"""Words of questions for an amount, which the amount itself answers."""


def _groups(text: str) -> Iterator[list[str]]:
    yield from (
        [*map(stem, group.split())] for group in text.strip().replace(",", "\n").split("\n")
    )


_ONE_FORM = {other: group[0] for group in _groups(_UNITS) for other in group}
_SAME_VERB = {word: frozenset(group) for group in _groups(_VERBS) for word in group}


@lru_cache(maxsize=_FORMS_KEPT)
def one_form(word: str) -> str:
    """Return the stem of a word, for a unit that of its name, for a number its figure.

    It is "kilogram" for "kg", and "12" for "twelve".
    """
    figure = numbers(word) if word.isalpha() else ()
    return "".join(figure) or _ONE_FORM.get(stem(word), stem(word))


def verb_forms(words: frozenset[str]) -> frozenset[str]:
    """Return the stems of the other forms of irregular verbs: "kept" for "keep"."""
    return frozenset[str]().union(*(_SAME_VERB[word] for word in words & _SAME_VERB.keys()))


def letters_spelled(text: str) -> str:
    """Return `text` with units of one letter behind a figure as words: "600 litres"."""
    return _LETTER.sub(lambda match: f" {_LETTERS[match[1]]}", text)


def taken_apart(text: str) -> str:
    """Return `text` with names of fields such as `max_load_kg` as their words."""
    return re.sub(r"(?<=[^\W_])_+(?=[^\W_])", " ", text)


def said_by_money(words: frozenset[str]) -> frozenset[str]:
    """Return the stems of what an amount of money tells if there is one: that it costs so much."""
    return _PRICE if words & _MONEY else frozenset()


def said_by_units(words: frozenset[str]) -> frozenset[str]:
    """Return the stems of what amounts in these units tell: of days, how long it takes."""
    return said_by_money(words).union(*(_SAYS[word] for word in words & _SAYS.keys()))
