from dataclasses import replace

from askmesh.summarization.evidence import (
    EvidenceUnit,
    rank_units,
    without_duplicates,
)
from askmesh.summarization.overlap import question_overlap
from askmesh.summarization.question import take_apart
from askmesh.summarization.ranges import within_range
from askmesh.summarization.sections import with_identifiers
from askmesh.summarization.selection import newest, sentences_beside
from askmesh.summarization.showing import choose_units
from askmesh.summarization.values import Source, SourceSentence
from askmesh.text import stems
from support.summaries import CRISIS, TALKS, WordCounter

QUESTION = "What was the price of oil in March 1974?"
LEAVE = Source(
    passage_id="leave",
    title="Leave",
    text=(
        "Years of service: under 3 | Days: 26\n"
        "Years of service: 3 to 5 | Days: 28\n"
        "Years of service: more than 5 | Days: 30"
    ),
    score=0.5,
)


def _ranked(question: str, *sources: Source) -> list[EvidenceUnit]:
    return with_identifiers(take_apart(question), rank_units(question, sources))


def test_scored_units_are_ranked_by_their_scores() -> None:
    text = "Water is wet. Snow is cold."
    source = Source(
        passage_id="p",
        text=text,
        sentences=(SourceSentence(0, 13, 0.2), SourceSentence(14, 27, 0.7)),
    )
    ranked = rank_units("What is cold?", [source])
    assert [(item.text, item.score) for item in ranked] == [
        ("Snow is cold.", 0.7),
        ("Water is wet.", 0.2),
    ]


def test_a_unit_that_had_no_time_to_be_scored_does_not_outdo_those_that_had() -> None:
    text = "Water is wet. Snow is cold."
    source = Source(passage_id="p", text=text, score=0.9, sentences=(SourceSentence(0, 13, 0.2),))
    ranked = rank_units("What is cold?", [source])
    assert max(item.score for item in ranked) == 0.2


def test_without_scores_the_words_in_common_with_the_question_decide() -> None:
    sources = [Source(passage_id="c", text=CRISIS.text), Source(passage_id="t", text=TALKS.text)]
    best = rank_units(QUESTION, sources)[0]
    assert best.text.startswith("By March 1974")
    assert 0.5 < best.score <= 1


def test_the_best_unit_of_a_scored_passage_inherits_its_score() -> None:
    best = rank_units(QUESTION, [CRISIS, TALKS])[0]
    assert best.text.startswith("By March 1974")
    assert best.score == CRISIS.score


def test_a_sentence_that_starts_with_a_pronoun_is_cited_with_the_one_before() -> None:
    ranked = rank_units("What was called the first oil shock?", [CRISIS])
    assert ranked[0].own == "It was later called the first oil shock."
    assert ranked[0].text.startswith("By March 1974")
    assert ranked[0].text in CRISIS.text


def test_an_item_is_cited_alone_and_its_lead_in_stands_above_it() -> None:
    source = Source(passage_id="p", title="Travel", text="Hotels, per night:\n- Oslo: 190 euros")
    (item,) = rank_units("What may a hotel in Oslo cost?", [source])
    assert item.text == "Oslo: 190 euros"
    assert item.breadcrumb == "Travel > Hotels, per night:"


def test_near_duplicates_give_way_to_the_better_unit() -> None:
    text = CRISIS.text.replace("nearly", "almost")
    copy = replace(CRISIS, passage_id="copy", text=text, score=0.5)
    kept = list(without_duplicates(rank_units(QUESTION, [CRISIS, copy])))
    assert {item.source_number for item in kept} == {1}


def test_what_differs_in_a_number_or_a_negation_is_no_repetition() -> None:
    texts = ("The fee is 24 euros.", "The fee is 31 euros.", "The fee is not 31 euros.")
    sources = [Source(passage_id=text, text=text, score=0.9) for text in texts]
    assert len(list(without_duplicates(rank_units("What is the fee?", sources)))) == 3


def test_only_what_is_asked_for_by_its_number_counts() -> None:
    sites = [
        Source(passage_id=str(n), title=f"Site {n}", text=f"The keys are with guard {n + 50}.")
        for n in range(20, 30)
    ]
    found = _ranked("Who keeps the keys of site 23?", *sites)
    assert [item.source.title for item in found] == ["Site 23"]


