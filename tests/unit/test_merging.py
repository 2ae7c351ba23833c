"""One list from several: of candidates, and of sources."""

from askmesh.gateway.merging import merge_rankings, merge_retrievals
from askmesh.gateway.values import (
    Degradation,
    DegradationReason,
    RankedPassage,
    Ranking,
    Retrieval,
    Sentence,
)
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


def ranking(**scores: float) -> Ranking:
    return Ranking(tuple(RankedPassage(passage(name), score) for name, score in scores.items()))


def test_rankings_take_turns_so_that_none_crowds_out_the_others() -> None:
    merged = merge_rankings([ranking(a=0.9, b=0.8, c=0.7), ranking(d=0.2, e=0.1)], limit=4)
    assert [each.passage.passage_id for each in merged.passages] == ["a", "d", "b", "e"]


def test_a_passage_of_two_rankings_has_its_best_scores() -> None:
    one = RankedPassage(passage("a"), 0.3, (Sentence(0, 5, 0.9), Sentence(6, 9, 0.1)))
    other = RankedPassage(passage("a"), 0.7, (Sentence(0, 5, 0.2), Sentence(10, 12, 0.4)))
    (merged,) = merge_rankings([Ranking((one,)), Ranking((other,))], limit=5).passages
    assert merged.score == 0.7
    assert merged.sentences == (
        Sentence(0, 5, 0.9),
        Sentence(6, 9, 0.1),
        Sentence(10, 12, 0.4),
    )


def test_a_merged_ranking_is_complete_only_if_all_are() -> None:
    assert not merge_rankings([ranking(a=1), Ranking((), complete=False)], limit=5).complete
