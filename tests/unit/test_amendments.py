from collections.abc import Sequence
from dataclasses import replace

import pytest

from askmesh.summarization.amendments import newer_first
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.values import Source, SourceSentence
from askmesh.text import units

RULES = "Crews may anchor in the bay for up to 2 nights a week."
NOTICE = "The rules change from 1 May 2025:\n\n- Anchor in the bay: up to 3 nights instead of 2."
QUESTION = "How many nights may I anchor in the bay?"


def _source(title: str, text: str, score: float) -> Source:
    spans = tuple(SourceSentence(unit.start, unit.end, score) for unit in units(text))
    return Source(
        passage_id=title, document_id=title, title=title, text=text, score=score, sentences=spans
    )


def _order(question: str, *sources: Source) -> Sequence[str]:
    ranked = rank_units(question, sources)
    return [item.source.title for item in newer_first(take_apart(question), ranked)]


def test_a_notice_comes_before_the_rule_that_it_changes() -> None:
    ranked = _order(QUESTION, _source("Rules", RULES, 0.8), _source("Notice", NOTICE, 0.5))
    assert ranked[0] == "Notice"


def test_a_row_of_an_older_table_comes_after_the_notice_about_what_it_names() -> None:
    prices = _source("Prices", "Boat: Wren | Rent: 20 EUR\nBoat: Crane | Rent: 30 EUR", 0.8)
    notice = _source("Notice", "The rent of the Wren rises from 20 to 25 EUR.", 0.6)
    assert _order("What is the rent of the Wren?", prices, notice)[0] == "Notice"
    assert _order("What is the rent of the Crane?", prices, notice)[0] == "Prices"


def test_a_row_that_is_named_by_figures_comes_after_the_notice_that_has_them() -> None:
    table = "Size: 10 to 25 cm | Glaze: £4.00\nSize: up to 9 cm | Glaze: £2.00"
    notice = "From 1 May 2026 the glaze firing of pieces of 10 to 25 cm costs 4.50 instead of 4.00."
    sources = _source("Kilns", table, 0.6), _source("Notice", notice, 0.4)
    assert _order("What is the glaze of 10 to 25 cm?", *sources)[0] == "Notice"


@pytest.mark.parametrize(
    "notice",
    [
        "Crews like to anchor in the bay for 3 nights.",  # announces nothing
        "The rules change: crews may anchor in the bay by night.",  # says no other figure
        "The rules change: crews may moor at the pier for 3 nights.",  # of something else
    ],
)
def test_what_changes_nothing_of_it_keeps_its_place(notice: str) -> None:
    ranked = _order(QUESTION, _source("Rules", RULES, 0.8), _source("Notice", notice, 0.5))
    assert ranked[0] == "Rules"


def test_rules_of_a_later_date_are_not_changed_by_an_older_notice() -> None:
    later = f"Valid from 1 January 2026. {RULES}"
    ranked = _order(QUESTION, _source("Rules", later, 0.8), _source("Notice", NOTICE, 0.5))
    assert ranked[0] == "Rules"


def test_what_is_far_from_the_question_is_not_preferred() -> None:
    ranked = _order(QUESTION, _source("Rules", RULES, 0.8), _source("Notice", NOTICE, 0.1))
    assert ranked[0] == "Rules"


@pytest.mark.parametrize(
    ("question", "asked", "sibling"),
    [
        (
            "What is the notice period of the Basic plan?",
            ("Basic plan", "The notice period is 14 days."),
            ("Flex plan", "You may change your seat at will. The notice period is 2 days."),
        ),
        (
            "What does a season ticket for the north pool cost?",
            ("North pool", "A season ticket costs 90 euros."),
            ("South pool", "Changing rooms are below. A season ticket costs 120 euros."),
        ),
        (
            "What does a season ticket for the north pool cost?",
            ("North pool", "A season ticket costs 90 euros."),
            ("South pool", "Prices change on 1 May 2025. A season ticket costs 120 euros."),
        ),
        (
            "How many days may staff in York work at home?",
            ("York office", "Staff in York may work at home for 2 days."),
            ("Hull office", "From 1 May 2025 this changes: staff in Hull may for 4 days."),
        ),
    ],
)
def test_a_document_about_another_of_the_kind_changes_nothing(
    question: str, asked: tuple[str, str], sibling: tuple[str, str]
) -> None:
    assert _order(question, _source(*asked, 0.9), _source(*sibling, 0.5))[0] == asked[0]


@pytest.mark.parametrize(
    ("question", "rule", "notice"),
    [
        (
            "Until when do I hand in my timesheet?",
            "Timesheets are filled in daily and submitted by Friday 16:00.",
            "Deadline moved: timesheets are due on Monday 10:00, not on Friday 16:00.",
        ),
        (
            "How long do we keep lost umbrellas?",
            "# Lost property\n\nThings are kept for 3 months, food for a day.",
            "# Lost property\n\nDecision: things are kept for 2 months instead of 3.",
        ),
    ],
)
def test_a_decision_in_minutes_or_a_changelog_comes_before_the_rule(
    question: str, rule: str, notice: str
) -> None:
    sources = _source("Handbook", rule, 0.8), _source("Minutes of 2 October 2025", notice, 0.6)
    assert _order(question, *sources)[0] == "Minutes of 2 October 2025"


