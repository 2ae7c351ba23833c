"""Commands, settings and steps, as they stand in their block."""

import re
from collections.abc import Sequence

from askmesh.summarization.answerability import says_the_opposite
from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.kinds import asks_for_code
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import code, heading_of
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import links_as_text, plain
from askmesh.text import UnitKind, stems

_BLOCK_SHARE = 0.3
"""A block is the answer to "how" from this share of the best unit's score on."""
_SETTINGS_SHARE = 0.5
_SETTINGS = frozenset(["yaml", "yml", "toml", "ini", "json", "conf", "cfg", "properties"])
"""Languages of what is set, which says what to do only to who asks for just that."""
_NAMING_WORDS = 2
_FEW_LINES = 2
MOST_ENTRIES = 12
"""A longer list says more than what was asked."""
_LEFT_SHARE = 0.34
"""What of a question a heading need not say."""
_TO_DO = re.compile(
    r"\bwhat (?:do|should|must|can|shall) (?:i|we|you|one|they) do (?:when|if|in|at|with)\b",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(r"\s*(?:what|which)\b", re.IGNORECASE)
_ALIKE = 0.8
_LEADS_IN = re.compile(r"\b(?:when|if|unless|where)\W*$", re.IGNORECASE)
"""Of "Roll back when", each entry is a case."""
_FEWEST_ALIKE = 3
_CHANGES = stems("change new release version edition")
"""What a list of changes need not say of itself."""
_CODE_NAME = re.compile(r"(?<![\w.-])(?:[^\W\d_][\w.-]*[._\d][\w.-]*\w|--?[a-z][\w-]+)")
"""A name that is written as in code: `retention_days`, `rule_137`, `--dry-run`."""


def block(evidence: Evidence) -> list[Said]:
    """Return the block, its lines or the steps that a question asks for; else nothing."""
    best, question = evidence.ranked[0], evidence.question
    if best.unit.kind is UnitKind.CODE and not _is_against(question, best):
        if said := _lines(question, best):
            return said
        if question.wanted is Wanted.STEPS or asks_for_code(question.text):
            return [code(best)]
    if question.wanted is Wanted.LIST:
        return _whole_list(question, best, evidence.ranked) or _headed_list(evidence)
    if question.wanted is not Wanted.STEPS:
        to_do = _headed_list(evidence) if _TO_DO.search(question.text) else []
        return to_do or _list_of_equals(evidence) or _led_list(evidence)
    return _steps(evidence)


def _steps(evidence: Evidence) -> list[Said]:
    """Return the steps or the code of the best block that says how; else the list so headed."""
    best, question = evidence.ranked[0], evidence.question
    blocks = (
        item
        for item in evidence.ranked
        if item.score >= _share_of(item) * best.score
        and (item.unit.kind is UnitKind.CODE or _is_step(item))
        and not _is_against(question, item)
    )
    item = next(blocks, None)
    if item is None:
        return _headed_list(evidence)
    if _is_for_another(question, item):
        return []
    return [code(item)] if item.unit.kind is UnitKind.CODE else [whole_list(item, evidence.ranked)]


def _lines(question: Question, item: EvidenceUnit) -> list[Said]:
    """Return the lines of a block that have a name of code from the question, if they are few."""
    asked = _CODE_NAME.findall(question.text)
    lines = [line.strip() for line in item.own.splitlines()]
    found = [line for line in lines if any(mentions(line, name) for name in asked)]
    if not 0 < len(found) <= _FEW_LINES or len(found) == len(lines):
        return []
    return [Said(f"`{line}`", (item,), line) for line in found]


def _is_against(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is for the opposite of what is asked: to install for "uninstall"."""
    return says_the_opposite(question, f"{item.lead} {item.own}")


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


def _whole_list(
    question: Question, best: EvidenceUnit, ranked: Sequence[EvidenceUnit]
) -> list[Said]:
    """Return the list above which all stands that a question names, or those that begin so.

    "What was fixed in 4.2?" asks for those of the list that begin with "Fixed:".
    """
    asked = question.stems - FORM_WORDS - _CHANGES
    left = asked - stems(f"{best.breadcrumb} {best.lead}")
    own = [item for item in ranked if item.group == best.group]
    if best.unit.kind is not UnitKind.ITEM or left == asked or len(own) > MOST_ENTRIES:
        return []
    if not left:
        return [whole_list(best, ranked)]
    own.sort(key=lambda item: item.unit.start)
    found = [item for item in own if left <= stems(item.own.partition(":")[0])]
    return [Said(plain(item.own), (item,), item.own) for item in found]


def _headed_list(evidence: Evidence) -> list[Said]:
    """Return the list near the best unit whose heading has what is asked for.

    Of steps, it may lack a word or two that stand below it.
    """
    best, question = evidence.ranked[0], evidence.question
    asked = question.stems - FORM_WORDS
    most = 0 if question.wanted is Wanted.LIST else _LEFT_SHARE * len(asked)
    for item in evidence.ranked:
        is_near = item.source_number == best.source_number and item.breadcrumb == best.breadcrumb
        left = asked - stems(item.breadcrumb)
        if (
            is_near
            and _is_entry_of_few(item, evidence.ranked)
            and asked & stems(heading_of(item))
            and len(left) <= most
            and left <= stems(item.source.text)
            and not _is_against(question, item)
        ):
            return [whole_list(item, evidence.ranked)]
    return []


def _list_of_equals(evidence: Evidence) -> list[Said]:
    """Return the list of which all entries answer alike: what was asked stands above them."""
    best, question = evidence.ranked[0], evidence.question
    if question.identifiers or not _is_entry_of_few(best, evidence.ranked):
        return []
    scores = [item.own_score for item in evidence.ranked if item.group == best.group]
    asked = question.stems - FORM_WORDS
    alike = all(score is not None and score >= _ALIKE * best.score for score in scores)
    alike |= _LEADS_IN.search(heading_of(best)) is not None
    above = asked & stems(f"{heading_of(best)} {best.lead}")
    if not alike or len(scores) < _FEWEST_ALIKE or 2 * len(above) < len(asked):
        return []
    return [whole_list(best, evidence.ranked)]


def _led_list(evidence: Evidence) -> list[Said]:
    """Return the list whose lead-in says all that it says of what is asked: "What do I bring?".

    Of a list of which a word of the question is in some entries, the others may not be meant.
    """
    best, question = evidence.ranked[0], evidence.question
    lead = stems(best.lead)
    if not (_ASKS_WHAT.match(question.text) and lead and lead <= question.stems):
        return []
    entries = [item for item in evidence.ranked if item.group == best.group]
    is_told_apart = any(stems(item.own) & question.stems - lead for item in entries)
    if is_told_apart or not _is_entry_of_few(best, evidence.ranked):
        return []
    return [whole_list(best, evidence.ranked)]


def _is_entry_of_few(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> bool:
    entries = sum(other.group == item.group for other in ranked)
    return item.unit.kind is UnitKind.ITEM and 1 < entries <= MOST_ENTRIES


def whole_list(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> Said:
    """Return the steps or the items of a list, as they stand."""
    own = [other.unit for other in ranked if other.group == item.group]
    text = item.source.text
    start = text.rfind("\n", 0, min(unit.start for unit in own)) + 1
    end = max(unit.end for unit in own)
    closing = re.compile(r"\n\s*(?:```|~~~)[ \t]*(?=\n|$)").match(text, end)
    steps = text[start : closing.end() if closing else end]
    lead = plain(item.lead) or item.breadcrumb
    return Said(lead, (item,), steps, after=links_as_text(steps))
