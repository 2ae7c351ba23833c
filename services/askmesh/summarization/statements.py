"""What a sentence states, as far as words show it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from askmesh.summarization.word_forms import letters_spelled, one_form
from askmesh.text import between_negations, content_words, is_negated, numbers, plain_amounts, stem

NOT = "\0not"
"""Stands for a denial in a sequence of stems."""
_LIST_MARK = re.compile(r"^(?:\s*(?:[-*\u2022#>]+|(?:Step )?\d{1,2}[.):])\s+)+")
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w\u2019'&.-]*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s)[\s\"\u201c\u2018'(*\[]*$")
_SAYS = "answer|contain|describe|explain|give|include|indicate|mention|provide|say|specify|state"
_ABOUT_SOURCES = re.compile(
    rf"\b(?:passages?|sources?)\b.{{0,20}}?\b(?:do|does)(?: not|n['\u2019]t)(?: \w+)? (?:{_SAYS})\b"
    r"|\bnone of the (?:passages|sources)\b|\bunable to (?:answer|determine)\b"
    r"|\bnot (?:\w+ly )?(?:described|given|mentioned|provided|specified|stated)\b"
    r".{0,20}\b(?:passages?|sources?)\b"
    r"|\bwithout (?:any )?(?:additional|further|more) information\b",
    re.IGNORECASE,
)
# The verb of an order, an adverb, or a verb without its subject, at the start of a sentence.
_NO_NAME = re.compile(
    r"\w+ (?:the|an?|your|all|any|each|this|that|these|those|it|them|on|to|for|with)\b|\w+ly\b"
    r"|(?:Contains|Covers|Features|Has|Includes|Lasts|Needs|Offers|Provides|Requires|Uses)\b"
)
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_CLAUSE_BREAK = re.compile(
    r"[,;:()\u2013\u2014]|[.!?](?=\s)|(?=\b(?:rather than|instead of|and not)\b)"
    r"|\b(?:but|while|whereas|although|though|however|and|because|which|who|if|unless)\b"
)
# How an answer speaks of itself: no claim that evidence could hold.
_FRAME_TEXT = """
    according additionally answer based conclusion context document example follow following given
    note overall passage provide question source stated step summary text therefore
"""
_FRAME = frozenset(stem(word) for word in _FRAME_TEXT.split())
_ORDER = re.compile(
    r"\b(at least|at most|up to|before|after|above|below|over|under|until|since|more"
    r"|he|she|him|his|her)\b",
    re.IGNORECASE,
)
NAME_RUN = r"[^\W\d_a-z][\w\u2019'&.-]*(?: [^\W\d_a-z][\w\u2019'&.-]*)*"
_OBJECT = re.compile(
    r"\b(as|at|by|for|from|in|into|of|on|through|to|under|with)\s+(?:(?:the|an?)\s+)?[\"\u201c]?"
    rf"({NAME_RUN}(?:(?:, (?:and |or )?| and | or )(?:the )?{NAME_RUN})*)"
)
_LISTED = re.compile(r", | and | or ")
_NON = re.compile(r"\b(non)-(?=[^\W\d_])", re.IGNORECASE)
_STRONG = re.compile(
    r"\b(?:must|shall|required|mandatory|have to|has to|always|all|every|each|only)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:may|might|could|can|optional|optionally|sometimes|some|most|many|usually|often|few)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that says one thing: its stems, in order, and how it says it."""

    stems: tuple[str, ...]
    names: tuple[str, ...]
    is_passive: bool
    is_denied: bool
    is_strong: bool
    """It says that something must be, or is so in all cases."""
    is_weak: bool
    """It says that something may be, or is so in some cases."""

    @property
    def words(self) -> frozenset[str]:
        """The different stems."""
        return frozenset(self.stems)


@dataclass(frozen=True)
class Statement:
    """The content words of a sentence by their stems, and what among them must not be wrong."""

    text: str
    stems: tuple[str, ...]
    """In order, with repetitions."""
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    """Stems of the words that are written with a capital, in order; never of a lone first word."""
    first_word: str
    """The stem of a lone capitalised first word, which may be a name; else empty."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The different stems."""
        return frozenset(self.stems)

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        """The stems, with `NOT` where something is denied, and with words of order and degree."""
        parts = [_with_order(part) for part in between_negations(self.text)]
        return (*parts[0], *(word for part in parts[1:] for word in (NOT, *part)))

    @cached_property
    def objects(self) -> frozenset[tuple[str, str]]:
        """Each preposition that names follow, with the first stem of each name."""
        return frozenset(
            (match[1].lower(), stems[0])
            for match in _OBJECT.finditer(self.text)
            for name in _LISTED.split(match[2])
            if (stems := content_stems(name))
        )

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Those with content words."""
        found = (_clause(part) for part in _CLAUSE_BREAK.split(self.text))
        return tuple(clause for clause in found if clause.stems)


def is_year(number: str) -> bool:
    """Tell whether a number in normal form is likely a year."""
    return _YEAR.fullmatch(number) is not None


def misses_something(text: str) -> bool:
    """Tell whether `text` says that the sources do not say something."""
    return _ABOUT_SOURCES.search(text) is not None


def statement(text: str) -> Statement:
    """Take a sentence apart. The mark of a list's item at its start is no part of it."""
    text = plain_amounts(_LIST_MARK.sub("", text))
    names, first_word = _names(text)
    return Statement(
        text=text,
        stems=content_stems(text),
        numbers=tuple(numbers(text)),
        names=names,
        first_word=first_word,
    )


def _with_order(text: str) -> tuple[str, ...]:
    """Return the stems, and between them what no stem says: "before" and "at least"."""
    pieces = _ORDER.split(text)
    marks = (f"\0{mark.lower()}" for mark in pieces[1::2])
    stems = map(content_stems, pieces[::2])
    return tuple(
        word for found, mark in zip_longest(stems, marks) for word in (*found, *_some(mark))
    )


def _some(mark: str | None) -> tuple[str, ...]:
    return (mark,) if mark else ()


def _clause(text: str) -> Clause:
    return Clause(
        stems=content_stems(text),
        names=_stems_of(_CAPITALISED.findall(text)),
        is_passive=" by " in text,
        is_denied=is_negated(text),
        is_strong=_STRONG.search(text) is not None,
        is_weak=_WEAK.search(text) is not None,
    )


def _names(text: str) -> tuple[tuple[str, ...], str]:
    """Return the names, and the first word of all where it may be one and may not."""
    found = list(_CAPITALISED.finditer(text))
    lone = [match for match in found if _only_starts_a_sentence(text, match)]
    names = _stems_of(match.group() for match in found if match not in lone)
    is_first = bool(lone) and not re.search(r"\w", text[: lone[0].start()])
    if not is_first or _NO_NAME.match(text, lone[0].start()):
        return names, ""
    return names, "".join(content_stems(lone[0].group())[:1])


def _only_starts_a_sentence(text: str, match: re.Match[str]) -> bool:
    starts = _SENTENCE_START.search(text[max(0, match.start() - 3) : match.start()])
    is_marked = any(letter.isupper() or letter.isdigit() for letter in match.group()[1:])
    is_followed = re.match(r" [^\W\d_a-z]", text[match.end() :])
    return bool(starts) and not is_marked and not is_followed


def _stems_of(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for token in tokens for word in content_stems(token))


def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the content words of `text`, in order, without words of the frame."""
    words = content_words(letters_spelled(_NON.sub(r"\1", text)))
    stems = map(one_form, words)
    return tuple(word for word in stems if word not in _FRAME)
