"""Sources whose units were scored one by one."""

from collections.abc import Sequence

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.values import Source, SourceSentence
from askmesh.text import units


def units_scored(text: str, scores: Sequence[float]) -> tuple[SourceSentence, ...]:
    """Return the units of a text with these scores, in their order."""
    return tuple(
        SourceSentence(unit.start, unit.end, score)
        for unit, score in zip(units(text), scores, strict=True)
    )


def evidence_of(question: str, text: str, scores: Sequence[float]) -> Evidence:
    """Return what an answer from one source, with these scores of its units, may rest on."""
    sentences = units_scored(text, scores) if scores else ()
    source = Source(passage_id="p", document_id="p", text=text, score=0.5, sentences=sentences)
    ranked = tuple(rank_units(question, [source]))
    return Evidence(question=take_apart(question), shown=ranked, ranked=ranked, probability=0.5)
