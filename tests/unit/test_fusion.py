"""Fusing rankings by reciprocal rank."""

from hypothesis import given
from hypothesis import strategies as st

from askmesh.retrieval.fusion import RANK_OFFSET, WeightedRanking, fuse_by_rank

rankings = st.lists(
    st.builds(
        WeightedRanking,
        st.lists(st.sampled_from("abcdefgh"), unique=True),
        st.floats(min_value=0, max_value=10),
    ),
    max_size=3,
)


def test_passage_found_by_both_comes_before_those_found_by_one() -> None:
    fused = fuse_by_rank(
        [WeightedRanking(["a", "b"], 1.0), WeightedRanking(["c", "b"], 1.0)], limit=3
    )
    assert [item.passage_id for item in fused] == ["b", "a", "c"]
    assert fused[0].score == 2 / (RANK_OFFSET + 2)
    assert fused[0].ranks == (2, 2)
    assert fused[1].ranks == (1, None)


def test_weight_decides_between_rankings() -> None:
    fused = fuse_by_rank([WeightedRanking(["a"], 1.0), WeightedRanking(["b"], 1.5)], limit=2)
    assert [item.passage_id for item in fused] == ["b", "a"]


def test_limit_cuts_the_worst() -> None:
    fused = fuse_by_rank([WeightedRanking(["a", "b", "c"], 1.0)], limit=2)
    assert [item.passage_id for item in fused] == ["a", "b"]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse_by_rank([], limit=5) == []


@given(rankings)
def test_order_is_by_score_then_id_and_every_passage_comes_once(
    given_: list[WeightedRanking],
) -> None:
    fused = fuse_by_rank(given_, limit=100)
    keys = [(-item.score, item.passage_id) for item in fused]
    assert keys == sorted(keys)
    assert {item.passage_id for item in fused} == {
        passage_id for ranking in given_ for passage_id in ranking.passage_ids
    }


@given(rankings, st.integers(min_value=0, max_value=8))
def test_smaller_limit_gives_the_beginning_of_a_larger_one(
    given_: list[WeightedRanking], limit: int
) -> None:
    assert fuse_by_rank(given_, limit=limit) == fuse_by_rank(given_, limit=100)[:limit]


def test_passage_that_one_ranking_puts_first_is_among_the_first_of_the_fused() -> None:
    long = WeightedRanking([f"v{rank}" for rank in range(100)], 1.5)
    fused = fuse_by_rank([WeightedRanking(["exact"], 1.0), long], limit=100)
    assert [item.passage_id for item in fused].index("exact") < 10
