"""Numbered lists below a heading that says what is to be done in an order: "Switching on"."""

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.lists import is_against, is_entry_of_few, whole_list
from askmesh.summarization.quoting import heading_of
from askmesh.summarization.said import Said
from askmesh.text import stems

_IN_ORDER = stems("order sequence")


def list_in_order(evidence: Evidence) -> list[Said]:
    """Return the numbered list beside the best unit, if an order is asked for and so headed."""
    best, question = evidence.ranked[0], evidence.question
    headed = stems(heading_of(best))
    if not (headed and headed <= question.stems and _IN_ORDER & question.stems):
        return []
    steps = [item for item in evidence.ranked if _is_step_beside(item, best)]
    steps = [item for item in steps if is_entry_of_few(item, evidence.ranked)]
    if not steps or is_against(question, steps[0], evidence.ranked):
        return []
    return [whole_list(steps[0], evidence.ranked)]


def _is_step_beside(item: EvidenceUnit, best: EvidenceUnit) -> bool:
    is_beside = item.source_number == best.source_number
    return is_beside and item.unit.headings == best.unit.headings and bool(item.unit.label)
