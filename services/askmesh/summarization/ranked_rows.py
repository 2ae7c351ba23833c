"""Rows that were ranked before everything else, whatever a question says of them in other words."""

import re

from askmesh.summarization.asked_records import Asked, unknown_words
from askmesh.summarization.conditions import columns_of, fitting, is_yes_or_no
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.records import Records, field_words
from askmesh.text import content_words, stem

_CLEARLY = 1.5
_THING = re.compile(r"\b(?:an?|the|my|our|your) ([\w-]+)", re.IGNORECASE)


def is_ranked_so(question: Question, records: Records, best: EvidenceUnit) -> bool:
    """Tell whether the rows that fulfil the conditions were ranked before everything else.

    Then a verb that no record has ("use drip irrigation") does no harm. What is asked for must be
    known: rows about printers are no answer about rooms.
    """
    asked = Asked(question, records)
    found = fitting(asked)
    if not found or not _is_verb(unknown_words(question, records), asked):
        return False
    inside = [item.score for record in found for item in record.units]
    others = (record for record in records.records if record not in found)
    outside = [item.score for record in others for item in record.units]
    is_best = any(item == best for record in found for item in record.units)
    return is_best and bool(outside) and min(inside) > _CLEARLY * max(outside)


def _is_verb(unknown: frozenset[str], asked: Asked) -> bool:
    """Tell whether one word is unknown, and stands beside a condition but not first.

    After an article it is a thing: rows without horses have no price for "a horse vaccinated".
    """
    words = [stem(word) for word in content_words(asked.question.text)]
    things = {stem(word.lower()) for word in _THING.findall(asked.question.text)}
    if len(unknown) != 1 or not unknown <= set(words) - things:
        return False
    place = words.index(next(iter(unknown)))
    named = (field_words(field) for field in asked.records.fields if is_yes_or_no(asked, field))
    flags = frozenset[str]().union(*named)
    conditions = flags.union(*columns_of(asked).values())
    is_first = place == 0 and asked.question.wanted is not Wanted.PERSON
    before, after = words[:place][-1:], words[place + 1 :][:1]
    return not is_first and (conditions >= set(after) > set() or flags >= set(before) > set())
