"""Which evidence an answer rests on, and when there is none."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED,
    ABSTENTION_REASON_NOT_ANSWERED,
    ABSTENTION_REASON_NOTHING_NEAR,
    Abstention,
)
from askmesh.inference import LanguageModelProfile
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.showing import AssemblyLimits
from askmesh.summarization.values import Source, SourceSentence, SummaryRequest
from support.scored_sources import units_scored
from support.summaries import BOLD, CRISIS, TALKS, WordCounter, assembly_limits, request

SENTENCES = replace(BOLD, evidence="sentences", max_evidence=2)
DECIDES = replace(SENTENCES, decides_doubts=True)
DOUBTED = replace(assembly_limits(), answer_floor=1.0, doubt_floor=0.0)


def assembled(
    asked: SummaryRequest,
    *,
    profile: LanguageModelProfile = SENTENCES,
    limits: AssemblyLimits | None = None,
) -> Evidence | Abstention:
    counter = WordCounter()
    prompts = PromptWriter(profile, counter)
    return Assembly(profile, counter, prompts, limits or assembly_limits()).evidence(asked)


def evidence(
    asked: SummaryRequest,
    *,
    profile: LanguageModelProfile = SENTENCES,
    limits: AssemblyLimits | None = None,
) -> Evidence:
    found = assembled(asked, profile=profile, limits=limits)
    assert isinstance(found, Evidence)
    return found


def passages(units: Iterable[EvidenceUnit]) -> list[str]:
    return [item.source.passage_id for item in units]


def scored(passage_id: str, *sentences: tuple[str, float], modified: str = "") -> Source:
    """Return a source of sentences with scores of their own."""
    spans: list[SourceSentence] = []
    for text, score in sentences:
        start = spans[-1].end + 1 if spans else 0
        spans.append(SourceSentence(start, start + len(text), score))
    return Source(
        passage_id=passage_id,
        document_id=passage_id,
        title="Fees of the library",
        text=" ".join(text for text, _ in sentences),
        score=max(score for _, score in sentences),
        sentences=tuple(spans),
        modified=modified,
    )


FEES = scored(
    "fees",
    ("A lost card costs four euros.", 0.9),
    ("A lost key costs nine euros.", 0.8),
    ("A late book costs one euro.", 0.7),
    ("A room costs six euros.", 0.1),
)
LOST = "What does a lost card cost?"


def test_only_a_model_that_decides_doubts_gets_what_may_not_answer() -> None:
    doubted = evidence(request(LOST, [TALKS, FEES]), profile=DECIDES, limits=DOUBTED)
    assert doubted.doubtful
    assert 0 < doubted.probability < 1
    refused = assembled(request(LOST, [TALKS, FEES]), limits=DOUBTED)
    assert refused == Abstention(reason=ABSTENTION_REASON_NOT_ANSWERED, nearest_source_number=2)


def test_what_hardly_answers_a_foreign_question_may_be_in_the_wrong_language() -> None:
    found = assembled(request("Was kostet eine verlorene Karte?", [TALKS]), limits=DOUBTED)
    assert isinstance(found, Abstention)
    assert found.reason == ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED


def test_nobody_is_asked_where_nothing_is_near() -> None:
    far = replace(DOUBTED, doubt_floor=1.0)
    for profile in (SENTENCES, DECIDES):
        found = assembled(request(LOST, [FEES]), profile=profile, limits=far)
        assert found == Abstention(reason=ABSTENTION_REASON_NOTHING_NEAR)


@pytest.mark.parametrize("is_scored", [True, False])
def test_sources_with_and_without_scores_have_a_floor_each(is_scored: bool) -> None:  # noqa: FBT001 - a case
    source = FEES if is_scored else replace(FEES, score=None, sentences=())
    limits = assembly_limits()
    only_scored = replace(limits, answer_floor=0.0, unscored_answer_floor=1.0)
    only_unscored = replace(limits, answer_floor=1.0, unscored_answer_floor=0.0)
    low, high = (only_scored, only_unscored)[:: 1 if is_scored else -1]
    assert not evidence(request(LOST, [source]), limits=low).doubtful
    assert isinstance(assembled(request(LOST, [source]), limits=high), Abstention)


def test_units_that_score_far_below_the_best_are_known_and_not_shown() -> None:
    many = replace(SENTENCES, max_evidence=9)
    found = evidence(request(LOST, [FEES]), profile=many)
    assert [item.score for item in found.shown] == [0.9, 0.8, 0.7]
    assert [item.score for item in found.ranked] == [0.9, 0.8, 0.7, 0.1]


def test_a_model_is_shown_as_many_units_as_it_can_use() -> None:
    assert len(evidence(request(LOST, [FEES])).shown) == 2


def test_the_sentence_that_goes_on_about_the_best_one_is_shown_beside_it() -> None:
    said = "A lost card costs four euros.", "It is free for pupils.", "Boats are kept in a shed."
    prose = scored("prose", *zip(said, (0.9, 0.01, 0.01), strict=True))
    assert [item.own for item in evidence(request(LOST, [prose])).shown] == list(said[:2])


def test_what_a_rule_says_of_the_case_is_sure() -> None:
    text = "Loans up to 500 euros are given by the clerk. Loans above 500 euros by the board."
    rule = Source(passage_id="r", text=text)
    assert evidence(request("Who gives loans of 300 euros?", [rule])).probability == 1.0


def test_in_doubt_more_is_shown_whatever_it_scores_up_to_three_units() -> None:
    more = scored("more", *((f"A thing of kind {n} costs {n} euros.", 0.05) for n in range(10, 20)))
    found = evidence(request(LOST, [FEES, more]), profile=DECIDES, limits=DOUBTED)
    assert [item.score for item in found.shown] == [0.9, 0.8, 0.7]


def test_in_doubt_not_much_more_is_shown_than_a_page() -> None:
    long = scored("long", *((f"A thing {'so ' * 90}of kind {n} costs.", 0.5) for n in range(6)))
    found = evidence(request(LOST, [long]), profile=DECIDES, limits=DOUBTED)
    assert len(found.shown) == 1


def test_what_is_shown_fits_the_limit_and_the_models_context() -> None:
    few = replace(assembly_limits(), max_tokens=7)
    assert len(evidence(request(LOST, [FEES]), limits=few).shown) == 1
    counter = WordCounter()
    taken = 2048 - PromptWriter(SENTENCES, counter).room_for_evidence(LOST)
    narrow = replace(SENTENCES, context_tokens=taken + 7)
    assert len(evidence(request(LOST, [FEES]), profile=narrow).shown) == 1


def test_a_model_of_passages_is_shown_all_units_of_the_best_ones() -> None:
    whole = replace(BOLD, max_evidence=1)
    found = evidence(request(LOST, [TALKS, FEES]), profile=whole)
    assert passages(found.shown) == ["fees"] * 4


def test_a_table_is_made_of_as_many_passages_as_its_model_reads() -> None:
    halls = ("Alder", "Birch", "Cedar")
    sources = [scored(name, (f"A lost card of {name} costs nine.", 0.9)) for name in halls]
    asked = request(LOST, sources, wants_table=True)
    for profile, read in ((replace(BOLD, max_evidence=3), 3), (SENTENCES, 2)):
        assert len(set(passages(evidence(asked, profile=profile).shown))) == read


def test_the_latest_is_shown_first_where_it_is_asked_for() -> None:
    old = scored("old", ("A lost card costs four euros.", 0.9), modified="2024-03-01")
    new = scored("new", ("A lost card costs five euros.", 0.7), modified="2026-03-01")
    far = scored("far", ("A lost umbrella is kept.", 0.1), modified="2026-09-01")
    latest = evidence(request("What is the latest fee of a lost card?", [old, new, far]))
    assert passages(latest.ranked) == ["new", "old", "far"]


def test_of_two_editions_the_newer_one_comes_first_unasked() -> None:
    old = scored("old", ("A lost card costs four euros.", 0.9), modified="2024-03-01")
    new = scored("new", ("A lost card costs five euros.", 0.6), modified="2026-03-01")
    far = scored("far", ("A lost card costs six euros.", 0.2), modified="2026-09-01")
    found = evidence(request(LOST, [old, new, far]))
    assert passages(found.ranked) == ["new", "old", "far"]
    assert "old" not in passages(found.shown)
    dated = replace(new, title="Fees of the library 2026"), replace(old, title="2024 library fees")
    assert passages(evidence(request(LOST, dated)).ranked) == ["new", "old"]
    others = replace(new, title="Prices of the bakery")
    assert passages(evidence(request(LOST, [old, others])).ranked) == ["old", "new"]


def test_an_edition_that_says_it_was_replaced_counts_only_for_those_who_ask_for_it() -> None:
    old = Source(
        passage_id="old",
        document_id="old",
        title="Fees",
        text="Valid in 2024. Replaced by the fees of March. A lost card costs four euros.",
        score=0.9,
    )
    new = replace(old, passage_id="new", document_id="new", text="A lost card costs five euros.")
    assert passages(evidence(request(LOST, [old, new])).ranked) == ["new"]
    renamed = replace(new, title="Fees and fines")
    assert passages(evidence(request(LOST, [old, renamed])).ranked) == ["new"]
    asked = evidence(request("What did a lost card cost in 2024?", [old, new]))
    assert asked.ranked[0].source.passage_id == "old"
    alone = evidence(request(LOST, [old, replace(new, title="Rooms")]))
    assert "old" in passages(alone.ranked)


def test_the_row_with_the_amount_comes_first_below_a_heading_that_is_asked_for() -> None:
    text = "Years: 2 to 9 | Days: 30\nYears: 10 to 14 | Days: 32\n\nIt depends on all of it."
    spans = units_scored(text, (0.2, 0.2, 0.7))
    source = Source(passage_id="leave", title="Annual leave", text=text, score=0.5, sentences=spans)
    found = evidence(request("leave after 12 yrs?", [source]))
    assert found.ranked[0].own == "Years: 10 to 14 | Days: 32"


@pytest.mark.parametrize(
    ("question", "text", "score", "answers"),
    [
        ("Who is the medical director?", "Director of nursing: Ada Berg", 0.4, False),
        ("phone number of the caretaker of Holm", "Holm, phone: 960 406", 0.4, False),
        ("Who are the first aiders?", "name: Ann Holm | first_aider: yes", 0.4, True),
        ("Who is the director of nursing?", "Director of nursing: Ada Berg", 0.4, True),
        ("What is the extension of Ada Berg?", "Nursing: Ada Berg, 4406", 0.4, True),
    ],
)
def test_of_whom_no_source_has_a_word_no_other_is_told(
    question: str, text: str, score: float, *, answers: bool
) -> None:
    source = scored("who", (text, score))
    found = assembled(request(question, [source]))
    assert isinstance(found, Evidence) == answers


def test_each_side_of_a_comparison_is_shown_though_it_scores_little() -> None:
    room = scored("room", ("A room costs six euros.", 0.1))
    asked = request(
        "Does a lost card cost more than a room?",
        [FEES, room],
        sub_questions=("What does a lost card cost?", "What does a room cost?"),
    )
    found = evidence(asked)
    assert [item.own for item in found.parts] == [
        "A lost card costs four euros.",
        "A room costs six euros.",
    ]
    assert list(found.shown[:2]) == list(found.parts)
    assert len(found.shown) > SENTENCES.max_evidence


def test_all_entries_of_a_list_are_shown_where_all_are_asked_for() -> None:
    items = "\n".join(f"- {name} is lent for a week" for name in ("Drill", "Saw", "Ladder", "Lamp"))
    source = Source(passage_id="list", title="Things", text=f"We lend:\n\n{items}", score=0.9)
    found = evidence(request("Which things are lent for a week?", [CRISIS, source]))
    assert [item.own.split()[0] for item in found.shown if item.source is source] == [
        "Drill",
        "Saw",
        "Ladder",
        "Lamp",
    ]
