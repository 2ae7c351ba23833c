# ruff: noqa: INP001 - Triton's folder, no package
"""TensorRT-LLM's "ensemble": a batch dimension, text in pieces, no reason for the end."""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[2] / "shared"))

from askmesh_llama import Face, Generated, LlamaModel, Respond
from askmesh_tensors import numbers, response, scalar, tensor, texts

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


def _body(request: object) -> dict[str, object]:
    body = {name: scalar(request, asked) for asked, name in _COPIED.items()}
    for kind, guide in zip(
        texts(request, "guided_decoding_guide_type"),
        texts(request, "guided_decoding_guide"),
        strict=True,
    ):
        body |= _guide(kind, guide)
    words = texts(request, "embedding_bias_words")
    if words:
        body["logit_bias"] = list(
            zip(words, numbers(request, "embedding_bias_weights"), strict=True)
        )
    return body | {"prompt": texts(request, "text_input")[0], "stop": texts(request, "stop_words")}


def _guide(kind: str, guide: str) -> dict[str, object]:
    match kind:
        case "json_schema":
            return {"json_schema": json.loads(guide)}
        case "ebnf_grammar":
            return {"grammar": guide}
        case _:
            raise ValueError(f"guides of the kind {kind} are not known here")


def _answers(request: object) -> Respond:
    held = "" if scalar(request, "exclude_input_in_output") else texts(request, "text_input")[0]
    whole = not scalar(request, "stream")

    def answer(piece: Generated) -> object | None:
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


class TritonPythonModel(LlamaModel):
    """What Triton's Python back end looks for."""

    face = Face(body=_body, answers=_answers)
