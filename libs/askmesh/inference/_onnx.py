"""Transformer encoders in ONNX Runtime: one text at a time, several threads."""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from askmesh.inference._adapters import Adapter, adapted, broken_model
from askmesh.inference._ports import EncoderUnavailableError
from askmesh.models import ModelSpec, ModelStore
from askmesh.resilience import Threads, threads, yield_thread

MAX_TOKENS = 512
"""What the encoders read; the rest of a longer text is cut off."""
_NICENESS = 10

_runtime = cast("Any", onnxruntime)  # it ships no types
_FAILURES: tuple[type[Exception], ...] = (
    RuntimeError,  # and those of the runtime, which have no base class of their own:
    *(
        kind
        for kind in cast(
            "dict[str, object]", vars(_runtime.capi.onnxruntime_pybind11_state)
        ).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ),
)


class Session(Protocol):
    """The part of an ONNX Runtime session that is used; safe to use from several threads."""

    def run(
        self, output_names: Sequence[str], input_feed: dict[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        """Compute the outputs."""
        ...


class Encoder:
    """A tokenizer and a session: from text, or a pair of texts, to the model's first output."""

    def __init__(self, tokenizer: Tokenizer, session: Session, output: str, width: int) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._output = output
        self.width = width
        """Numbers in the last dimension of the output."""

    def __call__(self, text: str, pair: str | None = None) -> NDArray[np.float32]:
        """Compute the output for one text or pair; it has a batch dimension of 1.

        Raise `EncoderUnavailableError` if ONNX Runtime failed; it has logged why.
        """
        encoding: Encoding = self._tokenizer.encode(text, pair)
        feed = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        try:
            return self._session.run([self._output], feed)[0]
        except _FAILURES as error:
            kind = type(error).__name__
            raise EncoderUnavailableError(f"the encoder does not work now ({kind})") from error


def encoder_threads(count: int | None) -> AbstractAsyncContextManager[Threads]:
    """Threads for the time of the block: as many as there are cores, unless it is said.

    They keep the processors busy, and yield them to whatever answers a call.
    """
    cores = len(os.sched_getaffinity(0))
    return threads("onnx", count or cores, prepare=partial(yield_thread, _NICENESS))


def open_encoder(
    store: ModelStore, spec: ModelSpec, adapter: Adapter | None = None
) -> Coroutine[Any, Any, Encoder]:
    """Fetch the model where needed and load it, with what an adapter adds, off the event loop.

    Raise `ModelError` if the model cannot be had, `StartupError` if the model cannot be loaded.
    """
    return asyncio.to_thread(lambda: _load(store.resolve(spec), adapter))


def _load(folder: Path, adapter: Adapter | None) -> Encoder:
    path = folder / "model.onnx"
    model = adapted(path, adapter) if adapter else str(path)
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = _open_session(model)
    except Exception as error:  # neither library has a narrower kind
        raise broken_model(folder, error) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    output = session.get_outputs()[0]
    return Encoder(tokenizer, cast("Session", session), str(output.name), int(output.shape[-1]))


def _open_session(model: str | bytes) -> Any:  # noqa: ANN401 - the runtime ships no types
    options = _runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return _runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
