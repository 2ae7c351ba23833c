"""What a Triton language model wants to be sent, in the words of the model that is there.

TensorRT-LLM's models differ in names, types and shapes: the ensemble of the inflight batcher
(`max_tokens`, `stop_words`, a batch dimension), older versions of it (`random_seed`), and the
LLM API model (`sampling_param_max_tokens`, no batch dimension). A request is put into whichever
names the model declares; what it does not declare is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from askmesh.inference._ports import GenerationRequest

Value = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TritonModel:
    """What a model in Triton declares."""

    inputs: Mapping[str, str]
    """Data type of each input tensor."""
    outputs: frozenset[str]
    batched: bool
    """Shapes on the wire begin with a batch dimension."""
    decoupled: bool
    """The model may answer in pieces."""

    @property
    def answers_cumulatively(self) -> bool:
        """Whether such models usually repeat the text so far in each piece."""
        return "sampling_param_max_tokens" in self.inputs

    @property
    def can_be_guided(self) -> bool:
        """Whether the model can be told what its text must look like."""
        return "guided_decoding_guide" in self.inputs

    @property
    def leaves_prompt_out(self) -> bool:
        """Whether the model can be told not to repeat the prompt."""
        return any(name in self.inputs for name in _NAMES["exclude_prompt"])


@dataclass(frozen=True, slots=True)
class InputTensor:
    """A tensor to send."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    values: tuple[Value, ...]


_NAMES: Mapping[str, tuple[str, ...]] = {
    "prompt": ("text_input",),
    "max_tokens": ("max_tokens", "sampling_param_max_tokens"),
    "stop": ("stop_words", "sampling_param_stop"),
    "temperature": ("temperature", "sampling_param_temperature"),
    "top_p": ("top_p", "sampling_param_top_p"),
    "top_k": ("top_k", "sampling_param_top_k"),
    "repetition_penalty": ("repetition_penalty", "sampling_param_repetition_penalty"),
    "seed": ("seed", "random_seed", "sampling_param_seed"),
    "stream": ("stream", "streaming"),
    "exclude_prompt": ("exclude_input_in_output", "sampling_param_exclude_input_from_output"),
    "guide_kind": ("guided_decoding_guide_type",),
    "guide": ("guided_decoding_guide",),
    "biased_words": ("embedding_bias_words",),
    "biases": ("embedding_bias_weights",),
    "count_prompt": ("return_num_input_tokens",),
    "count_completion": ("return_num_output_tokens",),
    "finish_reason": ("return_finish_reason",),
}


def input_tensors(model: TritonModel, request: GenerationRequest) -> list[InputTensor]:
    """The request in the model's own tensors."""
    return [
        _tensor(model, name, values)
        for meaning, values in _meanings(model, request).items()
        for name in _declared(model, meaning)
    ]


def _declared(model: TritonModel, meaning: str) -> list[str]:
    return [name for name in _NAMES[meaning] if name in model.inputs][:1]


def _tensor(model: TritonModel, name: str, values: tuple[Value, ...]) -> InputTensor:
    shape = (1, len(values)) if model.batched else (len(values),)
    return InputTensor(name, model.inputs[name], shape, values)


def _meanings(model: TritonModel, request: GenerationRequest) -> dict[str, tuple[Value, ...]]:
    meanings: dict[str, tuple[Value, ...]] = {
        "prompt": (request.prompt,),
        "max_tokens": (request.max_tokens,),
        "stream": (model.decoupled,),
        "exclude_prompt": (True,),
        "count_prompt": (True,),
        "count_completion": (True,),
        "finish_reason": (True,),
    }
    if request.stop:
        meanings["stop"] = request.stop
    if request.guide:
        meanings |= {"guide_kind": (request.guide.kind,), "guide": (request.guide.text,)}
    if request.biases:
        meanings["biased_words"] = tuple(bias.word for bias in request.biases)
        meanings["biases"] = tuple(bias.logit for bias in request.biases)
    if request.repetition_penalty != 1.0:
        meanings["repetition_penalty"] = (request.repetition_penalty,)
    return meanings | _sampling(request)


def _sampling(request: GenerationRequest) -> dict[str, tuple[Value, ...]]:
    if request.temperature == 0.0:  # some versions refuse the number and mean the same by top_k
        return {"top_k": (1,)}
    sampling: dict[str, tuple[Value, ...]] = {
        "temperature": (request.temperature,),
        "top_p": (request.top_p,),
        "top_k": (request.top_k,),
    }
    if request.seed is not None:
        sampling["seed"] = (request.seed,)
    return sampling
