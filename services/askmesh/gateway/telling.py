"""How metrics and traces name the way in which a question got its answer."""

from collections.abc import Mapping

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
    CACHE_STATUS_SEMANTIC_HIT,
)
from askmesh.gateway.answers import Answer
from askmesh.tracing import AttributeValue

LOOKUPS = {
    CACHE_STATUS_MISS: "miss",
    CACHE_STATUS_JOINED: "joined",
    CACHE_STATUS_EXACT_HIT: "hit",
    CACHE_STATUS_SEMANTIC_HIT: "semantic_hit",
}
"""What a look for an answer that is there already gave."""


def traced(answer: Answer) -> Mapping[str, AttributeValue]:
    """Return what the trace of a call tells of the answer that it follows.

    All who share a making have its name in their traces, whichever gateway makes it.
    """
    return {
        "askmesh.answer.id": answer.answer_id,
        "askmesh.answer.making": answer.making.making_id,
        "askmesh.answer.cache": LOOKUPS[answer.cache_status],
    }
