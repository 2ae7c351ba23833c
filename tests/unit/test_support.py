"""Whether the evidence says what a sentence says."""

import pytest

from askmesh.summarization.contradictions import Contradiction
from askmesh.summarization.support import Fault
from support.grounds import Piece, grounds

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
    verdict = grounds(*CRISIS, *TALKS).check(sentence)
    assert verdict.fault is None
    assert verdict.support >= 0.7
    assert all(unit in CRISIS for unit in verdict.units)


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("Boiler test, bicycles and pets > Bicycles", Fault.COVERAGE),
        ("Boiler test", None),
        ("Boiler test, bicycles and pets", None),
    ],
)
def test_a_title_of_several_things_says_nothing_of_what_stands_below_another(
    place: str, fault: Fault | None
) -> None:
    piece = Piece(1, "What is left goes to the shed behind the kiosk.", place)
    verdict = grounds(piece).check("The boiler test is in the shed behind the kiosk.")
    assert verdict.fault is fault


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
    assert grounds(*CRISIS, *TALKS).check(sentence).fault is fault


def test_a_wrong_number_in_what_leads_in_is_told_before_that_it_leads_in() -> None:
    finding = grounds(*CRISIS).check("In 1979 the causes of the crisis were these:")
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
    checked = grounds(Piece(1, evidence))
    verdict = checked.check(sentence)
    assert verdict.fault is not None
    assert verdict.contradiction is Contradiction[kind]
    assert checked.check(evidence).fault is None


def test_names_may_change_places_with_the_voice_of_the_verb() -> None:
    assert grounds(BATTLE).check("Saxony was defeated by Normandy in 1066.").fault is None


def test_numbers_that_keep_the_words_beside_them_may_change_places() -> None:
    piece = Piece(1, "Lost badges are reported on form B-20 within 6 days.")
    assert (
        grounds(piece).check("Lost badges are reported within 6 days on form B-20.").fault is None
    )
    prices = Piece(1, "Tickets cost 4 euros for children and 9 euros for adults.")
    turned = grounds(prices).check("Tickets cost 9 euros for children and 4 euros for adults.")
    assert turned.contradiction is Contradiction.REVERSAL


def test_what_something_is_called_may_stand_in_its_place() -> None:
    piece = Piece(
        1, "Oven \u2013 our wood stove, lit twice a day. It came in 1998 and is called Bertha."
    )
    said = "Bertha is our wood stove, lit twice a day, came in 1998."
    assert grounds(piece, question="Who is Bertha?").check(said).fault is None


def test_a_figure_before_a_place_is_not_told_of_it_where_another_follows() -> None:
    piece = Piece(1, "Up to 90 euros per night with breakfast, in Oslo and abroad up to 140 euros.")
    checked = grounds(piece, question="What is the hotel limit per night in Oslo?")
    wrong = checked.check("The hotel limit per night in Oslo is 90 euros.")
    assert wrong.contradiction is Contradiction.EXCHANGE
    right = checked.check("The hotel limit per night in Oslo is 140 euros.")
    assert right.contradiction is None


def test_numbers_that_change_places_are_a_reversal() -> None:
    verdict = grounds(BATTLE).check("Sales rose from 12 million in 2019 to 3 million in 2020.")
    assert verdict.contradiction is Contradiction.REVERSAL


def test_a_denial_that_stands_in_the_evidence_is_supported() -> None:
    assert grounds(*CRISIS, *TALKS).check("Japan did not support the embargo.").fault is None


def test_that_there_is_none_must_rest_on_what_denies_or_counts_none() -> None:
    said = "There are no discounts for members when hiring the hall."
    seats = "The hall seats 60 members, and hiring it is possible at weekends, without discounts."
    for evidence, fault in (
        (seats.replace("without", "with"), Fault.ABSENCE),
        (seats, None),
    ):
        assert grounds(Piece(1, evidence)).check(said).fault is fault


def test_a_denial_ends_with_its_sentence() -> None:
    piece = Piece(1, "Badges are not issued on Sundays. Parking is free for all guests.")
    assert grounds(piece).check("Parking is free for all guests.").fault is None


def test_a_name_in_place_of_the_first_word_is_noticed() -> None:
    piece = Piece(1, "Normandy conquered the whole coast within a year.")
    verdict = grounds(piece).check("Saxony conquered the whole coast within a year.")
    assert verdict.contradiction is Contradiction.EXCHANGE


def test_a_first_word_is_no_name() -> None:
    piece = Piece(1, "Guests and staff park behind the main building for free.")
    assert grounds(piece).check("Everyone parks behind the main building for free.").fault is None
    assert grounds(piece).check("Note: Parking behind the main building is free.").fault is None


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
    assert grounds(piece).check(sentence).fault is None
    assert grounds(piece).check("The contract ends on 2024-03-15.").fault is Fault.NUMBER


