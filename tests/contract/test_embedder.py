"""What every embedder does."""

from collections.abc import AsyncGenerator

import numpy as np
import pytest

from askmesh.inference import Embedder, onnx_embedder
from askmesh.models import ModelStore
from support.fake_encoders import HashingEmbedder
from support.triton import askmesh_home

BRIDGE = "The old stone bridge crosses the river near the mill."
RIVER = "A stone bridge goes over the river by the mill."
TAXES = "Income tax returns are due at the end of April."


@pytest.fixture(params=["hashing", "onnx"])
async def embedder(request: pytest.FixtureRequest) -> AsyncGenerator[Embedder]:
    if request.param == "hashing":
        yield HashingEmbedder()
        return
    async with onnx_embedder(ModelStore(askmesh_home()), threads=2) as onnx:
        yield onnx


async def test_vectors_have_the_dimension_and_unit_length(embedder: Embedder) -> None:
    vectors = await embedder.embed_passages([BRIDGE, TAXES, ""])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    query = await embedder.embed_query("bridge")
    assert query.shape == (embedder.dimension,)
    assert query.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(query), 1.0, atol=1e-5)


async def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert (await embedder.embed_passages([])).shape == (0, embedder.dimension)


async def test_similar_texts_are_nearer_than_others(embedder: Embedder) -> None:
    bridge, river, taxes = await embedder.embed_passages([BRIDGE, RIVER, TAXES])
    assert bridge @ river > bridge @ taxes
    query = await embedder.embed_query("Where is the stone bridge over the river?")
    assert query @ bridge > query @ taxes


async def test_a_vector_depends_on_its_text_alone(embedder: Embedder) -> None:
    (alone,) = await embedder.embed_passages([BRIDGE])
    among = await embedder.embed_passages([TAXES, RIVER * 20, BRIDGE, "mill"])
    np.testing.assert_array_equal(alone, among[2])


async def test_a_text_longer_than_the_model_reads_is_cut(embedder: Embedder) -> None:
    (vector,) = await embedder.embed_passages([BRIDGE * 300])
    assert np.isfinite(vector).all()


async def test_the_model_is_named_with_its_revision(embedder: Embedder) -> None:
    name, _, revision = embedder.model.partition("@")
    assert name
    assert revision
