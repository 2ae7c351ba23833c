"""What a sentence states, as far as words show it."""

import re
from dataclasses import dataclass

from askmesh.text import content_words, is_negated, numbers, stem

_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w\u2019'&.-]*")
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_CLAUSE_BREAK = re.compile(
    r"[,;:()\u2013\u2014]|\b(?:but|while|whereas|although|though|however|and|because|which|who)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """The content words of a sentence by their stems, and what among them must not be wrong."""

    text: str
    stems: tuple[str, ...]
    """In order, with repetitions."""
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    """Stems of the words that are written with a capital, in order."""
    denied: tuple[frozenset[str], ...]
    """Stems of each clause that denies something."""

    @property
    def words(self) -> frozenset[str]:
        """The different stems."""
        return frozenset(self.stems)


def is_year(number: str) -> bool:
    """Tell whether a number in normal form is likely a year."""
    return _YEAR.fullmatch(number) is not None


def statement(text: str) -> Statement:
    """Take a sentence apart."""
    return Statement(
        text=text,
        stems=tuple(stem(word) for word in content_words(text)),
        numbers=tuple(numbers(text)),
        names=_capitalised_stems(text),
        denied=tuple(_stems(clause) for clause in _CLAUSE_BREAK.split(text) if is_negated(clause)),
    )


def _capitalised_stems(text: str) -> tuple[str, ...]:
    words = (word for token in _CAPITALISED.findall(text) for word in content_words(token))
    return tuple(stem(word) for word in words)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))
