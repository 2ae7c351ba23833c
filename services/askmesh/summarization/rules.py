"""Answers that rules give by themselves."""

from collections.abc import Sequence

from askmesh.summarization.denied_names import denied_by_name
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.ordinals import at_its_place
from askmesh.summarization.question import Question
from askmesh.summarization.ruling import ruled
from askmesh.summarization.said import Said


def told_by_rule(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return a rule for the case, what stands at a place, or what denies a name."""
    return (
        ruled(question, ranked)
        or at_its_place(question, ranked)
        or denied_by_name(question, ranked)
    )
