"""What `askmesh status` says of a service that questions do not ask."""

import pytest

from askmesh.cli.status_view import MeshState, status_table
from askmesh.client import (
    BreakerState,
    CollectionStatus,
    LanguageModelStatus,
    MeshStatus,
    ServiceStatus,
)


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


@pytest.mark.parametrize(
    ("replicas", "resting", "told"),
    [
        (0, 0, "serves"),
        (1, 1, "serves"),
        (3, 0, "serves, 3 replicas"),
        (3, 1, "serves, 3 replicas (1 rest)"),
    ],
)
def test_several_replicas_are_counted_with_those_that_rest(
    replicas: int, resting: int, told: str
) -> None:
    service = ServiceStatus(
        "retrieval",
        serving=True,
        detail="",
        replica_count=replicas,
        resting_replica_count=resting,
    )
    table = status_table(
        MeshState(MeshStatus((service,), 1, 1, 0), CollectionStatus(1, 1, 1), "SERVING")
    )
    assert told in [str(text) for text in table.columns[1].cells]


def test_each_language_model_has_a_line_that_says_whether_it_is_asked() -> None:
    models = (
        LanguageModelStatus("small", BreakerState.CLOSED, 2),
        LanguageModelStatus("big", BreakerState.OPEN, 0),
        LanguageModelStatus("probed", BreakerState.HALF_OPEN, 0),
    )
    mesh = MeshStatus((), 1, 1, 0, language_models=models)
    names, states = status_table(MeshState(mesh, CollectionStatus(1, 1, 1), "SERVING")).columns
    told = dict(zip(names.cells, map(str, states.cells), strict=True))
    assert told["model small"] == "asked, 2 texts in the making"
    assert "(open)" in told["model big"]
    assert "(half-open)" in told["model probed"]


@pytest.mark.parametrize(
    ("serving", "triton", "all_serve"),
    [
        (True, "SERVING", True),
        (True, "UNAVAILABLE", True),
        (True, "NOT_SERVING", False),
        (False, "SERVING", False),
    ],
)
def test_a_mesh_serves_if_all_of_it_does_that_is_here(
    *, serving: bool, triton: str, all_serve: bool
) -> None:
    mesh = MeshStatus((ServiceStatus("retrieval", serving=serving, detail=""),), 1, 1, 0)
    assert MeshState(mesh, CollectionStatus(1, 1, 1), triton).serves is all_serve
