"""Words of measure: which field "heavier" asks for, what is more, and how two values compare."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from askmesh.text import numbers, stem, stems

_PRICE = "price cost fee rent rate charge"
_SINCE = "year built founded opened bought since introduced born"
_WORDS = (
    ("heavy heavier heaviest", 1, "weight mass"),
    ("light lighter lightest", -1, "weight mass"),
    ("cheap cheaper cheapest", -1, _PRICE),
    ("expensive dear dearer dearest costly costlier costliest", 1, _PRICE),
    ("pricey pricier priciest", 1, _PRICE),
    ("fast faster fastest quick quicker quickest", 1, "speed pace throughput"),
    ("slow slower slowest", -1, "speed pace throughput"),
    ("long longer longest", 1, "length duration range distance lasts"),
    ("short shorter shortest", -1, "length duration range distance lasts"),
    ("big bigger biggest large larger largest", 1, "size area volume capacity seats"),
    ("small smaller smallest", -1, "size area volume capacity seats"),
    ("old older oldest", -1, _SINCE),
    ("young younger youngest new newer newest", 1, _SINCE),
    ("high higher highest tall taller tallest", 1, "height altitude elevation"),
    ("low lower lowest", -1, "height altitude elevation"),
    ("hard harder hardest difficult", 1, "difficulty"),
    ("easy easier easiest", -1, "difficulty"),
    ("strong stronger strongest powerful", 1, "power horsepower"),
    ("weak weaker weakest", -1, "power horsepower"),
    ("wide wider widest", 1, "width"),
    ("narrow narrower narrowest", -1, "width"),
    ("deep deeper deepest", 1, "depth"),
    ("shallow shallower shallowest", -1, "depth"),
    ("hot hotter hottest warm warmer warmest", 1, "temperature"),
    ("cold colder coldest cool cooler coolest", -1, "temperature"),
    ("early earlier earliest", -1, "time start begin open departure date"),
    ("late later", 1, "time start begin open departure date"),
    ("most more greatest greater", 1, ""),
    ("fewest fewer least less", -1, ""),
)
_MEASURES = {
    word: (direction, stems(fields))
    for words, direction, fields in _WORDS
    for word in words.split()
}
_BEFORE_MEASURES = frozenset(["how", "more", "less", "most", "least"])
_TIME = stems("time duration")
_VERBS = {
    "cost": stems(_PRICE),
    "weigh": stems("weight mass"),
    "last": stems("duration length"),
    "mean": stems("meaning description explanation"),
    "own": stems("owner"),
    "open": stems("open opening close closing until"),
}
_SCALES = {
    "g": ("g", 1), "kg": ("g", 1000), "t": ("g", 10**6), "tonn": ("g", 10**6),
    "mm": ("m", 0.001), "cm": ("m", 0.01), "m": ("m", 1), "km": ("m", 1000),
    "ml": ("l", 0.001), "l": ("l", 1), "litr": ("l", 1), "m3": ("l", 1000), "m\u00b3": ("l", 1000),
    "second": ("s", 1), "s": ("s", 1), "minut": ("s", 60), "min": ("s", 60), "hour": ("s", 3600),
    "h": ("s", 3600), "day": ("s", 86400), "week": ("s", 7 * 86400), "month": ("mo", 1),
    "year": ("mo", 12), "eur": ("eur", 1), "euro": ("eur", 1), "\u20ac": ("eur", 1),
    "usd": ("usd", 1), "dollar": ("usd", 1), "$": ("usd", 1),
    "gbp": ("pound", 1), "pound": ("pound", 1), "\u00a3": ("pound", 1),
    "w": ("w", 1), "kw": ("w", 1000),
    "kb": ("kb", 1), "mb": ("kb", 1000), "gb": ("kb", 10**6), "tb": ("kb", 10**9),
}  # fmt: skip
CLOCK = "o'clock"
"""The unit of times of the day."""
_UNIT_LETTERS = 3
_CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_AMOUNT = re.compile(
    r"(?P<sign>[$\u20ac\u00a3\u00a5]|\b(?:EUR|USD|GBP|CHF))?\s*"
    r"(?P<figure>(?<![\w.])[-\u2212]?\d[\d.,]*(?<![.,]))(?!\d)\s*(?P<unit>%|[^\W\d_][\w/]*|[$\u20ac\u00a3\u00a5])?"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a word such as "heavier" or "cheapest" asks for; `word` as it was typed.

    `direction` is 1 where more is meant and -1 where less is; `fields` are stems of what fields of
    that kind are called.
    """

    word: str
    direction: int
    fields: frozenset[str]
    is_extreme: bool

    @property
    def compares(self) -> bool:
        """Whether the word is one of comparison: "newer", but not "new"."""
        return self.word.endswith(("er", "est")) or " " in self.word or not self.fields

    def by_time(self) -> "Measure":
        """Return the measure of a speed as that of the time that is taken: "fastest" is least."""
        return replace(self, direction=-self.direction, fields=_TIME)

    @property
    def is_speed(self) -> bool:
        """Whether it asks for a speed: "fastest"."""
        return stem("speed") in self.fields

    @property
    def of_money(self) -> bool:
        """Whether it compares prices."""
        return stem("price") in self.fields

    @property
    def of_time(self) -> bool:
        """Whether it compares times of the day."""
        return stem("time") in self.fields


