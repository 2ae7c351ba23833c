"""Commands, settings and steps, as they stand in their block."""

import re

from askmesh.summarization.asked_things import tells_how_to_do_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.kinds import asks_for_code
from askmesh.summarization.lists import (
    is_against,
    list_headed,
    list_led,
    list_named,
    list_of_equals,
    list_of_section,
    whole_list,
)
from askmesh.summarization.lists_in_order import list_in_order
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import code, heading_of, whole_file, words_of_setting
from askmesh.summarization.said import Said
from askmesh.summarization.sections import section_of
from askmesh.text import UnitKind, stems

_BLOCK_SHARE = 0.3
"""A block is the answer to "how" from this share of the best unit's score on."""
_SETTINGS_SHARE = 0.5
_SETTINGS = frozenset(["yaml", "yml", "toml", "ini", "json", "conf", "cfg", "properties"])
"""Languages of what is set, which says what to do only to who asks for just that."""
_NAMING_WORDS = 2
_FEW_LINES = 2
_WORDS_OF_ONE = 2
_TO_DO = re.compile(
    r"\bwhat (?:do|should|must|can|shall) (?:i|we|you|one|they) do (?:when|if|in|at|with)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(r"(?:this|that|these|it|the command)\b", re.IGNORECASE)
_CODE_NAME = re.compile(r"(?<![\w.-])(?:[^\W\d_][\w.-]*[._\d][\w.-]*\w|--?[a-z][\w-]+)")
"""A name that is written as in code: `retention_days`, `rule_137`, `--dry-run`."""


def block(evidence: Evidence) -> list[Said]:
    """Return the block, its lines or the steps that a question asks for; else nothing."""
    best, question = evidence.ranked[0], evidence.question
    if best.unit.kind is UnitKind.CODE and not is_against(question, best, evidence.ranked):
        if said := _lines(question, best):
            return said
        if question.wanted is not Wanted.STEPS and asks_for_code(question.text):
            return [code(best)]
    if best.is_setting and _asks_for_the_file(question, best):
        return [code(whole_file(best))]
    if question.wanted is Wanted.LIST:
        named = list_named(question, best, evidence.ranked)
        return named or list_headed(evidence) or list_of_section(evidence)
    if question.wanted is not Wanted.STEPS:
        to_do = list_headed(evidence) if _TO_DO.search(question.text) else []
        return to_do or list_of_equals(evidence) or list_led(evidence)
    return _steps(evidence)


def _asks_for_the_file(question: Question, best: EvidenceUnit) -> bool:
    """Tell whether a configuration file is asked for, and not one of its settings."""
    is_of_one = len(words_of_setting(best) & question.stems) >= _WORDS_OF_ONE
    return question.wanted is not Wanted.STEPS and asks_for_code(question.text) and not is_of_one


def _steps(evidence: Evidence) -> list[Said]:
    """Return the steps or the code of the best block that says how; else the list so headed.

    Those with a score of their own come before those that have but the score of their passage.
    """
    best, question = evidence.ranked[0], evidence.question
    blocks = [
        item
        for item in evidence.ranked
        if item.score >= _share_of(item) * best.score
        and (item.unit.kind is UnitKind.CODE or _is_step(item))
        and not is_against(question, item, evidence.ranked)
    ]
    item = _explained(evidence) or next(
        (item for item in blocks if item.own_score is not None), next(iter(blocks), None)
    )
    if item is None:
        return list_in_order(evidence) or list_headed(evidence)
    if not _tells_how(question, item) or _is_for_another(question, item):
        return []
    if item.unit.kind is not UnitKind.CODE:
        return [whole_list(item, evidence.ranked)]
    return [code(item)]


def _explained(evidence: Evidence) -> EvidenceUnit | None:
    """Return the code that the best unit speaks of, if it begins below it: "This makes a copy"."""
    best = evidence.ranked[0]
    if best.unit.kind is not UnitKind.SENTENCE or not _SPEAKS_OF_IT.match(best.own):
        return None
    above = [
        item
        for item in evidence.ranked
        if item.source_number == best.source_number and item.unit.end <= best.unit.start
    ]
    last = max(above, key=lambda item: item.unit.end, default=best)
    is_code = last.unit.kind is UnitKind.CODE and last.unit.headings == best.unit.headings
    return last if is_code and not is_against(evidence.question, last, above) else None


def _tells_how(question: Question, item: EvidenceUnit) -> bool:
    headings = (*item.source.headings, *item.unit.headings)
    said = f"{item.breadcrumb} {item.lead} {section_of(item)}"
    return tells_how_to_do_it(question.text, headings[-1] if headings else "", said)


def _lines(question: Question, item: EvidenceUnit) -> list[Said]:
    """Return the lines of a block that have a name of code from the question, if they are few."""
    asked = _CODE_NAME.findall(question.text)
    lines = [line.strip() for line in item.own.splitlines()]
    found = [line for line in lines if any(mentions(line, name) for name in asked)]
    if not 0 < len(found) <= _FEW_LINES or len(found) == len(lines):
        return []
    return [Said(f"`{line}`", (item,), line) for line in found]


def _share_of(item: EvidenceUnit) -> float:
    return _SETTINGS_SHARE if item.unit.label.lower() in _SETTINGS else _BLOCK_SHARE


def _is_for_another(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it stands under the name of a thing, and the question has only other names."""
    heading, said = heading_of(item), stems(f"{item.breadcrumb} {item.source.text}")
    is_name = 0 < len(heading.split()) <= _NAMING_WORDS and not stems(heading) & question.stems
    is_name = is_name and heading.lower() not in item.source.text
    return is_name and bool(question.names) and not stems(" ".join(question.names)) & said


def _is_step(item: EvidenceUnit) -> bool:
    return item.unit.kind is UnitKind.ITEM and bool(item.unit.label)
