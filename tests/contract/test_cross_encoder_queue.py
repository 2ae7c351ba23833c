"""The queue of the ONNX cross-encoder."""

import asyncio
from functools import partial

import numpy as np
from numpy.typing import NDArray

from askmesh.inference import onnx_cross_encoder
from askmesh.inference._onnx import encoder_threads
from askmesh.models import ModelStore
from support.triton import askmesh_home


async def test_cancelling_takes_waiting_pairs_out_of_the_queue() -> None:
    async with onnx_cross_encoder(ModelStore(askmesh_home()), threads=1) as cross_encoder:
        abandoned = asyncio.ensure_future(cross_encoder.score("a", ["text " * 400] * 5000))
        assert await cross_encoder.score("a", []) == []  # the other call has begun now
        abandoned.cancel()
        async with asyncio.timeout(30):  # five thousand pairs would take minutes
            assert len(await cross_encoder.score("bridge", ["The bridge."])) == 1
        assert abandoned.cancelled()


async def test_results_keep_the_order_of_the_jobs() -> None:
    def job(number: int) -> NDArray[np.float32]:
        return np.full(1, number, dtype=np.float32)

    async with encoder_threads(3) as workers:
        results = await workers.call_all([partial(job, number) for number in range(50)])
    assert [int(result[0]) for result in results] == list(range(50))
