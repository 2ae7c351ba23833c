"""One list of candidates from several searches."""

from askmesh.gateway.merging import merge_retrievals
from askmesh.gateway.values import Degradation, DegradationReason, Retrieval
from support.gateway_fakes import passage


def found(*passage_ids: str, revision: int = 1) -> Retrieval:
    return Retrieval(tuple(map(passage, passage_ids)), revision)


def ids(retrieval: Retrieval) -> list[str]:
    return [each.passage_id for each in retrieval.passages]


def test_a_passage_that_two_searches_found_comes_before_one_that_one_found() -> None:
    assert ids(merge_retrievals([found("a", "b"), found("c", "b")], limit=10)) == ["b", "a", "c"]


def test_no_more_than_the_limit_comes_back() -> None:
    assert ids(merge_retrievals([found("a", "b", "c")], limit=2)) == ["a", "b"]


def test_the_revision_is_one_that_every_search_could_see() -> None:
    merged = merge_retrievals([found("a", revision=3), found("b", revision=2)], limit=5)
    assert merged.indexed_revision == 2


def test_a_degradation_of_several_searches_is_told_once() -> None:
    degradation = Degradation(DegradationReason.VECTOR_SEARCH_UNAVAILABLE, "down")
    searches = [Retrieval((), 1, (degradation,)), Retrieval((), 1, (degradation,))]
    assert merge_retrievals(searches, limit=5).degradations == (degradation,)
