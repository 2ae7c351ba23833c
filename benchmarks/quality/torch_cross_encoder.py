"""The packaged cross-encoder in PyTorch, with what an adapter learns beside its matrices."""

# PyTorch and transformers are not always installed: nothing else needs them.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUntypedBaseClass=false

import math
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper
from torch import Tensor, nn
from transformers import BertConfig, BertForSequenceClassification

DROPOUT = 0.05
_EMBEDDINGS = ("word", "token_type", "position")


class LowRank(nn.Module):
    """A matrix that stays, and two thin ones that learn what is added to it."""

    def __init__(self, matrix: nn.Linear, rank: int) -> None:
        super().__init__()
        self.matrix = matrix
        self.down = nn.Parameter(
            torch.randn(rank, matrix.in_features) * (2 / math.sqrt(matrix.in_features))
        )
        self.up = nn.Parameter(torch.zeros(matrix.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return what both make of `inputs`."""
        return self.matrix(inputs) + inputs @ self.down.T @ self.up.T


def cross_encoder(model: Path, rank: int) -> nn.Module:
    """Return the model of an ONNX file, of which only thin matrices and vectors learn."""
    network = BertForSequenceClassification(
        BertConfig(
            hidden_size=384,
            num_hidden_layers=12,
            num_attention_heads=12,
            intermediate_size=1536,
            num_labels=1,
            hidden_dropout_prob=DROPOUT,
            attention_probs_dropout_prob=DROPOUT,
        )
    )
    network.load_state_dict(_state(onnx.load(str(model))))
    for parameter in network.parameters():
        parameter.requires_grad = False
    _with_thin_matrices(network, rank)
    for name, parameter in network.named_parameters():
        parameter.requires_grad = _learns(name)
    return network


def learnt(network: nn.Module) -> dict[str, NDArray[np.float16]]:
    """Return what the network has learnt, in the form of `askmesh.inference.Adapter`."""
    found = {name: value for name, value in network.named_parameters() if value.requires_grad}
    return {
        name.replace(".matrix.bias", ".bias"): value.detach().numpy().astype(np.float16)
        for name, value in found.items()
    }


def resume(network: nn.Module, adapter: Path) -> None:
    """Let the network go on from what an adapter of the same rank has learnt."""
    own = dict(network.named_parameters())
    with np.load(adapter, allow_pickle=False) as file, torch.no_grad():
        for name in file.files:
            found = own.get(name.replace(".bias", ".matrix.bias"), own.get(name))
            if found is None:
                raise KeyError(name)
            found.copy_(torch.tensor(file[name].astype(np.float32)))


def _learns(name: str) -> bool:
    is_vector = name.endswith("bias") or "LayerNorm" in name
    return name.endswith((".down", ".up")) or (is_vector and "embeddings" not in name)


def _with_thin_matrices(network: nn.Module, rank: int) -> None:
    matrices = [item for item in network.named_modules() if isinstance(item[1], nn.Linear)]
    for name, matrix in matrices:
        owner, _, attribute = name.rpartition(".")
        setattr(network.get_submodule(owner), attribute, LowRank(matrix, rank))


def _state(graph: ModelProto) -> dict[str, Tensor]:
    values = {each.name: numpy_helper.to_array(each) for each in graph.graph.initializer}
    state = {name: value for name, value in values.items() if value.dtype == np.float32}
    state = {name: value for name, value in state.items() if not name.endswith("_scale")}
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            module = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            matrix = _dequantized(values, node.input[1].removesuffix("_quantized"))
            state[f"{module}.weight"] = matrix.T
    for kind in _EMBEDDINGS:
        name = f"bert.embeddings.{kind}_embeddings.weight"
        state[name] = _dequantized(values, name)
    return {name: torch.tensor(value.copy()) for name, value in state.items()}


def _dequantized(values: dict[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    stored, zero = (
        values[f"{name}_{part}"].astype(np.float32) for part in ("quantized", "zero_point")
    )
    return np.asarray((stored - zero) * values[f"{name}_scale"], dtype=np.float32)
