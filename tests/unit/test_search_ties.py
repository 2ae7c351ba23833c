"""Breaking ties and dropping repetitions in hits."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from askmesh.search._ties import best
from askmesh.search._types import Hit

hits = st.lists(st.builds(Hit, st.sampled_from("abcdefghij"), st.sampled_from([1.0, 2.0, 3.0])))


@given(hits, st.integers(min_value=1, max_value=8), st.randoms())
def test_order_of_equal_scores_in_the_index_does_not_matter(
    given_: list[Hit], limit: int, random: Random
) -> None:
    expected = sorted(
        {
            name: max(hit.score for hit in given_ if hit.passage_id == name)
            for name in {hit.passage_id for hit in given_}
        }.items(),
        key=lambda item: (-item[1], item[0]),
    )[:limit]
    random.shuffle(given_)
    stored = sorted(given_, key=lambda hit: -hit.score)
    found = best(lambda size: stored[:size], limit)
    assert [(hit.passage_id, hit.score) for hit in found] == expected
