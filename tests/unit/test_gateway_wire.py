"""Messages of services of another version."""

import pytest

from askmesh.api.common.v1 import answer_pb2
from askmesh.errors import UnavailableError
from askmesh.gateway.values import DegradationReason, Outcome
from askmesh.gateway.wire import degradation_from_wire, outcome_from_wire


def test_what_is_known_is_understood() -> None:
    known = answer_pb2.Degradation(reason=answer_pb2.DEGRADATION_REASON_RERANKING_UNAVAILABLE)
    assert degradation_from_wire(known).reason is DegradationReason.RERANKING_UNAVAILABLE
    answered = answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert outcome_from_wire(answered) is Outcome.ANSWERED


def test_what_a_newer_service_says_is_a_failure_of_that_service_not_a_defect() -> None:
    newer = answer_pb2.Degradation.FromString(b"\x08\x63")
    with pytest.raises(UnavailableError) as caught:
        degradation_from_wire(newer)
    assert caught.value.reason == "UPSTREAM_NOT_UNDERSTOOD"
