"""Low-rank adapters: what a model learnt after it was published, in a tenth of its size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper

from askmesh.errors import StartupError

Weights = NDArray[np.float32]
_MOST = 127
"""The greatest weight in eight bits."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A file with what is added to a model.

    `<module>.down` (rank, inputs) and `<module>.up` (outputs, rank) are multiplied, and added to
    the module's matrix (LoRA, https://arxiv.org/abs/2106.09685); what has the name of one of the
    model's vectors takes its place.
    """

    path: Path
    revision: str


SHORT_STATEMENTS = Adapter(
    Path(__file__).parent / "adapters/short-statements.npz", "statements-7323179c"
)
"""For the packaged cross-encoder: which sentence, row or item answers (ADR 61)."""


def adapted(model: Path, adapter: Adapter) -> bytes:
    """Return an ONNX model whose matrices have eight bits, with what `adapter` adds to them.

    Each column is rounded on a scale of its own. Raise `StartupError` if either cannot be read, or
    the adapter is of another model.
    """
    graph = _graph(model)
    values = {value.name: value for value in graph.graph.initializer}
    learnt = _learnt(adapter)
    for module, matrix in _matrices(graph):
        down, up = learnt.pop(f"{module}.down", None), learnt.pop(f"{module}.up", None)
        if down is not None and up is not None:
            added: Weights = (up @ down).T
            _store(values, matrix, _weights(values, matrix) + added)
    for name, vector in learnt.items():
        if name not in values:
            raise _foreign(model, adapter, name)
        values[name].CopyFrom(numpy_helper.from_array(vector, name))
    del graph.graph.value_info[:]  # scales have other shapes than before
    return graph.SerializeToString()


def broken_model(folder: Path, error: Exception) -> StartupError:
    """Return what is raised of a model that cannot be loaded."""
    return StartupError(
        "MODEL_BROKEN",
        f"The model in {folder} cannot be loaded: delete that folder, so that the model is "
        f"fetched again, and start again ({error}).",
    )


def _graph(model: Path) -> ModelProto:
    try:
        return onnx.load_model_from_string(model.read_bytes())
    except (OSError, DecodeError) as error:
        raise broken_model(model.parent, error) from error


def _learnt(adapter: Adapter) -> dict[str, Weights]:
    try:
        with np.load(adapter.path, allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise StartupError(
            "ADAPTER_BROKEN",
            f"The adapter {adapter.path} cannot be read: install askmesh again ({error}).",
        ) from error


def _matrices(graph: ModelProto) -> Iterator[tuple[str, str]]:
    """Yield each module whose matrix is multiplied in eight bits, and what its values are named."""
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            module = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            yield module, node.input[1].removesuffix("_quantized")


def _weights(values: Mapping[str, TensorProto], matrix: str) -> Weights:
    stored, scale, zero = (
        numpy_helper.to_array(values[f"{matrix}_{part}"]).astype(np.float32)
        for part in ("quantized", "scale", "zero_point")
    )
    weights: Weights = (stored - zero) * scale
    return weights


def _store(values: Mapping[str, TensorProto], matrix: str, weights: Weights) -> None:
    scales = np.abs(weights).max(axis=0) / _MOST
    parts = {
        "quantized": np.rint(weights / scales).astype(np.int8),
        "scale": scales.astype(np.float32),
        "zero_point": np.zeros(len(scales), np.int8),
    }
    for part, array in parts.items():
        name = f"{matrix}_{part}"
        values[name].CopyFrom(numpy_helper.from_array(array, name))


def _foreign(model: Path, adapter: Adapter, name: str) -> StartupError:
    return StartupError(
        "ADAPTER_FOREIGN",
        f"The adapter {adapter.path} does not belong to the model {model.parent.name}, which has "
        f"no {name}: name the adapter that was made for it.",
    )