def test_a_code_is_not_taken_for_a_longer_one_that_begins_like_it() -> None:
    source = Source(passage_id="p", text="- E77: low oil\n- E7713: no water\n- E771: no fuel")
    assert [item.own for item in _ranked("What is E771?", source)] == ["E771: no fuel"]


def test_an_amount_falls_into_the_row_whose_range_has_it() -> None:
    question = take_apart("How many days of leave do I get after 4 years?")
    ranked = within_range(question, rank_units(question.text, [LEAVE]))
    assert [item.own for item in ranked] == ["Years of service: 3 to 5 | Days: 28"]
    assert "4 year" in ranked[0].breadcrumb


def test_bounds_of_open_ranges_count_as_they_are_worded() -> None:
    for years, days in ((2, "26"), (3, "28"), (5, "28"), (12, "30")):
        question = take_apart(f"How many days of leave after {years} years?")
        (row,) = within_range(question, rank_units(question.text, [LEAVE]))
        assert row.own.endswith(days)


def test_what_holds_after_so_many_years_holds_until_the_next() -> None:
    text = "Days for service:\n- after 3 years: 1 day\n- after 6 years: 3 days\n- after 10 years: 5"
    question = take_apart("How many extra days after 8 years?")
    source = Source(passage_id="days", text=text, score=0.5)
    found = within_range(question, rank_units(question.text, [source]))
    assert "after 6 years: 3 days" in [item.own for item in found]
    assert "after 10 years: 5" not in [item.own for item in found]


def test_evidence_stays_within_its_token_budget() -> None:
    ranked = rank_units(QUESTION, [CRISIS, TALKS])
    chosen = choose_units(ranked, most=3, floor=0.0, max_tokens=16, counter=WordCounter())
    assert sum(len(item.text.split()) for item in chosen) <= 16
    assert chosen[0].text.startswith("By March 1974")


def test_of_a_unit_that_is_too_long_alone_the_beginning_is_shown() -> None:
    ranked = rank_units(QUESTION, [CRISIS])
    (shown,) = choose_units(ranked, most=3, floor=0.0, max_tokens=5, counter=WordCounter())
    assert shown.own == " ".join(ranked[0].own.split()[:5])


def test_overlap_counts_forms_of_a_word_as_the_word() -> None:
    first, second = question_overlap(
        "Who discovered penicillin?", ["Fleming discovers it.", "Tea."]
    )
    assert first > 0
    assert second == 0


def test_overlap_of_a_question_without_content_is_zero() -> None:
    assert question_overlap("Why?", ["Because it is so."]) == [0.0]


def test_a_passage_that_had_no_time_to_be_scored_does_not_outdo_those_that_had() -> None:
    scored = Source(passage_id="s", text="Snow is cold.", score=0.4)
    unscored = Source(passage_id="u", text="Ice is cold.")
    ranked = rank_units("What is cold?", [unscored, scored])
    assert [item.source.passage_id for item in ranked] == ["s", "u"]
    assert 0 < ranked[1].score < 0.4


def test_the_sentences_around_an_identifier_are_about_it_unless_they_name_another() -> None:
    source = Source(
        passage_id="m",
        text=(
            "The test of firmware 4.3 has found two faults. The release is moved to 8 July. "
            "Firmware 4.2 stays on sale until then.\n\nThe next meeting is on 11 June."
        ),
    )
    question = "When will firmware 4.3 be released?"
    kept = with_identifiers(take_apart(question), rank_units(question, [source]))
    assert {item.own.partition(" ")[2] for item in kept} == {
        "test of firmware 4.3 has found two faults.",
        "release is moved to 8 July.",
    }


def test_a_number_in_the_sentence_after_a_code_is_no_other_code() -> None:
    text = "After alarm 208 the belt is too hot. Turn it down to 150 degrees and wait."
    source = Source(passage_id="m", text=text)
    question = "What do I do after alarm 208?"
    assert len(with_identifiers(take_apart(question), rank_units(question, [source]))) == 2


