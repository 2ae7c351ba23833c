"""Requests in the words of the models of TensorRT-LLM."""

from collections.abc import Mapping
from dataclasses import replace

from askmesh.inference import Bias, GenerationRequest, Guide
from askmesh.inference._triton_tensors import TritonModel, Value, input_tensors

CLASSIC = TritonModel(
    inputs={
        "text_input": "BYTES",
        "max_tokens": "INT32",
        "stop_words": "BYTES",
        "top_k": "INT32",
        "top_p": "FP32",
        "temperature": "FP32",
        "repetition_penalty": "FP32",
        "random_seed": "UINT64",
        "stream": "BOOL",
    },
    outputs=frozenset({"text_output"}),
    batched=True,
    decoupled=True,
)
LLM_API = TritonModel(
    inputs={
        "text_input": "BYTES",
        "streaming": "BOOL",
        "sampling_param_max_tokens": "INT32",
        "sampling_param_stop": "BYTES",
        "sampling_param_top_k": "INT32",
        "sampling_param_temperature": "FP32",
        "sampling_param_seed": "UINT64",
        "sampling_param_exclude_input_from_output": "BOOL",
        "return_finish_reason": "BOOL",
    },
    outputs=frozenset({"text_output", "finish_reason"}),
    batched=False,
    decoupled=False,
)
SAMPLED = GenerationRequest(
    prompt="p", max_tokens=5, temperature=0.5, top_p=0.9, top_k=7, seed=3, stop=("x", "y")
)


def sent(model: TritonModel, request: GenerationRequest) -> Mapping[str, tuple[Value, ...]]:
    return {tensor.name: tensor.values for tensor in input_tensors(model, request)}


def test_the_classic_names_are_used_with_a_batch_dimension() -> None:
    assert sent(CLASSIC, SAMPLED) == {
        "text_input": ("p",),
        "max_tokens": (5,),
        "stop_words": ("x", "y"),
        "temperature": (0.5,),
        "top_p": (0.9,),
        "top_k": (7,),
        "random_seed": (3,),
        "stream": (True,),
    }
    shapes = {tensor.name: tensor.shape for tensor in input_tensors(CLASSIC, SAMPLED)}
    assert shapes["text_input"] == (1, 1)
    assert shapes["stop_words"] == (1, 2)


def test_biases_are_words_and_weights_where_the_model_takes_them() -> None:
    words = {"embedding_bias_words": "BYTES", "embedding_bias_weights": "FP32"}
    biased = replace(SAMPLED, biases=(Bias("NO", -1.5), Bias("Yes", 0.5)))
    tensors = sent(replace(CLASSIC, inputs={**CLASSIC.inputs, **words}), biased)
    assert tensors["embedding_bias_words"] == ("NO", "Yes")
    assert tensors["embedding_bias_weights"] == (-1.5, 0.5)
    assert sent(CLASSIC, biased) == sent(CLASSIC, SAMPLED)


def test_the_names_of_the_llm_api_are_used_without_a_batch_dimension() -> None:
    assert sent(LLM_API, SAMPLED) == {
        "text_input": ("p",),
        "sampling_param_max_tokens": (5,),
        "sampling_param_stop": ("x", "y"),
        "sampling_param_temperature": (0.5,),
        "sampling_param_top_k": (7,),
        "sampling_param_seed": (3,),
        "sampling_param_exclude_input_from_output": (True,),
        "return_finish_reason": (True,),
        "streaming": (False,),
    }
    assert {tensor.shape for tensor in input_tensors(LLM_API, SAMPLED)} == {(1,), (2,)}


def test_greedy_decoding_is_asked_for_by_top_k() -> None:
    names = sent(CLASSIC, GenerationRequest(prompt="p", max_tokens=5, seed=3))
    assert names["top_k"] == (1,)
    assert not names.keys() & {"temperature", "top_p", "random_seed", "repetition_penalty"}


def test_data_types_are_those_that_the_model_declares() -> None:
    types = {tensor.name: tensor.datatype for tensor in input_tensors(CLASSIC, SAMPLED)}
    assert types["random_seed"] == "UINT64"
    assert types["temperature"] == "FP32"


def test_a_guide_is_sent_to_models_that_take_one() -> None:
    guided = replace(
        CLASSIC,
        inputs={
            **CLASSIC.inputs,
            "guided_decoding_guide_type": "BYTES",
            "guided_decoding_guide": "BYTES",
        },
    )
    request = replace(SAMPLED, guide=Guide("json_schema", "{}"))
    tensors = sent(guided, request)
    assert tensors["guided_decoding_guide_type"] == ("json_schema",)
    assert tensors["guided_decoding_guide"] == ("{}",)
    assert guided.can_be_guided
    assert not CLASSIC.can_be_guided
    assert sent(CLASSIC, request) == sent(CLASSIC, SAMPLED)
