"""What `askmesh status` says of a service that questions do not ask."""

import pytest

from askmesh.cli.status_view import MeshState, status_table
from askmesh.client import BreakerState, CollectionStatus, MeshStatus, ServiceStatus


@pytest.mark.parametrize(
    ("state", "word"),
    [(BreakerState.OPEN, "(open)"), (BreakerState.HALF_OPEN, "(half-open)")],
)
def test_the_state_of_a_breaker_that_is_not_closed_is_told(state: BreakerState, word: str) -> None:
    service = ServiceStatus("reranking", serving=True, detail="", breaker_state=state)
    mesh = MeshStatus((service,), 1, 1, 0)
    table = status_table(MeshState(mesh, CollectionStatus(1, 1, 1), "SERVING"))
    (told,) = [str(text) for text in table.columns[1].cells if word in str(text)]
    assert told.startswith("serves")