def test_the_new_price_of_a_longer_name_is_none_of_a_shorter_one() -> None:
    prices = _source("Prices", "Product: Croissant | Price: 2.10\nProduct: Roll | Price: 1", 0.8)
    notice = _source("Changes from 6 October 2025", "Almond croissant: 3.20\nRye roll: 1.10", 0.6)
    assert _order("How much is a croissant?", prices, notice)[0] == "Prices"


def test_a_date_under_a_heading_that_both_have_says_nothing_anew() -> None:
    contacts = _source("Contacts", "# People team\n\nCas Orr, head of the people team: 4110", 0.8)
    revised = _source(
        "Benefits, changed", "# People team\n\ndate: 2024-07-01\nowner: Cas Orr\nedition: 3", 0.7
    )
    assert (
        _order("What is the phone number of the people team?", contacts, revised)[0] == "Contacts"
    )


def test_a_notice_that_names_the_figure_that_it_replaces_may_say_the_rest_in_other_words() -> None:
    rule = _source(
        "Leave", "Full-time staff have 26 days of annual leave plus 8 bank holidays.", 0.6
    )
    said = "Annual leave for the crew {} The extra days for five and ten years stay as they are."
    for change, first in (
        ("goes from 26 to 27 days.", "Changes"),
        ("is 27 days (not 26).", "Changes"),
        ("goes from 21 to 27 days.", "Leave"),
    ):
        notice = _source("Changes", f"The rules change:\n\n- {said.format(change)}", 0.4)
        assert _order("How many days of annual leave do I get?", rule, notice)[0] == first


def test_headers_of_a_table_are_no_names_that_a_notice_lacks() -> None:
    row = "Code: C10 | Item: First visit | Price GBP: 52 | Note: by day"
    changed = "From 3 November 2025:\n\n- First visit (C10): 56 pounds instead of 52. C11 stays."
    prices = _source("Price list 2025", row, 0.8)
    notice = _source("Prices change", changed, 0.5)
    assert _order("What does a first visit cost in 2025?", prices, notice)[0] == "Prices change"


def test_a_notice_with_the_title_of_the_rule_needs_one_common_word_beside_its_old_figure() -> None:
    rule = _source(
        "Standby duty (engineers)",
        "Be here within 45 minutes of the call, for lifts within 30.",
        0.6,
    )
    said = "The general time to be on site is now 60 minutes after the call instead of 45."
    question = "How soon must I be here after a call?"
    for title, first in (("Change to standby duty", 1), ("Change to the canteen", 0)):
        notice = _source(title, f"To all staff:\n\n{said}", 0.4)
        assert _order(question, rule, notice)[0] == (rule.title, title)[first]


def test_a_row_that_has_the_new_figure_of_a_notice_is_not_what_it_changes() -> None:
    prices = _source("Deposits", "What: Trailer | Deposit: 60 EUR", 0.8)
    notice = _source(
        "Deposits change",
        "The deposit for an e-bike goes down from 100 to 60 EUR; trailers stay.",
        0.6,
    )
    assert _order("What is the deposit for a trailer?", prices, notice)[0] == "Deposits"


def test_what_a_letter_of_changes_says_of_it_comes_first_though_nothing_scored_it() -> None:
    rule = _source("Leave", "You may carry over up to 5 days into the new leave year.", 0.7)
    text = (
        "Subject: Two changes from 1 September 2026\n\nThe payment for a call-out is 60 pounds.\n\n"
        "Carrying over leave\n\nNew: you can carry over up to 8 days of leave."
    )
    letter = replace(_source("Two changes from 1 September 2026", text, 0.1), sentences=())
    question = "How many days of leave can I carry over?"
    assert _order(question, rule, letter)[0] == letter.title
    assert _order(question, rule, replace(letter, title="Summer party"))[0] == "Leave"


def test_a_time_of_the_clock_is_replaced_by_another() -> None:
    yard = _source(
        "Yard", "Timber yard: open for saws and loans from Easter on, 07:30 to 18:30.", 0.8
    )
    news = _source(
        "News", "Timber yard closes at 17:00 instead of 18:30 until new lamps hang.", 0.7
    )
    assert _order("Until what time is the timber yard open?", yard, news)[0] == "News"


def test_what_costs_so_much_from_a_day_of_a_year_on_changes_an_older_table() -> None:
    prices = _source("Prices", "Berth: Wren | Rent: £20\nBerth: Crane | Rent: £30", 0.8)
    news = _source("News", "Rents of berths from 1 May 2025: Wren £26, Crane £34.", 0.7)
    assert _order("What is the rent of the Wren?", prices, news)[0] == "News"
    span = _source(
        "News", "From 1 May 2025 to 3 May 2025 berths Wren and Crane host 26 guests.", 0.7
    )
    assert _order("What is the rent of the Wren?", prices, span)[0] == "Prices"


def test_what_a_dated_entry_says_is_now_so_comes_before_what_it_was() -> None:
    rule = _source(
        "Rules", "Anchoring in the bay: 2 nights. Longer stays are for the harbour.", 0.8
    )
    text = "## 4.1, 14 April 2025\n\n- The limit for anchoring in the bay is now 3 nights."
    assert _order(QUESTION, rule, _source("News", text, 0.7))[0] == "News"
