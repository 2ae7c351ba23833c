"""The language models that write, and their order for one question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.api.common.v1.answer_pb2 import Abstention
from askmesh.inference import LanguageModelProfile, Purpose
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.generation import Generations
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.routing import ModelCandidate, Need, fittest, need_of, readiest
from askmesh.summarization.values import SummaryRequest

_ANSWER_TOKENS = 100
"""A typical answer, where prices are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class WritingModel:
    """A language model with what it is told, shown and allowed."""

    profile: LanguageModelProfile
    generations: Generations
    assembly: Assembly
    prompts: PromptWriter
    purposes: frozenset[Purpose] = frozenset()

    @property
    def name(self) -> str:
        """What it is called in usage, metrics and sentences."""
        return self.profile.name


@dataclass(frozen=True, slots=True)
class Route:
    """The models that may write an answer: as they are asked, and as they fit if all were well.

    Models in `failed` had just failed, by their names.
    """

    asked: tuple[WritingModel, ...]
    wanted: tuple[WritingModel, ...]
    failed: frozenset[str] = frozenset()


def route(request: SummaryRequest, models: Sequence[WritingModel]) -> Route:
    """Return the order of the models for a request. A single one is not looked at."""
    if len(models) == 1:
        return Route(tuple(models), tuple(models))
    need = need_of(request)
    candidates = [_candidate(model, need, request.question) for model in models]
    wanted = fittest(need, candidates)
    asked = readiest(wanted, candidates)
    failed = [model.name for model, at in zip(models, candidates, strict=True) if not at.works]
    return Route(
        tuple(models[number] for number in asked),
        tuple(models[number] for number in wanted),
        frozenset(failed),
    )


def begun(request: SummaryRequest, on: Route) -> tuple[Route, Evidence] | Abstention:
    """Return the evidence for the first model, or why there is none for any.

    A doubt that the first model may not decide is left to those that may.
    """
    found = on.asked[0].assembly.evidence(request)
    if isinstance(found, Evidence):
        return on, found
    deciding = tuple(model for model in on.asked if model.profile.decides_doubts)
    if on.asked[0] in deciding or not deciding:
        return found
    doubtful = deciding[0].assembly.evidence(request)
    return (replace(on, asked=deciding), doubtful) if isinstance(doubtful, Evidence) else found


def _candidate(model: WritingModel, need: Need, question: str) -> ModelCandidate:
    return ModelCandidate(
        purposes=model.purposes,
        room=model.prompts.room_for_evidence(question),
        cost=model.profile.cost(prompt_tokens=need.tokens, completion_tokens=_ANSWER_TOKENS),
        works=model.generations.state == "closed",
        is_free=model.generations.slots.has_room,
    )
