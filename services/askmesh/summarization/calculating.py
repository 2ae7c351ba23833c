"""Answers that are read off records by arithmetic: the largest, which of two, how many, the sum."""

import re
from collections.abc import Callable

from askmesh.summarization.asked_records import Asked, Measured, is_about
from askmesh.summarization.conditions import MEAN, SUM, chosen, fitting
from askmesh.summarization.counting import counted
from askmesh.summarization.doubts import is_understood
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.listing import listed
from askmesh.summarization.looking_up import looked_up
from askmesh.summarization.measures import field_and_unit
from askmesh.summarization.own_words import spelled_out
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.ranked_rows import is_ranked_so
from askmesh.summarization.records import Record, Records, said_of
from askmesh.summarization.said import Said
from askmesh.text import stems

_TO_DO = re.compile(
    r"\bwhat (?:to|(?:do|does|did|should|must|shall|can|could|will|would) \w+"
    r"(?: (?:have|need) to)?) do\b",
    re.IGNORECASE,
)
"""What somebody does is in no cell: "What do I have to do on the day?" asks for no day."""
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|top|next|first|second|third|fourth|2nd|3rd|4th)\b", re.IGNORECASE
)
"""Asks for more than the one that is most, or for another one."""
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_TWO = 2


def calculated(question: Question, records: Records, *, best: EvidenceUnit) -> list[Said]:
    """Return the answer to `question` if it can be read off `records`; else nothing.

    `best` is the unit that was ranked first of all. Nothing is the most of all, or a sum, of
    records of which some may be missing.
    """
    if _TO_DO.search(question.text):
        return []
    question = spelled_out(question, records)
    if not (is_about(question, records) or is_ranked_so(question, records, best)):
        return []
    asked = Asked(question, records)
    if not is_understood(asked) or (_needs_all(asked) and not records.is_whole):
        return []
    return _compared(asked) or _told(asked)


def _told(asked: Asked) -> list[Said]:
    """Return what is told of a question that compares no two records."""
    if _THAN.search(asked.rest.text):
        return []  # more than what is in no figure
    if asked.measure and asked.measure.is_extreme and not asked.named:
        return _extreme(asked)
    ways: tuple[Callable[[Asked], list[Said]], ...] = (
        _summed, counted, listed, looked_up,
    )  # fmt: skip
    found = (way(asked) for way in ways)
    return next((said for said in found if said), list[Said]())


def _needs_all(asked: Asked) -> bool:
    text = asked.rest.text
    is_total = (SUM.search(text) or MEAN.search(text)) and len(asked.named) < _TWO
    return bool(is_total or (asked.measure and asked.measure.is_extreme))


def _compared(asked: Asked) -> list[Said]:
    """Return which of the two that are named is more, with both figures."""
    measure = asked.measure
    named = asked.named or asked.records.told_apart(asked.question.stems)
    if asked.bounds or asked.question.amounts:
        return []
    if not (named or (measure and measure.is_extreme)):
        named = tuple(fitting(asked) or ())
    if measure is None or not measure.compares or len(named) != _TWO:
        return []
    both = asked.measured(named)
    if len(both) != _TWO:
        return []
    more, less = sorted(both, key=lambda each: -measure.direction * each.amount.value)
    field = field_and_unit(asked.field or "")[0].lower()
    if more.amount == less.amount:
        text = f"Both have the same {field}: {more.text}."
    elif asked.is_field_named:
        article = "" if measure.word in {"more", "less", "fewer"} else "the "
        text = f"{more.record.label} has {article}{measure.word} {field}: {_against(more, less)}"
    else:
        text = f"{more.record.label} is {measure.word}: {_against(more, less)}"
    first = named[0] if _is_first(asked, named[0]) else named[1]
    agreed = "Yes: " if more.record is first and more.amount != less.amount else "No: "
    sure = agreed if asked.question.wanted is Wanted.YES_NO else ""
    return [said_of(f"{sure}{text}", [more.record, less.record], asked.field)]


def _is_first(asked: Asked, record: Record) -> bool:
    """Tell whether the record is the one that stands before "than" in the question."""
    before = asked.question.text.partition(" than ")[0]
    return record in (asked.records.named(stems(before)) or asked.records.told_apart(stems(before)))


def _against(more: Measured, less: Measured) -> str:
    return f"{more.text}, against {less.text} for {less.record.label}."


def _extreme(asked: Asked) -> list[Said]:
    measure = asked.measure
    if measure is None:
        return []
    all_of = asked.measured(chosen(asked))
    if not all_of or _SEVERAL.search(asked.rest.text):
        return []
    best = max(measure.direction * each.amount.value for each in all_of)
    found = [each for each in all_of if measure.direction * each.amount.value == best]
    text = f"{', '.join(each.shown for each in found)}."
    return [said_of(text, [each.record for each in found], asked.field)]


def _summed(asked: Asked) -> list[Said]:
    is_sum, is_mean = SUM.search(asked.question.text), MEAN.search(asked.question.text)
    if not (is_sum or is_mean):
        return []
    rows = asked.named if len(asked.named) >= _TWO else chosen(asked)
    all_of = asked.measured(rows)
    written = [amount for each in all_of if (amount := re.search(r"\d[\d.,]*", each.text))]
    units = {
        each.text.replace(found.group(), "\0") for each, found in zip(all_of, written, strict=True)
    }
    if len(units) != 1:
        return []
    values = [float(found.group().rstrip(".,").replace(",", "")) for found in written]
    result = sum(values) / (len(values) if is_mean else 1)
    text = f"{units.pop().replace(chr(0), f'{round(result, 2):.12g}')}: "
    return [said_of(text + ", ".join(each.shown for each in all_of) + ".", rows, asked.field)]
