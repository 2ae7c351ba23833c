"""What a sentence changes in the unit that it repeats."""

import pytest

from askmesh.summarization.alterations import Change, Comparison
from askmesh.summarization.statements import statement

CLOCK = "Jonas mended the big clock of the old tower"


def _compared(claim: str, stated: str) -> Comparison:
    return Comparison(statement(claim), statement(stated))


@pytest.mark.parametrize(
    ("claim", "stated"),
    [
        (
            "The big clock of the old tower was mended by Frieda.",
            (
                "The big clock of the old tower was mended by Jonas after two storms had broken its"
                " heavy bronze hands."
            ),
        ),
        (
            "Frieda mended the big clock of the old tower.",
            f"After two storms had broken its heavy bronze hands {CLOCK}.",
        ),
    ],
)
def test_only_what_is_beside_the_repeated_words_was_exchanged(claim: str, stated: str) -> None:
    comparison = _compared(claim, stated)
    assert comparison.changes == [Change(("jona",), ("frieda",))]
    assert comparison.has_another_name


def test_up_to_five_words_at_the_end_were_exchanged_as_a_whole() -> None:
    comparison = _compared(
        "The clock of the old town hall was mended by Frieda.",
        "The clock of the old town hall was mended by Jonas Muster of Graz.",
    )
    assert comparison.changes == [Change(("jona", "muster", "graz"), ("frieda",))]


def test_a_name_from_elsewhere_needs_most_of_what_is_said_there() -> None:
    stated = "Anna met Paul, and Otto painted the big old bridge of Graz green."
    assert _compared("Anna painted the big old bridge of Graz green.", stated).has_another_name
    assert not _compared(
        "Anna painted doors, walls, chairs and boats red each spring.", stated
    ).has_another_name


def test_a_sentence_that_repeats_the_unit_changes_nothing() -> None:
    assert _compared(f"{CLOCK}.", f"{CLOCK}.").changes == []


def test_a_word_from_elsewhere_in_the_unit_is_told_with_what_stands_between_both_places() -> None:
    emma, otto = _compared(
        "Emma gave the old red book to Otto.", "Otto gave the old red book to Emma."
    ).changes
    between = ("gave", "old", "red", "book")
    assert emma == Change(("otto",), ("emma",), between)
    assert otto == Change(("emma",), ("otto",), between)


@pytest.mark.parametrize(("year", "is_another"), [("73", False), ("74", True), ("1974", True)])
def test_a_year_may_be_written_short(year: str, is_another: bool) -> None:  # noqa: FBT001
    comparison = _compared(
        f"The bridge was opened in {year} by the mayor.",
        "The bridge was opened in 1973 by the mayor.",
    )
    assert comparison.has_another_name is is_another


@pytest.mark.parametrize(("name", "is_another"), [("UN", False), ("UM", True)])
def test_a_name_may_be_written_by_its_first_letters(name: str, is_another: bool) -> None:  # noqa: FBT001
    comparison = _compared(
        f"The {name} met in the old hall of Graz.",
        "The United Nations met in the old hall of Graz.",
    )
    assert comparison.has_another_name is is_another


def test_a_name_may_follow_another_preposition_but_not_that_of_another_name() -> None:
    stated = "The boxes from Graz stand in Ulm since Monday."
    assert not _compared(
        "The red boxes from Graz stand at Ulm since Monday.", stated
    ).has_another_name
    assert _compared("The boxes from Ulm stand in Graz since Monday.", stated).has_another_name


def test_what_is_denied_must_be_what_the_unit_denies() -> None:
    assert _compared("Dogs do not bite.", "Dogs must not swim.").denies
    tall = "Dogs must not swim beside tall ships."
    assert _compared("Dogs do not bite old tall men.", tall).denies
    assert not _compared("No dogs.", "Dogs are not allowed in the garden pond.").denies
