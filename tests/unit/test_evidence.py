from askmesh.summarization.evidence import (
    EvidenceBounds,
    choose_sentences,
    rank_sentences,
    without_duplicates,
)
from askmesh.summarization.overlap import question_overlap
from askmesh.summarization.values import Source, SourceSentence
from support.summaries import CRISIS, TALKS, WordCounter

QUESTION = "What was the price of oil in March 1974?"
BOUNDS = EvidenceBounds(max_sentences=3, max_tokens=200, floor=0.02)


def test_scored_sentences_are_ranked_by_their_scores() -> None:
    text = "Water is wet. Snow is cold."
    source = Source(
        passage_id="p",
        text=text,
        sentences=(SourceSentence(0, 13, 0.2), SourceSentence(14, 27, 0.7)),
    )
    ranked = rank_sentences("What is cold?", [source])
    assert [(item.text, item.score) for item in ranked] == [
        ("Snow is cold.", 0.7),
        ("Water is wet.", 0.2),
    ]


def test_without_scores_the_words_in_common_with_the_question_decide() -> None:
    sources = [Source(passage_id="c", text=CRISIS.text), Source(passage_id="t", text=TALKS.text)]
    best = rank_sentences(QUESTION, sources)[0]
    assert best.text.startswith("By March 1974")
    assert 0.5 < best.score <= 1


def test_the_best_sentence_of_a_scored_passage_inherits_its_score() -> None:
    best = rank_sentences(QUESTION, [CRISIS, TALKS])[0]
    assert best.text.startswith("By March 1974")
    assert best.score == CRISIS.score


def test_sentence_offsets_outside_of_the_passage_are_ignored() -> None:
    sentences = (SourceSentence(-3, 5, 0.9), SourceSentence(0, 99, 0.9), SourceSentence(0, 3, 0.1))
    source = Source(passage_id="p", text="Yes. No.", sentences=sentences)
    assert [(item.start, item.end) for item in rank_sentences("Is it?", [source])] == [(0, 3)]


def test_a_sentence_that_starts_with_a_pronoun_brings_the_one_before() -> None:
    ranked = rank_sentences("What was called the first oil shock?", [CRISIS])
    assert ranked[0].text == "It was later called the first oil shock."
    assert ranked[0].text_in_context.startswith("By March 1974")
    assert ranked[1].text_in_context == ranked[1].text


def test_near_duplicates_give_way_to_the_better_sentence() -> None:
    copy = Source(passage_id="copy", text=CRISIS.text.replace("nearly", "almost"), score=0.5)
    ranked = rank_sentences(QUESTION, [CRISIS, copy])
    kept = list(without_duplicates(ranked, similarity=0.8))
    assert {item.source_number for item in kept} == {1}


def test_evidence_stays_within_its_token_budget() -> None:
    ranked = rank_sentences(QUESTION, [CRISIS, TALKS])
    bounds = EvidenceBounds(max_sentences=3, max_tokens=16, floor=0.02)
    chosen = choose_sentences(ranked, bounds, WordCounter().count)
    assert sum(len(item.text_in_context.split()) for item in chosen) <= 16
    assert chosen[0].text.startswith("By March 1974")


def test_sentences_below_the_floor_are_no_evidence() -> None:
    source = Source(passage_id="p", text="Snow is cold.", score=0.01)
    ranked = rank_sentences("What is snow?", [source])
    assert choose_sentences(ranked, BOUNDS, WordCounter().count) == []


def test_overlap_counts_forms_of_a_word_as_the_word() -> None:
    first, second = question_overlap(
        "Who discovered penicillin?", ["Fleming discovers it.", "Tea."]
    )
    assert first > 0
    assert second == 0


def test_overlap_of_a_question_without_content_is_zero() -> None:
    assert question_overlap("Why?", ["Because it is so."]) == [0.0]
