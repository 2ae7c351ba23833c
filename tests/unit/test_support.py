from dataclasses import dataclass

import pytest

from askmesh.summarization.contradictions import Contradiction
from askmesh.summarization.support import Fault, Grounds


@dataclass(frozen=True, slots=True)
class Piece:
    source_number: int
    text: str
    breadcrumb: str = ""


CRISIS = (
    Piece(1, "The oil crisis began in October 1973, when Arab producers proclaimed an embargo."),
    Piece(1, "By March 1974 the price of oil had risen from $3 to nearly $12 per barrel."),
    Piece(1, "It was later called the first oil shock."),
)
TALKS = (
    Piece(2, "Henry Kissinger negotiated an Israeli withdrawal from the Sinai.", "Kissinger"),
    Piece(2, "Japan did not support the embargo.", "Kissinger"),
)
BATTLE = Piece(
    1, "Normandy defeated Saxony in 1066. Sales rose from 3 million in 2019 to 12 million in 2020."
)


def _grounds(*pieces: Piece, question: str = "When did the oil crisis begin?") -> Grounds[Piece]:
    return Grounds(question, pieces, support_bar=0.7)


@pytest.mark.parametrize(
    "sentence",
    [
        "The oil crisis began in October 1973.",
        "In October 1973, Arab producers proclaimed an embargo.",
        "The price of oil rose to nearly $12 by March 1974.",
        "The oil crisis was called the first oil shock.",
        "- The oil crisis began in October 1973.",
        "3. The oil crisis began in October 1973.",
    ],
)
def test_a_sentence_in_the_words_of_the_evidence_is_supported(sentence: str) -> None:
    verdict = _grounds(*CRISIS, *TALKS).check(sentence)
    assert verdict.fault is None
    assert verdict.support >= 0.7
    assert all(unit in CRISIS for unit in verdict.units)


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("The oil crisis began in October 1979.", Fault.NUMBER),
        ("The oil crisis began in November 1973.", Fault.NAME),
        ("The crisis began when Iran proclaimed an embargo.", Fault.NAME),
        ("The crisis made many people sad, poor and angry for years.", Fault.COVERAGE),
        ("It was what it was.", Fault.FRAGMENT),
        ("October 1973.", Fault.FRAGMENT),
        ("Henry Kissinger, Sinai.", Fault.FRAGMENT),
        ("The causes of the crisis are:", Fault.FRAGMENT),
        ("The sources do not say when the oil crisis ended.", Fault.ABSENCE),
    ],
)
def test_a_sentence_that_the_evidence_does_not_say_is_not_supported(
    sentence: str, fault: Fault
) -> None:
    assert _grounds(*CRISIS, *TALKS).check(sentence).fault is fault


def test_a_wrong_number_in_what_leads_in_is_told_before_that_it_leads_in() -> None:
    finding = _grounds(*CRISIS).check("In 1979 the causes of the crisis were these:")
    assert finding.fault is Fault.NUMBER


@pytest.mark.parametrize(
    ("evidence", "sentence", "kind"),
    [
        ("Acme acquired Bolt in 2019.", "Bolt acquired Acme in 2019.", "REVERSAL"),
        ("Sales rose from 3 to 12 units.", "Sales rose from 12 to 3 units.", "REVERSAL"),
        (
            "Sales rose in spring in all regions.",
            "Sales fell in spring in all regions.",
            "OPPOSITE",
        ),
        ("The log is kept for 30 days.", "The log is not kept for 30 days.", "NEGATION"),
        ("Guests do not need a badge.", "Guests need a badge.", "NEGATION"),
        ("Das Büro ist sonntags geöffnet.", "Das Büro ist sonntags nicht geöffnet.", "NEGATION"),
        ("Le bureau est ouvert le lundi.", "Le bureau n'est pas ouvert le lundi.", "NEGATION"),
        ("L'ufficio chiude alle sei.", "L'ufficio non chiude alle sei.", "NEGATION"),
        ("Staff may keep the laptop.", "Staff must keep the laptop.", "FORCE"),
        ("Some rooms have a large screen.", "All rooms have a large screen.", "FORCE"),
    ],
)
def test_a_sentence_that_turns_the_evidence_round_is_not_supported(
    evidence: str, sentence: str, kind: str
) -> None:
    grounds = _grounds(Piece(1, evidence))
    verdict = grounds.check(sentence)
    assert verdict.fault is not None
    assert verdict.contradiction is Contradiction[kind]
    assert grounds.check(evidence).fault is None


