"""What a question asks of records that no rule understands: then the language model is asked."""

import re
from collections.abc import Set as AbstractSet
from itertools import pairwise

from askmesh.summarization.asked_records import Asked, counted_fields
from askmesh.summarization.bounds import are_alternatives, bounds_in, without_bounds
from askmesh.summarization.conditions import columns_of, denials, denied_at_once, is_yes_or_no
from askmesh.summarization.limits import limits_of
from askmesh.summarization.question import Question
from askmesh.summarization.records import ABOVE, field_words
from askmesh.text import between_negations, content_words, is_negated, stem, stems

_EXCEPT = re.compile(
    r"\b(?:except|other than|apart from|aside from|besides|excluding|save for|unless|minus"
    r"|rather than|instead of|but (?:not|for)|neither|nor|outside (?:of )?[A-Z]\w+)\b"
    r"|\b(?:all|every\w*|each|any\w*|none|nothing)\b[^,.;?]*\bbut\b",
    re.IGNORECASE,
)
_FIGURE = r"[$\u20ac\u00a3]?\d"
_OTHERWISE = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|circa|after|before|since|by|past"
    rf"|prior to|(?:later|earlier|older|younger|newer) than) (?:the )?{_FIGURE}"
    rf"|(?<![\w.-])\d[\d.,]*\s?(?:-|\u2013|to)\s?{_FIGURE}"
    r"|\bfrom (?:the )?\S*\d\S*(?: [ap]m)? on(?:wards?)?\b"
    r"|\b(?:only|solely|exclusively)\b|\b(?:same|as \w+)\b[^,;?]*\bas\b",
    re.IGNORECASE,
)
"""What is no bound or condition of ours: "about 20", "after 9:00", "5 to 10", "the same as"."""
_RATIO = re.compile(r"\b(?:per|for (?:each|every))\s+\w+", re.IGNORECASE)
"""A bound of one amount for another: "3 EUR per seat"."""
_PER = re.compile(r"\bper\b|/|\beach\b", re.IGNORECASE)
_ONE_HAS = re.compile(r"\b(?:an?|the|each|every|one) ([\w-]+) have\W*$", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)


def is_plain(question: Question) -> bool:
    """Tell whether a question has no denial, exception, bound, day or the like."""
    return not (
        question.negated
        or question.days
        or question.amounts
        or bounds_in(question.text)
        or has_exception(question.text)
        or _OTHERWISE.search(question.text)
    )


def has_exception(text: str) -> bool:
    """Tell whether a text excepts something: "all but the north wing"."""
    return _EXCEPT.search(text) is not None


def is_understood(asked: Asked) -> bool:
    """Tell whether the conditions of a question are ones that can be applied to records."""
    text = asked.question.text
    return not (
        limits_of(asked) is None
        or are_alternatives(text)
        or has_exception(text)
        or _is_said_otherwise(asked)
        or _is_a_ratio(asked)
        or _denies_something_else(asked)
        or _has_denied_cells(asked)
        or _has_a_flag_in_cells(asked)
        or _has_alternatives(asked)
        or _asks_what_one_has(asked)
    )


def _is_a_ratio(asked: Asked) -> bool:
    """Tell whether a bound is one of a ratio that no field has: "EUR per month" may be one."""
    match = _RATIO.search(asked.question.text) if asked.bounds else None
    return match is not None and not any(
        _PER.search(field) and stems(match.group()) <= field_words(field)
        for field in asked.records.fields
    )


def _is_said_otherwise(asked: Asked) -> bool:
    match = _OTHERWISE.search(without_bounds(asked.question.text))
    return match is not None and not any(
        match.group() in record.cell(field)
        for record in asked.records.records
        for field in ("", *asked.records.fields)
    )


def _denies_something_else(asked: Asked) -> bool:
    """Tell whether a denial is none of a condition: "not attended to by Pell"."""
    negations = len(between_negations(asked.rest.text)) - 1
    return negations > _denied_conditions(asked)


def _flags_of(asked: Asked) -> dict[str, frozenset[str]]:
    """Return the columns of yes and no, and those that count, that are named; with their words."""
    counted = counted_fields(asked.question, asked.records)
    return {
        field: words
        for field in asked.records.fields
        if (words := field_words(field) & asked.question.stems)
        and (field in counted or is_yes_or_no(asked, field))
    }


def _denied_conditions(asked: Asked) -> int:
    """Return of how many denials each is one of a single condition."""
    flags = _flags_of(asked).values()
    cells = columns_of(asked).values()
    touched = (
        sum(bool(words & stems(said)) for words in flags)
        + sum(bool(words & denied_at_once(said)) for words in cells)
        for said in denials(asked)
    )
    return sum(number == 1 for number in touched)


def _has_denied_cells(asked: Asked) -> bool:
    """Tell whether some of the cells that a condition is about deny: "not available"."""
    return any(
        is_negated(cell) and words & stems(cell)
        for field, words in columns_of(asked).items()
        if field != ABOVE and not is_yes_or_no(asked, field)
        for cell in (record.cell(field) for record in asked.records.records)
    )


def _has_a_flag_in_cells(asked: Asked) -> bool:
    """Tell whether a column of yes and no is named, and one whose cells have its name, too.

    "May contain egg" is no "egg: yes" where there is a column of what may be contained.
    """
    text = asked.question.text.lower()
    flags = frozenset[str]().union(*_flags_of(asked).values())
    return any(
        field.replace("_", " ").lower() in text and flags & words
        for field in asked.records.fields
        if not is_yes_or_no(asked, field)
        for words in asked.records.cell_words[field]
    )


def _asks_what_one_has(asked: Asked) -> bool:
    """Tell whether what a column is named by has rows: "which duties can a guest have?".

    Rows with a "yes" for guests are not asked for then.
    """
    match = _ONE_HAS.search(asked.question.text)
    return match is not None and any(stems(match[1]) & words for words in _flags_of(asked).values())


def _has_alternatives(asked: Asked) -> bool:
    """Tell whether "or" stands beside a condition and what is none of the same column."""
    conditions = [*columns_of(asked).values(), *_flags_of(asked).values()]
    parts = [list(map(stem, content_words(part))) for part in _OR.split(asked.rest.text)]
    beside = [{*before[-1:], *after[:1]} for before, after in pairwise(parts)]
    return any(
        words & told and not words <= told and not _are_names(asked, words)
        for words in beside
        for told in conditions
    )


def _are_names(asked: Asked, words: AbstractSet[str]) -> bool:
    return words <= stems(" ".join(record.name for record in asked.records.records))
