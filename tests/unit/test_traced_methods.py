"""Which calls are worth a span."""

import pytest

from askmesh.tracing import is_traced


@pytest.mark.parametrize(
    "method",
    [
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/inference.GRPCInferenceService/ServerLive",
    ],
)
def test_signs_of_life_have_no_span(method: str) -> None:
    assert not is_traced(method)


def test_what_a_server_is_asked_for_has_one() -> None:
    assert is_traced("/inference.GRPCInferenceService/ModelStreamInfer")