def test_names_may_change_places_with_the_voice_of_the_verb() -> None:
    assert _grounds(BATTLE).check("Saxony was defeated by Normandy in 1066.").fault is None


def test_numbers_that_change_places_are_a_reversal() -> None:
    verdict = _grounds(BATTLE).check("Sales rose from 12 million in 2019 to 3 million in 2020.")
    assert verdict.contradiction is Contradiction.REVERSAL


def test_a_denial_that_stands_in_the_evidence_is_supported() -> None:
    assert _grounds(*CRISIS, *TALKS).check("Japan did not support the embargo.").fault is None


def test_a_denial_ends_with_its_sentence() -> None:
    piece = Piece(1, "Badges are not issued on Sundays. Parking is free for all guests.")
    assert _grounds(piece).check("Parking is free for all guests.").fault is None


def test_a_name_in_place_of_the_first_word_is_noticed() -> None:
    piece = Piece(1, "Normandy conquered the whole coast within a year.")
    verdict = _grounds(piece).check("Saxony conquered the whole coast within a year.")
    assert verdict.contradiction is Contradiction.EXCHANGE


def test_a_first_word_is_no_name() -> None:
    piece = Piece(1, "Guests and staff park behind the main building for free.")
    assert _grounds(piece).check("Everyone parks behind the main building for free.").fault is None
    assert _grounds(piece).check("Note: Parking behind the main building is free.").fault is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The contract ends on 14 March 2024 with a fee of 24 euros.",
        "The contract ends on 2024-03-14 with a fee of \u20ac24.",
        "The contract ends on 14.3.2024 with a fee of EUR 24.",
        "The contract ends on Mar 14, 2024 with a fee of twenty-four euros.",
    ],
)
def test_a_date_and_a_sum_are_the_same_however_they_are_written(sentence: str) -> None:
    piece = Piece(1, "The contract ends on March 14, 2024 with a fee of 24 \u20ac.")
    assert _grounds(piece).check(sentence).fault is None
    assert _grounds(piece).check("The contract ends on 2024-03-15.").fault is Fault.NUMBER


def test_names_and_numbers_may_come_from_the_breadcrumb() -> None:
    piece = Piece(1, "She won two Nobel prizes.", "Marie Curie > 1911")
    assert _grounds(piece).check("Marie Curie won two Nobel prizes by 1911.").fault is None


def test_words_of_the_question_alone_are_no_support() -> None:
    grounds = _grounds(*CRISIS, question="Was the embargo of Arab producers rejected?")
    verdict = grounds.check("The embargo of producers in October was rejected widely.")
    assert verdict.fault is Fault.COVERAGE


def test_names_of_the_question_alone_are_no_support() -> None:
    grounds = _grounds(*CRISIS, question="When did the crisis begin in Norway?")
    assert grounds.check("The oil crisis began in Norway in October 1973.").fault is Fault.NAME


def test_a_name_and_a_number_of_different_places_are_not_stitched_into_one_claim() -> None:
    pieces = (
        Piece(1, "Anna Weber founded the company in 1990 together with her brother."),
        Piece(1, "In 1995 Paul Lang joined the company as its head of finance."),
    )
    verdict = _grounds(*pieces).check("Paul Lang founded the company in 1990 with her brother.")
    assert verdict.contradiction is Contradiction.EXCHANGE


def test_a_name_and_a_number_of_different_sources_are_not_stitched_into_one_claim() -> None:
    pieces = (
        Piece(1, "The old tower of Malden was carefully repaired last spring."),
        Piece(2, "In 1995 the harbour office moved to the northern quay."),
    )
    verdict = _grounds(*pieces).check("The old tower of Malden was carefully repaired in 1995.")
    assert verdict.fault is Fault.STITCHED


def test_cells_of_different_rows_are_not_stitched_into_one_claim() -> None:
    rows = (
        Piece(1, "Month: March | Feed: Fondant | Amount: 1 kg", "Bees"),
        Piece(1, "Month: August | Feed: Syrup | Amount: 5 litres", "Bees"),
    )
    assert _grounds(*rows).check("Bees get 5 litres of syrup in March.").fault is Fault.STITCHED
    assert _grounds(*rows).check("Bees get 5 litres of syrup in August.").fault is None


@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        (
            "There were 31 complaints, 12 of them about waiting times, 9 about bills.",
            "12 complaints were about bills.",
        ),
        (
            "Linden Square has a ward with twelve places; Harbour Road has no ward.",
            "The ward at Harbour Road has twelve places.",
        ),
    ],
)
def test_a_figure_of_one_part_of_a_sentence_is_not_told_of_another(stated: str, wrong: str) -> None:
    grounds = _grounds(Piece(1, stated), question="How many are there?")
    assert grounds.check(wrong).contradiction is Contradiction.EXCHANGE
    assert grounds.check(stated.partition(";")[0]).fault is None


