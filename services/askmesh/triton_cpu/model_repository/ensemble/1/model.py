"""TensorRT-LLM's "ensemble": a batch dimension, text in pieces, no reason for the end."""

import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[2] / "shared"))

from askmesh_llama import Face, LlamaModel, Piece, response, scalar, tensor, texts  # noqa: E402

_COPIED = {
    "max_tokens": "n_predict",
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "repetition_penalty": "repeat_penalty",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "seed": "seed",
}


def _body(request):
    body = {name: scalar(request, asked) for asked, name in _COPIED.items()}
    return body | {"prompt": texts(request, "text_input")[0], "stop": texts(request, "stop_words")}


def _answers(request):
    held = "" if scalar(request, "exclude_input_in_output") else texts(request, "text_input")[0]
    whole = not scalar(request, "stream")

    def answer(piece: Piece):
        nonlocal held
        text, held = held + piece.text, ""
        if whole and not piece.finish_reason:
            held = text
            return None
        return response(
            tensor("text_output", text.encode(), np.object_, (1, 1)),
            tensor("num_input_tokens", piece.prompt_tokens, np.int32, (1, 1)),
            tensor("num_output_tokens", piece.completion_tokens, np.int32, (1, 1)),
        )

    return answer


class TritonPythonModel:
    def initialize(self, args):
        self._model = LlamaModel(args["model_name"], Face(body=_body, answers=_answers))

    def execute(self, requests):
        for request in requests:
            self._model.accept(request)

    def finalize(self):
        self._model.close()
