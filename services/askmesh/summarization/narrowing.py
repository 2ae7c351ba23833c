"""The units that are about a question, and about nothing else of its kind, in their order."""

from collections.abc import Sequence

from askmesh.summarization.amendments import newer_first
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.going_on import going_on_first
from askmesh.summarization.question import Question
from askmesh.summarization.ranges import within_range
from askmesh.summarization.rows_named import without_rows_of_others
from askmesh.summarization.sections import about_what_is_named


def narrowed(question: Question, everything: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return of all units those that may answer, what holds now and says what is asked first."""
    ranked = within_range(question, about_what_is_named(question, everything))
    ranked = newer_first(question, without_rows_of_others(question, ranked))
    return going_on_first(question, ranked)
