"""Sentence embeddings by a BGE model."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from askmesh.inference._adapters import SHORT_STATEMENTS, Adapter
from askmesh.inference._onnx import Encoder, encoder_threads, open_encoder
from askmesh.models import BGE_SMALL_EN, MINILM_CROSS_ENCODER, ModelSpec, ModelStore
from askmesh.resilience import Threads, current_turn

_QUERY_INSTRUCTION = "Represent this sentence for searching relevant passages: "


class OnnxEmbedder:
    """BGE embeddings. Queries carry the instruction that the model was trained with.

    The model is quantized with ranges that are taken from what it computes at the moment, so in a
    batch the vector of a text would depend on its neighbours. Texts are therefore embedded one by
    one, side by side on several threads: equal texts have equal vectors, and nothing is padded.
    """

    def __init__(self, encoder: Encoder, workers: Threads, model: str) -> None:
        self._encoder = encoder
        self._workers = workers
        self._model = model

    @property
    def model(self) -> str:
        """Name and revision."""
        return self._model

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._encoder.width

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts`, the longest computed first so that no thread is late."""
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        vectors = await self._workers.call_all([partial(self._embed, texts[at]) for at in order])
        matrix = np.empty((len(texts), self.dimension), dtype=np.float32)
        for place, vector in zip(order, vectors, strict=True):
            matrix[place] = vector
        return matrix

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Vector of a query."""
        (vector,) = await self._workers.call_all([partial(self._embed, _QUERY_INSTRUCTION + text)])
        return vector

    def _embed(self, text: str) -> NDArray[np.float32]:
        first = self._encoder(text)[0, 0]  # of the first token, which stands for the whole text
        return np.asarray(first / np.linalg.norm(first), dtype=np.float32)


@asynccontextmanager
async def onnx_embedder(
    store: ModelStore, *, spec: ModelSpec = BGE_SMALL_EN, threads: int | None = None
) -> AsyncGenerator[OnnxEmbedder]:
    """An embedder with its own threads (default: one for each core).

    Raise `ModelError` if the model cannot be had, `StartupError` if the model cannot be loaded.
    """
    encoder = await open_encoder(store, spec)
    async with encoder_threads(threads) as workers:
        yield OnnxEmbedder(encoder, workers, spec.identity)


class OnnxCrossEncoder:
    """Scores pairs of query and text; the higher, the better the text answers.

    A quantized model gives a pair another score in another batch, so equal requests would be
    ranked differently under load. Pairs are therefore scored one by one, side by side on several
    threads, in the order of the candidates: when the budget ends, the first ones are done. One by
    one costs no more: nothing is padded, and small activations stay in the processor's cache.
    Of several that score at once, the one whose place in a room is the oldest has the threads: the
    others are done no later than if all had shared them, and it is done earlier.
    """

    def __init__(
        self,
        encoder: Encoder,
        workers: Threads,
        model: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._encoder = encoder
        self._workers = workers
        self._model = model
        self._clock = clock

    @property
    def model(self) -> str:
        """Name and revision, with its adapter's."""
        return self._model

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        """See `CrossEncoder.score`. A pair that has begun is finished, also after the budget."""
        end = None if budget_seconds is None else self._clock() + budget_seconds
        return await self._workers.call_all(
            [partial(self._pair, query, text, end) for text in texts], turn=current_turn()
        )

    def _pair(self, query: str, text: str, end: float | None) -> float | None:
        if end is not None and self._clock() >= end:
            return None
        return float(self._encoder(query, text).reshape(-1)[0])


@asynccontextmanager
async def onnx_cross_encoder(
    store: ModelStore,
    *,
    spec: ModelSpec = MINILM_CROSS_ENCODER,
    adapter: Adapter | None = SHORT_STATEMENTS,
    threads: int | None = None,
    clock: Callable[[], float] = monotonic,
) -> AsyncGenerator[OnnxCrossEncoder]:
    """A cross-encoder with its own threads (default: one for each core).

    What `adapter` adds was learnt from questions to small organisations' documents (ADR 61).
    `clock` tells the seconds of budgets.
    Raise `ModelError` if the model cannot be had, `StartupError` if the model cannot be loaded.
    """
    encoder = await open_encoder(store, spec, adapter)
    model = f"{spec.identity}+{adapter.revision}" if adapter else spec.identity
    async with encoder_threads(threads) as workers:
        yield OnnxCrossEncoder(encoder, workers, model, clock)
