"""Sentences in the words of the evidence that say something else."""

import pytest

from askmesh.summarization.contradictions import Contradiction
from support.grounds import Piece, grounds


def test_another_name_of_the_same_source_is_not_supported() -> None:
    pieces = (
        Piece(1, "Last year Anna Weber designed the bridge across the northern channel."),
        Piece(1, "The harbour was planned by Paul Lang and his two brothers."),
    )
    checked = grounds(*pieces)
    claim = "Last year {} designed the bridge across the northern channel."
    assert checked.check(claim.format("Anna Weber")).fault is None
    assert checked.check(claim.format("Paul Lang")).contradiction is Contradiction.EXCHANGE


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            "The northern line was opened by Anna Weber and runs to Malden Bay every hour.",
            "The northern line was opened by Anna Weber and runs to Cold Harbour every hour.",
        ),
        (
            "Anna Weber threatened Paul Lang with severe consequences if he sold the mill.",
            "Anna Weber threatened Jim Rust with severe consequences if he sold the mill.",
        ),
        ("The pump needs 24 litres of oil a year.", "The pump needs 42 litres of oil a year."),
        (
            "The mouth of the Aar into Lake Malden is wide.",
            "The mouth of the Lake Malden into Aar is wide.",
        ),
    ],
)
def test_a_name_or_number_in_the_place_of_another_is_not_supported(
    evidence: str, sentence: str
) -> None:
    elsewhere = Piece(1, "Cold Harbour has 42 houses, and Jim Rust lives in one.")
    checked = grounds(Piece(1, evidence), elsewhere)
    assert checked.check(sentence).contradiction is Contradiction.EXCHANGE
    assert checked.check(evidence).fault is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The bureau, which Weber leads, has offices in Genoa, Malden and Lund.",
        "Anna Weber leads the bureau, which has offices in Lund, Malden and Genoa.",
        "Led by Anna Weber, the bureau has offices in Malden, Lund and Genoa.",
    ],
)
def test_names_may_stand_in_another_order(sentence: str) -> None:
    piece = Piece(1, "The bureau led by Anna Weber has offices in Malden, Genoa and Lund.")
    assert grounds(piece).check(sentence).fault is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Turn the plates often so that the paint does not dry.",
        "Turn the plates often to keep the paint from drying.",
        "Turn the plates often to prevent the paint from drying.",
    ],
)
def test_a_denial_in_other_words_is_no_contradiction(sentence: str) -> None:
    piece = Piece(1, "Turn the plates often so that the paint does not dry.")
    assert grounds(piece).check(sentence).contradiction is None


def test_a_denial_is_noticed_in_a_sentence_that_denies_something_else() -> None:
    piece = Piece(1, "Members can sit in on meetings of the board, but do not have a vote.")
    verdict = grounds(piece).check(
        "Members can not sit in on meetings of the board, but do not have a vote."
    )
    assert verdict.contradiction is Contradiction.NEGATION


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            "Immunity creates memory after an initial response to a pathogen.",
            "Immunity creates memory before the initial response to a pathogen.",
        ),
        ("Anna Weber met him at the mill in spring.", "Anna Weber met her at the mill in spring."),
        ("The firm pays up to 350 euros for a chair.", "The firm pays 350 euros for a chair."),
        ("The tank holds at least 40 litres of oil.", "The tank holds 40 litres of oil."),
        (
            "Some non-condensing locomotives pulled passenger trains.",
            "Some condensing locomotives pulled passenger trains.",
        ),
    ],
)
def test_small_words_that_turn_the_meaning_are_noticed(evidence: str, sentence: str) -> None:
    checked = grounds(Piece(1, evidence))
    assert checked.check(sentence).contradiction is Contradiction.OPPOSITE
    assert checked.check(evidence).fault is None


def test_a_denial_of_something_else_is_no_support() -> None:
    piece = Piece(
        1, "The victory in Malden did not lead to lasting peace, due to a war between two clans."
    )
    verdict = grounds(piece).check("The war between two clans was not fought in Malden.")
    assert verdict.contradiction is Contradiction.NEGATION


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            "The fair began with the meeting of Anna Weber, sister of Paul Lang, and the mayor.",
            "The fair began with the meeting of Paul Lang, sister of Anna Weber, and the mayor.",
        ),
        (
            "The chairs were Anna Weber, elected in May; Paul Lang, chosen in the autumn.",
            "The chairs were Paul Lang, elected in May; Anna Weber, chosen in the autumn.",
        ),
        (
            "The Malden Mill is a building of the old Lund Works on the canal.",
            "The Lund Works is a building of the old Malden Mill on the canal.",
        ),
    ],
)
def test_names_that_stand_in_the_place_of_each_other_are_noticed(
    evidence: str, sentence: str
) -> None:
    checked = grounds(Piece(1, evidence))
    assert checked.check(sentence).contradiction is not None
    assert checked.check(evidence).fault is None


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            "Victories went on everywhere that year, until Paul Lang beat Weber at Malden.",
            "Weber beat Weber at Malden.",
        ),
        (
            "The Aar is the oldest river. The Lund and the Isel drained the side of the hills.",
            "The Aar and the Isel drained the side of the hills.",
        ),
        (
            "Around 1800 Anna Weber and, separately, Paul Lang in 1801 built engines of iron.",
            "Anna Weber built engines of iron in 1801.",
        ),
        (
            "Malden stopped the whole weight of the Red Army and defeated the idea of a revolt.",
            "The Red Army defeated the idea of a revolt.",
        ),
        (
            "The Lund had four small engines that used less oil than the usual Malden V8.",
            "The usual Malden had four small engines.",
        ),
    ],
)
def test_a_name_from_elsewhere_in_the_unit_is_not_what_is_said_there(
    evidence: str, sentence: str
) -> None:
    checked = grounds(Piece(1, evidence))
    assert checked.check(sentence).contradiction is Contradiction.EXCHANGE
    assert checked.check(evidence).fault is None


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            "Malden was one of the main centres of lace in the county.",
            "Malden was the main centre of lace in the county.",
        ),
        (
            "The pike is among the largest fish of the lake and lives long.",
            "The largest fish of the lake is the pike.",
        ),
        (
            "The fever is believed to come from the well behind the mill.",
            "The fever comes from the well behind the mill.",
        ),
        (
            "Weber argued that the state takes wealth by force.",
            "The state takes wealth by force.",
        ),
    ],
)
def test_doubts_and_speakers_are_not_left_out(evidence: str, sentence: str) -> None:
    checked = grounds(Piece(1, evidence))
    assert checked.check(sentence).contradiction is Contradiction.SURENESS
    assert checked.check(evidence).fault is None


@pytest.mark.parametrize(
    "sentence",
    [
        "According to Weber, the state takes wealth by force.",
        "One of the main centres of lace is Malden.",
    ],
)
def test_doubts_and_speakers_may_be_named_in_other_words(sentence: str) -> None:
    checked = grounds(
        Piece(1, "Weber argued that the state takes wealth by force."),
        Piece(1, "Malden is among the main centres of lace."),
    )
    assert checked.check(sentence).contradiction is None


def test_a_figure_that_was_replaced_is_told_as_such_only() -> None:
    checked = grounds(
        Piece(1, "The time to be on site is now 50 minutes after the call instead of 35."),
        question="How soon must I be on site?",
    )
    wrong = checked.check("The time to be on site is 35 minutes after the call.")
    assert wrong.contradiction is Contradiction.EXCHANGE
    for right in (
        "The time to be on site is now 50 minutes after the call.",
        "The time to be on site is 50 minutes after the call instead of 35.",
    ):
        assert checked.check(right).fault is None