@dataclass(frozen=True, slots=True)
class Amount:
    """A value that can be compared with others of the same unit."""

    value: float
    unit: str


def measure_in(question: str) -> Measure | None:
    """Return the measure that a question asks by; None if it has none."""
    typed = re.findall(r"[^\W\d_]+", question.lower())
    found = [(word, *_MEASURES[word]) for word in typed if word in _MEASURES]
    if not found:
        return None
    graded = next((each for each in found if not each[2]), None)
    word, direction, fields = next((each for each in found if each[2]), found[0])
    if graded is not None and fields:
        # "less expensive" turns it round, "the most expensive" is an extreme.
        turned = -1 if graded[0] in {"less", "least"} else 1
        return Measure(f"{graded[0]} {word}", direction * turned, fields, _is_extreme(graded[0]))
    return Measure(word, direction, fields, _is_extreme(word))


def measure_words(question: str) -> frozenset[str]:
    """Return the stems of a question's words of measure, which no record needs to have.

    "How late" is one, and "later"; a "late fee" is called so.
    """
    typed = re.findall(r"[^\W\d_]+", question.lower())
    verbs = (word for word in typed if stem(word) in _VERBS)
    asked = (word for before, word in pairwise(("", *typed)) if _asks_by(before, word))
    return frozenset(map(stem, (*asked, *verbs)))


def _asks_by(before: str, word: str) -> bool:
    if word not in _MEASURES:
        return False
    direction, fields = _MEASURES[word]
    return before in _BEFORE_MEASURES or Measure(word, direction, fields, is_extreme=False).compares


def asked_by_verb(words: frozenset[str]) -> frozenset[str]:
    """Return the stems of the fields that verbs such as "cost" ask for."""
    return frozenset[str]().union(*(_VERBS[word] for word in words & _VERBS.keys()))


def measured_by(words: frozenset[str]) -> frozenset[str]:
    """Return the stems of the fields that words such as "deep" ask for, of those with few."""
    found = (fields for word, (_, fields) in _MEASURES.items() if word in words)
    return frozenset[str]().union(*(fields for fields in found if len(fields) == 1))


def amount_of(text: str) -> Amount | None:
    """Return the first amount of a text, in the basic unit of its kind; None if it has none."""
    if day := _ISO.search(text):
        return Amount(float("".join(day.groups())), "day")
    if clock := _CLOCK.search(text):
        return Amount(float(clock[1]) * 60 + float(clock[2]), CLOCK)
    match = _AMOUNT.search(text)
    found = numbers(match["figure"]) if match else []
    if match is None or len(found) != 1 or not re.fullmatch(r"-?[\d.]+", found[0]):
        return None
    basic, scale = scale_of(match["sign"] or match["unit"] or "")
    return Amount(float(found[0]) * scale, basic)


def scale_of(unit: str) -> tuple[str, float]:
    """Return the basic unit of a unit, by its stem, and how many of it are in one."""
    basic = stem(unit.lower())
    return _SCALES.get(basic, (basic, 1))


def is_basic(unit: str) -> bool:
    """Tell whether `unit` is the basic one of a kind of amounts that are known."""
    return any(unit == basic for basic, _ in _SCALES.values())


def field_and_unit(field: str) -> tuple[str, str]:
    """Return the name of a field without the unit at its end, and the unit: "Range (km)"."""
    name, _, last = field.rpartition(" ")
    unit = last.strip("()[]")
    return (
        (name, unit)
        if name and len(unit) <= _UNIT_LETTERS and unit.lower() in _SCALES
        else (field, "")
    )


def _is_extreme(word: str) -> bool:
    return word.endswith("est") or word in {"most", "least"}
