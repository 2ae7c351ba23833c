# ruff: noqa: INP001 - Triton's folder, no package
"""Reading and making Triton's tensors."""

import numpy as np
import triton_python_backend_utils as pb_utils


def texts(request: object, name: str) -> list[str]:
    """All strings of an input tensor; none when it was not sent."""
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    if tensor is None:
        return []
    return [value.decode("utf-8") for value in tensor.as_numpy().reshape(-1)]


def numbers(request: object, name: str) -> list[float]:
    """All numbers of an input tensor; none when it was not sent."""
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return [] if tensor is None else tensor.as_numpy().reshape(-1).tolist()


def scalar(request: object, name: str) -> float | bool | None:
    """The only number of an input tensor; None when it was not sent."""
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else tensor.as_numpy().reshape(-1)[0].item()


def tensor(name: str, value: object, dtype: type, shape: tuple[int, ...]) -> object:
    """An output tensor with one value."""
    return pb_utils.Tensor(name, np.array([value], dtype=dtype).reshape(shape))


def response(*tensors: object) -> object:
    """One answer."""
    return pb_utils.InferenceResponse(output_tensors=list(tensors))
