# ruff: noqa: INP001 - Triton's folder, no package
"""TensorRT-LLM's LLM API model: no batch dimension, the text so far in every answer."""

import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[2] / "shared"))

from askmesh_llama import Face, Generated, LlamaModel, Respond
from askmesh_tensors import response, scalar, tensor, texts

_COPIED = {
    "sampling_param_max_tokens": "n_predict",
    "sampling_param_temperature": "temperature",
    "sampling_param_top_k": "top_k",
    "sampling_param_top_p": "top_p",
    "sampling_param_presence_penalty": "presence_penalty",
    "sampling_param_frequency_penalty": "frequency_penalty",
    "sampling_param_seed": "seed",
}


def _body(request: object) -> dict[str, object]:
    body = {name: scalar(request, asked) for asked, name in _COPIED.items()}
    stop = texts(request, "sampling_param_stop")
    return body | {"prompt": texts(request, "text_input")[0], "stop": stop}


def _answers(request: object) -> Respond:
    excluded = scalar(request, "sampling_param_exclude_input_from_output")
    streaming = scalar(request, "streaming")
    with_reason = scalar(request, "return_finish_reason")
    text = "" if excluded else texts(request, "text_input")[0]

    def answer(piece: Generated) -> object | None:
        nonlocal text
        text += piece.text
        if not streaming and not piece.finish_reason:
            return None
        outputs = [tensor("text_output", text.encode(), np.object_, (1,))]
        if with_reason:
            reason = piece.finish_reason.encode()
            outputs.append(tensor("finish_reason", reason, np.object_, (1,)))
        return response(*outputs)

    return answer


class TritonPythonModel(LlamaModel):
    """What Triton's Python back end looks for."""

    face = Face(body=_body, answers=_answers)