@pytest.mark.parametrize("degrees", ["\u00b0C", " \u00b0C", " C", " degrees Celsius"])
def test_a_temperature_is_the_same_however_it_is_written(degrees: str) -> None:
    piece = Piece(1, f"The water in the teaching pool has 31{degrees} all year.")
    assert grounds(piece).check("The teaching pool has 31 degrees Celsius.").fault is None
    assert grounds(piece).check("The teaching pool has 31 degrees Fahrenheit.").fault is not None


def test_names_and_numbers_may_come_from_the_breadcrumb() -> None:
    piece = Piece(1, "She won two Nobel prizes.", "Marie Curie > 1911")
    assert grounds(piece).check("Marie Curie won two Nobel prizes by 1911.").fault is None


def test_words_of_the_question_alone_are_no_support() -> None:
    checked = grounds(*CRISIS, question="Was the embargo of Arab producers rejected?")
    verdict = checked.check("The embargo of producers in October was rejected widely.")
    assert verdict.fault is Fault.COVERAGE


def test_names_of_the_question_alone_are_no_support() -> None:
    checked = grounds(*CRISIS, question="When did the crisis begin in Norway?")
    assert checked.check("The oil crisis began in Norway in October 1973.").fault is Fault.NAME


def test_a_name_and_a_number_of_different_places_are_not_stitched_into_one_claim() -> None:
    pieces = (
        Piece(1, "Anna Weber founded the company in 1990 together with her brother."),
        Piece(1, "In 1995 Paul Lang joined the company as its head of finance."),
    )
    verdict = grounds(*pieces).check("Paul Lang founded the company in 1990 with her brother.")
    assert verdict.contradiction is Contradiction.EXCHANGE


def test_a_name_and_a_number_of_different_sources_are_not_stitched_into_one_claim() -> None:
    pieces = (
        Piece(1, "The old tower of Malden was carefully repaired last spring."),
        Piece(2, "In 1995 the harbour office moved to the northern quay."),
    )
    verdict = grounds(*pieces).check("The old tower of Malden was carefully repaired in 1995.")
    assert verdict.fault is Fault.STITCHED


def test_cells_of_different_rows_are_not_stitched_into_one_claim() -> None:
    rows = (
        Piece(1, "Month: March | Feed: Fondant | Amount: 1 kg", "Bees"),
        Piece(1, "Month: August | Feed: Syrup | Amount: 5 litres", "Bees"),
    )
    assert grounds(*rows).check("Bees get 5 litres of syrup in March.").fault is Fault.STITCHED
    assert grounds(*rows).check("Bees get 5 litres of syrup in August.").fault is None


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
    checked = grounds(Piece(1, stated), question="How many are there?")
    assert checked.check(wrong).contradiction is Contradiction.EXCHANGE
    assert checked.check(stated.partition(";")[0]).fault is None


def test_parts_of_a_sentence_may_rest_on_different_sources() -> None:
    pieces = (
        Piece(1, "The cafeteria opens at seven on working days."),
        Piece(2, "The library closes at nine on working days."),
    )
    sentence = "The cafeteria opens at seven, and the library closes at nine on working days."
    verdict = grounds(*pieces).check(sentence)
    assert verdict.fault is None
    assert {unit.source_number for unit in verdict.units} == {1, 2}


def test_only_units_that_add_to_the_support_are_named() -> None:
    verdict = grounds(*CRISIS, *TALKS).check("Arab producers proclaimed an embargo in 1973.")
    assert verdict.units == CRISIS[:1]


def test_a_row_of_a_table_may_be_short() -> None:
    assert grounds(*CRISIS).check("October; 1973", is_sentence=False).fault is None


def test_a_cell_of_one_word_needs_no_neighbours() -> None:
    assert grounds(*CRISIS).check("1973", is_sentence=False).fault is None


def test_half_of_what_is_said_of_a_name_is_enough_beside_it() -> None:
    pieces = (
        Piece(1, "The tower of Malden stands on a hill."),
        Piece(2, "The tower was carefully repaired, and it stands on stone."),
    )
    sentence = "The tower of Malden was carefully repaired."
    assert grounds(*pieces).check(sentence).fault is not Fault.STITCHED


def test_the_check_can_be_narrowed_to_one_source() -> None:
    checked = grounds(*CRISIS, *TALKS)
    sentence = "Henry Kissinger negotiated a withdrawal from the Sinai."
    assert checked.check(sentence, of_source=2).fault is None
    assert checked.check(sentence, of_source=1).fault is not None
    assert checked.check(sentence, of_source=7).fault is not None
