"""Pages, and what answers are composed of from them."""

from dataclasses import replace

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.said import Said
from askmesh.summarization.stating import stated
from askmesh.summarization.values import Source
from support.scored_sources import units_scored
from support.summaries import TIMID, WordCounter, assembly_limits, request


def evidence_from(question: str, *sources: Source) -> Evidence:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, sources))
    assert isinstance(evidence, Evidence)
    return evidence


def stated_in(question: str, source: Source) -> list[Said]:
    return stated(evidence_from(question, source))


def page(text: str, title: str = "", *, score: float = 0.9) -> Source:
    return Source(passage_id=title, document_id=title, title=title, text=text, score=score)


def scored_page(text: str, *scores: float) -> Source:
    """Return a source whose units have scores of their own."""
    return replace(page(text, "Office"), sentences=units_scored(text, scores))
