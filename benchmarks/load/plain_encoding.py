"""The plain loop that ingestion is compared with: the same model, in batches sorted by length.

    python -m benchmarks.load.plain_encoding MODEL_HOME BATCH_SIZE

Reads lines, each a JSON list of texts; answers each with the seconds that encoding them took and
the process's greatest memory so far.
"""

import json
import os
import resource
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from askmesh.models import BGE_SMALL_EN, ModelStore

_MAX_TOKENS = 512
_runtime = cast("Any", onnxruntime)  # it ships no types


class PlainEncoder:
    """One session with a thread for each core; a batch is padded to its longest text."""

    def __init__(self, home: Path, batch_size: int) -> None:
        folder = ModelStore(home).resolve(BGE_SMALL_EN)
        options = _runtime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        # Threads that wait busily would count as work, and take it from others.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = _runtime.InferenceSession(str(folder / "model.onnx"), options)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)  # pyright: ignore[reportUnknownMemberType]
        self._tokenizer.enable_padding()  # pyright: ignore[reportUnknownMemberType]
        self._batch_size = batch_size

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return the vectors of `texts`, the longest first."""
        ordered = sorted(texts, key=len, reverse=True)
        starts = range(0, len(ordered), self._batch_size)
        return np.concatenate([self._batch(ordered[at : at + self._batch_size]) for at in starts])

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": [each.ids for each in encodings],
            "attention_mask": [each.attention_mask for each in encodings],
            "token_type_ids": [each.type_ids for each in encodings],
        }
        arrays = {name: np.array(rows, dtype=np.int64) for name, rows in feed.items()}
        first: NDArray[np.float32] = self._session.run(None, arrays)[0][:, 0]
        return np.asarray(first / np.linalg.norm(first, axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    """Answer lines until they end."""
    encoder = PlainEncoder(Path(sys.argv[1]), int(sys.argv[2]))
    encoder.encode(["To begin with, everything is loaded."])
    for line in sys.stdin:
        began = perf_counter()
        encoder.encode(json.loads(line))
        seconds = perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peak_bytes": peak}), flush=True)


if __name__ == "__main__":
    main()
