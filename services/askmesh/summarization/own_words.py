"""A question in the words of the records that it is put to."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from askmesh.summarization.asked_records import FORM_WORDS, Asked
from askmesh.summarization.conditions import fitting
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question
from askmesh.summarization.records import Records, field_words
from askmesh.text import is_stop_word, stem, stems

_SHORT_CHARS = (3, 4)
HOW_MANY = re.compile(r"^\s*how many\b|\b(?:number|count) of\b", re.IGNORECASE)
_TITLE_SHARE = 0.5


def spelled_out(question: Question, records: Records) -> Question:
    """Return a question with the names of fields where it has their beginning: "ext", "tel"."""
    fields = field_words(records.name_field, *records.fields)
    short = {word for word in question.stems - records.words if len(word) in _SHORT_CHARS}
    meant = {word: {name for name in fields if name.startswith(word)} for word in short}
    found = {word: names for word, names in meant.items() if len(names) == 1}
    if not found:
        return question
    return replace(question, stems=(question.stems - found.keys()).union(*found.values()))


def counted_words(question: Question) -> list[str]:
    """Return the words for what is counted, up to the first verb; none if nothing is."""
    match = HOW_MANY.search(question.text)
    words = question.text[match.end() :].lower().split() if match else []
    plain = (word.strip("?,.") for word in words)
    return list(takewhile(lambda word: not is_stop_word(word), plain))


def without_name_of_rows(
    question: Question, records: Records, units: Iterable[EvidenceUnit]
) -> Question:
    """Return a question without its word for the rows: "how many jobs are open" of a repair log.

    It names the table by half of the words of its title, and sets a condition that rows fulfil.
    The word for what it counts stands nowhere: not in the table, and in no other of `units`. Rows
    are then what is told of.
    """
    name = frozenset(map(stem, counted_words(question)[-1:]))
    title = stems(records.records[0].units[0].source.title)
    is_named = len(title & question.stems) > _TITLE_SHARE * len(title)
    if not (name and is_named) or name & (records.words | FORM_WORDS):
        return question
    plain = replace(question, stems=question.stems - name)
    is_known = any(name <= stems(f"{item.breadcrumb} {item.own}") for item in units)
    return question if is_known or not fitting(Asked(plain, records)) else plain
