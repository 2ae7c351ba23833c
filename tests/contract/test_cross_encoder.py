"""What every cross-encoder does."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count

import pytest

from askmesh.inference import CrossEncoder, onnx_cross_encoder
from askmesh.models import ModelStore
from support.fake_encoders import OverlapCrossEncoder
from support.triton import askmesh_home

QUERY = "When was the stone bridge built?"
ANSWER = "The stone bridge was built in 1823 by the brothers Hill."
RELATED = "The bridge is a favourite of painters."
OTHER = "Income tax returns are due at the end of April."


@pytest.fixture(params=["overlap", "onnx"])
async def cross_encoder(request: pytest.FixtureRequest) -> AsyncGenerator[CrossEncoder]:
    if request.param == "overlap":
        yield OverlapCrossEncoder(pair_seconds=0.001)
        return
    async with onnx_cross_encoder(ModelStore(askmesh_home()), threads=2) as onnx:
        yield onnx


async def test_the_text_that_answers_scores_highest(cross_encoder: CrossEncoder) -> None:
    other, answer, related = await scores(cross_encoder, [OTHER, ANSWER, RELATED])
    assert answer > related > other


async def test_no_texts_are_no_scores(cross_encoder: CrossEncoder) -> None:
    assert await cross_encoder.score(QUERY, []) == []


async def test_a_score_depends_on_its_pair_alone(cross_encoder: CrossEncoder) -> None:
    (alone,) = await scores(cross_encoder, [ANSWER])
    many = [OTHER, RELATED * 30, ANSWER, "", RELATED]
    both = await asyncio.gather(scores(cross_encoder, many), scores(cross_encoder, many))
    assert [result[2] for result in both] == [alone, alone]


async def test_without_a_budget_left_nothing_is_scored(cross_encoder: CrossEncoder) -> None:
    assert await cross_encoder.score(QUERY, [ANSWER] * 3, budget_seconds=0.0) == [None] * 3


@pytest.fixture(params=["overlap", "onnx"])
async def paced_cross_encoder(request: pytest.FixtureRequest) -> AsyncGenerator[CrossEncoder]:
    """One for which each pair takes a hundredth of a second, whatever the machine does."""
    if request.param == "overlap":
        yield OverlapCrossEncoder(pair_seconds=0.01)
        return
    ticks = count(0.0, 0.01)
    async with onnx_cross_encoder(
        ModelStore(askmesh_home()), threads=1, clock=lambda: next(ticks)
    ) as onnx:
        yield onnx


async def test_a_tight_budget_goes_to_the_first_texts(paced_cross_encoder: CrossEncoder) -> None:
    texts = [f"{RELATED} {number}" for number in range(30)]
    result = await paced_cross_encoder.score(QUERY, texts, budget_seconds=0.105)
    scored = [place for place, score in enumerate(result) if score is not None]
    assert scored in (list(range(10)), list(range(11)))


async def test_texts_longer_than_the_model_reads_are_cut(cross_encoder: CrossEncoder) -> None:
    assert len(await scores(cross_encoder, [ANSWER * 300])) == 1


async def scores(cross_encoder: CrossEncoder, texts: list[str]) -> list[float]:
    result = await cross_encoder.score(QUERY, texts)
    return [score for score in result if score is not None]
