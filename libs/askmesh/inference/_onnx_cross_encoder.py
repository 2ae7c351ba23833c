"""Relevance of texts to a query, by a cross-encoder."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic

from askmesh.inference._onnx import Encoder, encoder_threads, open_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelSpec, ModelStore
from askmesh.resilience import Threads


class OnnxCrossEncoder:
    """Scores pairs of query and text; the higher, the better the text answers.

    A quantized model gives a pair another score in another batch, so equal requests would be
    ranked differently under load. Pairs are therefore scored one by one, side by side on several
    threads, in the order of the candidates: when the budget ends, the first ones are done. One by
    one costs no more: nothing is padded, and small activations stay in the processor's cache.
    """

    def __init__(
        self, encoder: Encoder, workers: Threads, clock: Callable[[], float] = monotonic
    ) -> None:
        self._encoder = encoder
        self._workers = workers
        self._clock = clock

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        """See `CrossEncoder.score`. A pair that has begun is finished, also after the budget."""
        end = None if budget_seconds is None else self._clock() + budget_seconds
        return await self._workers.call_all(
            [partial(self._pair, query, text, end) for text in texts]
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
    threads: int | None = None,
    clock: Callable[[], float] = monotonic,
) -> AsyncGenerator[OnnxCrossEncoder]:
    """A cross-encoder with its own threads (default: one for each core).

    `clock` tells the seconds of budgets.

    Raises:
        ModelError: The model cannot be had.
        StartupError: The model cannot be loaded.
    """
    encoder = await open_encoder(store, spec)
    async with encoder_threads(threads) as workers:
        yield OnnxCrossEncoder(encoder, workers, clock)