def test_a_name_written_as_in_code_is_in_what_answers() -> None:
    text = "Files for /uploads: 50 MB. Files for /reports: 2 MB, keep_days is 9."
    for question, answering in (
        ("What is the largest file for /reports?", 1),
        ("What is keep_days?", 1),
        ("What is the largest file for reports?", 2),
    ):
        source = Source(passage_id="m", text=text)
        kept = with_identifiers(take_apart(question), rank_units(question, [source]))
        assert len(kept) == answering


def test_what_it_is_now_comes_first_unless_what_it_was_before_is_asked_too() -> None:
    assert take_apart("What is the fare now?").latest
    assert not take_apart("What is the fare now, and what was it before?").latest


def test_the_newest_of_one_document_comes_first_although_an_older_part_scores_more() -> None:
    text = "## 2.3 (2025-04-30)\nMaps are faster.\n\n## 2.2 (2024-12-02)\nThe release has a report."
    old = Source(passage_id="o", document_id="o", text="A test of 2026-05-01 had faults.")
    source = Source(passage_id="r", document_id="r", text=text)
    ranked = rank_units("What is in the release report?", [source, old])
    scores = {"The release has a report.": 0.24, "Maps are faster.": 0.12}
    ranked = [item.scored(scores.get(item.own, 0.12)) for item in ranked]
    assert newest(ranked)[0].own == "Maps are faster."


def test_sentences_beside_the_best_one_are_shown_if_they_go_on_about_the_same() -> None:
    text = "Domains stay. Refunds are possible within 14 days. Smoking is banned."
    ranked = rank_units("refunds", [Source(passage_id="a", text=text)])
    assert ranked[0].own.startswith("Refunds")
    assert sentences_beside(ranked[0], ranked, stems("refunds")) == []
    text = "Domains stay. Carla asked for a warning. Hassan will build it in May."
    ranked = rank_units("Who asked for a warning?", [Source(passage_id="b", text=text)])
    assert [item.own for item in sentences_beside(ranked[0], ranked, stems("warning"))] == [
        "Hassan will build it in May."
    ]


def test_the_setting_beside_the_best_one_is_shown_if_it_is_of_its_section_and_goes_on() -> None:
    text = "```\n[door]\ntries_before_lock = 5\nlock_minutes = 30\n[gate]\nlock = no\n```"
    ranked = rank_units("tries", [Source(passage_id="a", text=text)])
    assert ranked[0].own == "tries_before_lock = 5"
    beside = sentences_beside(ranked[0], ranked, stems("tries"))
    assert [item.own for item in beside] == ["lock_minutes = 30"]


def test_a_code_is_the_same_however_its_parts_are_divided_and_no_other_of_its_form_counts() -> None:
    rows = Source(passage_id="codes", text="Code: P 12 | Do: wait\nCode: F-07 | Do: clean")
    units = rank_units("What to do?", [rows])

    def found(question: str) -> list[str]:
        return [item.own for item in with_identifiers(take_apart(question), units)]

    assert found("What do I do at P12?") == found("What do I do at P-12?") == [units[0].own]
    assert found("What do I do at P 13?") == [units[1].own]
    assert found("What do I do at F09?") == [units[0].own]


def test_what_stands_under_another_version_does_not_tell_of_one_that_no_source_has() -> None:
    text = (
        "## 4.8.2 (7 October)\n- Fixed: boards were counted twice.\n\n"
        "## Support\nAll from 4.6.0 on is supported.\n\n- v4.8.1: labels are wider."
    )
    notes = Source(passage_id="n", document_id="n", text=text)

    def found(question: str) -> set[str]:
        return {item.own for item in _ranked(question, notes)}

    assert found("What was fixed in 4.7.1?") == {"All from 4.6.0 on is supported."}
    assert "Fixed: boards were counted twice." in found("What was fixed in 4.8.2?")
    assert len(found("What was fixed?")) > 1


def test_a_row_of_another_number_than_the_one_asked_for_does_not_count() -> None:
    rows = Source(passage_id="duty", text="Week: 20 | Guard: Jun\nWeek: 21 | Guard: Ida")
    units = rank_units("Who is guard?", [rows])
    assert with_identifiers(take_apart("Who is guard in week 25?"), units) == []
    (row,) = with_identifiers(take_apart("Who is guard in week 21?"), units)
    assert "Ida" in row.own
    assert len(with_identifiers(take_apart("Who is guard at gate 7?"), units)) == len(units)