def test_parts_of_a_sentence_may_rest_on_different_sources() -> None:
    pieces = (
        Piece(1, "The cafeteria opens at seven on working days."),
        Piece(2, "The library closes at nine on working days."),
    )
    sentence = "The cafeteria opens at seven, and the library closes at nine on working days."
    verdict = _grounds(*pieces).check(sentence)
    assert verdict.fault is None
    assert {unit.source_number for unit in verdict.units} == {1, 2}


def test_only_units_that_add_to_the_support_are_named() -> None:
    verdict = _grounds(*CRISIS, *TALKS).check("Arab producers proclaimed an embargo in 1973.")
    assert verdict.units == CRISIS[:1]


def test_a_row_of_a_table_may_be_short() -> None:
    assert _grounds(*CRISIS).check("October; 1973", is_sentence=False).fault is None


def test_a_cell_of_one_word_needs_no_neighbours() -> None:
    assert _grounds(*CRISIS).check("1973", is_sentence=False).fault is None


def test_half_of_what_is_said_of_a_name_is_enough_beside_it() -> None:
    pieces = (
        Piece(1, "The tower of Malden stands on a hill."),
        Piece(2, "The tower was carefully repaired, and it stands on stone."),
    )
    sentence = "The tower of Malden was carefully repaired."
    assert _grounds(*pieces).check(sentence).fault is not Fault.STITCHED


def test_the_check_can_be_narrowed_to_one_source() -> None:
    grounds = _grounds(*CRISIS, *TALKS)
    sentence = "Henry Kissinger negotiated a withdrawal from the Sinai."
    assert grounds.check(sentence, of_source=2).fault is None
    assert grounds.check(sentence, of_source=1).fault is not None
    assert grounds.check(sentence, of_source=7).fault is not None


def test_another_name_of_the_same_source_is_not_supported() -> None:
    pieces = (
        Piece(1, "Last year Anna Weber designed the bridge across the northern channel."),
        Piece(1, "The harbour was planned by Paul Lang and his two brothers."),
    )
    grounds = _grounds(*pieces)
    claim = "Last year {} designed the bridge across the northern channel."
    assert grounds.check(claim.format("Anna Weber")).fault is None
    assert grounds.check(claim.format("Paul Lang")).contradiction is Contradiction.EXCHANGE


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
    grounds = _grounds(Piece(1, evidence), elsewhere)
    assert grounds.check(sentence).contradiction is Contradiction.EXCHANGE
    assert grounds.check(evidence).fault is None


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
    assert _grounds(piece).check(sentence).fault is None


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
    assert _grounds(piece).check(sentence).contradiction is None


def test_a_denial_is_noticed_in_a_sentence_that_denies_something_else() -> None:
    piece = Piece(1, "Members can sit in on meetings of the board, but do not have a vote.")
    verdict = _grounds(piece).check(
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
    grounds = _grounds(Piece(1, evidence))
    assert grounds.check(sentence).contradiction is Contradiction.OPPOSITE
    assert grounds.check(evidence).fault is None


def test_a_denial_of_something_else_is_no_support() -> None:
    piece = Piece(
        1, "The victory in Malden did not lead to lasting peace, due to a war between two clans."
    )
    verdict = _grounds(piece).check("The war between two clans was not fought in Malden.")
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
    grounds = _grounds(Piece(1, evidence))
    assert grounds.check(sentence).contradiction is not None
    assert grounds.check(evidence).fault is None


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
    grounds = _grounds(Piece(1, evidence))
    assert grounds.check(sentence).contradiction is Contradiction.EXCHANGE
    assert grounds.check(evidence).fault is None


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
    grounds = _grounds(Piece(1, evidence))
    assert grounds.check(sentence).contradiction is Contradiction.SURENESS
    assert grounds.check(evidence).fault is None


@pytest.mark.parametrize(
    "sentence",
    [
        "According to Weber, the state takes wealth by force.",
        "One of the main centres of lace is Malden.",
    ],
)
def test_doubts_and_speakers_may_be_named_in_other_words(sentence: str) -> None:
    grounds = _grounds(
        Piece(1, "Weber argued that the state takes wealth by force."),
        Piece(1, "Malden is among the main centres of lace."),
    )
    assert grounds.check(sentence).contradiction is None
