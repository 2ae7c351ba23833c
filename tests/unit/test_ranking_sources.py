"""One list of sources from several."""

from askmesh.api.summarization.v1.summarization_pb2 import Source, SourceSentence
from askmesh.gateway.ranking import merge_rankings, with_whole_section
from support.gateway_fakes import passage


def ranking(**scores: float) -> list[Source]:
    return [Source(passage=passage(name), score=score) for name, score in scores.items()]


def sentence(start: int, end: int, score: float) -> SourceSentence:
    return SourceSentence(start_offset=start, end_offset=end, score=score)


def test_rankings_take_turns_so_that_none_crowds_out_the_others() -> None:
    merged = merge_rankings([ranking(a=0.9, b=0.8, c=0.7), ranking(d=0.2, e=0.1)], limit=4)
    assert [each.passage.passage_id for each in merged] == ["a", "d", "b", "e"]


def test_a_passage_of_two_rankings_has_its_best_scores() -> None:
    one = Source(
        passage=passage("a"), score=0.3, sentences=[sentence(0, 5, 0.9), sentence(6, 9, 0.1)]
    )
    other = Source(
        passage=passage("a"), score=0.7, sentences=[sentence(10, 12, 0.4), sentence(0, 5, 0.2)]
    )
    (merged,) = merge_rankings([[one], [other]], limit=5)
    assert merged == Source(
        passage=passage("a"),
        score=0.7,
        sentences=[sentence(0, 5, 0.9), sentence(6, 9, 0.1), sentence(10, 12, 0.4)],
    )
    assert one.score == 0.3


def test_a_score_of_one_ranking_is_not_lost_to_another_that_had_no_time() -> None:
    scored = Source(passage=passage("a"), score=0.3)
    unscored = Source(passage=passage("a"))
    for rankings in ([[scored], [unscored]], [[unscored], [scored]]):
        assert merge_rankings(rankings, limit=5) == [scored]


def test_what_else_was_found_of_the_section_of_the_best_source_comes_after_all_sources() -> None:
    found = [passage(name) for name in "abcd"]
    found[2].headings.append("Elsewhere")
    found[3].document_id = "other"
    whole = with_whole_section([Source(passage=found[0], score=0.9)], found)
    assert [each.passage.passage_id for each in whole] == ["a", "b"]
    assert not whole[1].HasField("score")
    assert with_whole_section([], found) == []
