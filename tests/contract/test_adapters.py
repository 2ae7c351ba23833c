"""What an adapter adds to a model."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from askmesh.errors import StartupError
from askmesh.inference import SHORT_STATEMENTS, Adapter, onnx_cross_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore
from support.triton import askmesh_home

QUERY = "When was the stone bridge built?"
TEXTS = (
    "The stone bridge was built in 1823 by the brothers Hill.",
    "The bridge is a favourite of painters.",
    "Income tax returns are due at the end of April.",
)
MODULE = "classifier"
WIDTH = 384
ROUNDING = 0.1
"""Scores go from -12 to 10; columns that are rounded on their own scales move them by less."""


async def test_thin_matrices_of_zeros_add_nothing(tmp_path: Path) -> None:
    nothing = adapter(tmp_path, thin(0.0))
    assert await scores(nothing) == pytest.approx(await scores(None), abs=ROUNDING)


async def test_thin_matrices_are_multiplied_and_added(tmp_path: Path) -> None:
    changed = await scores(adapter(tmp_path, thin(0.5)))
    assert changed != pytest.approx(await scores(None), abs=ROUNDING)


async def test_a_vector_takes_the_place_of_the_models(tmp_path: Path) -> None:
    low = await scores(adapter(tmp_path, {"classifier.bias": np.array([1.0], np.float16)}))
    high = await scores(adapter(tmp_path, {"classifier.bias": np.array([3.0], np.float16)}))
    assert high == pytest.approx([score + 2.0 for score in low])


async def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    foreign = adapter(tmp_path, {"decoder.norm.bias": np.zeros(WIDTH, np.float16)})
    with pytest.raises(StartupError, match=r"does not belong to the model .*decoder\.norm\.bias"):
        await scores(foreign)


async def test_a_broken_adapter_is_told_from_a_broken_model(tmp_path: Path) -> None:
    broken = tmp_path / "adapter.npz"
    broken.write_bytes(b"no arrays")
    with pytest.raises(StartupError, match=r"The adapter .*adapter\.npz cannot be read"):
        await scores(Adapter(broken, "of-a-test"))


async def test_scores_are_known_by_model_and_adapter() -> None:
    store = ModelStore(askmesh_home())
    async with onnx_cross_encoder(store, threads=1) as encoder:
        assert encoder.model == f"{MINILM_CROSS_ENCODER.identity}+{SHORT_STATEMENTS.revision}"


def test_the_packaged_adapters_revision_is_of_its_content() -> None:
    content = SHORT_STATEMENTS.path.read_bytes()
    assert SHORT_STATEMENTS.revision == f"statements-{sha256(content).hexdigest()[:8]}"


@pytest.mark.parametrize(
    ("question", "answering", "other"),
    [
        (
            "Can my boyfriend stay over on Saturday?",
            "House rules\nGuests may stay for up to three nights.",
            "House rules\nOn Saturdays the kitchen is cleaned.",
        ),
        (
            "My son has a tummy bug, when can he come back?",
            "Illness\nA child who was sick stays at home until 48 hours have passed.",
            "Collecting children\nA son or daughter is collected by a person whom we know.",
        ),
    ],
)
async def test_what_answers_in_other_words_scores_higher_than_what_has_the_words(
    question: str, answering: str, other: str
) -> None:
    async with onnx_cross_encoder(ModelStore(askmesh_home()), threads=1) as encoder:
        first, second = await encoder.score(question, [answering, other])
    assert first is not None
    assert second is not None
    assert first > second


def thin(weight: float) -> dict[str, NDArray[np.float16]]:
    return {
        f"{MODULE}.down": np.full((2, WIDTH), weight, np.float16),
        f"{MODULE}.up": np.full((1, 2), weight, np.float16),
    }


def adapter(folder: Path, learnt: Mapping[str, NDArray[np.float16]]) -> Adapter:
    path = folder / "adapter.npz"
    arrays: dict[str, Any] = dict(learnt)
    with path.open("wb") as file:
        np.savez(file, **arrays)
    return Adapter(path, "of-a-test")


async def scores(learnt: Adapter | None) -> list[float]:
    store = ModelStore(askmesh_home())
    async with onnx_cross_encoder(store, adapter=learnt, threads=1) as encoder:
        return [score for score in await encoder.score(QUERY, TEXTS) if score is not None]
