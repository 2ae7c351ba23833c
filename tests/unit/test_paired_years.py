"""Two years that follow each other name one season, and no other one."""

import pytest

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.naming import mentions, names_another
from askmesh.summarization.paired_years import paired_years
from askmesh.summarization.question import take_apart
from askmesh.summarization.sections import with_identifiers
from support.composing import page

PROGRAMME = "Concerts of the season:\n\n- The Sea Choir\n- Brass at noon"


@pytest.mark.parametrize(
    "text",
    ["the season 2026/27", "season 2026-27?", "2026/2027", "from 2026\u201327 on", "2026 / 27"],
)
def test_a_pair_of_years_is_one_name_however_it_is_written(text: str) -> None:
    assert paired_years(text) == {"2026/27"}
    assert take_apart(text).identifiers == {"2026/27"}
    assert mentions(text, "2026/27")
    assert names_another(text, "2025/26")
    assert not names_another(text, "2026/27")


@pytest.mark.parametrize(
    "text", ["on 2026-10-06", "2026-08", "2019/25", "room 2026/3", "2026-27-01", "call 12026/27"]
)
def test_dates_and_other_figures_are_no_pair_of_years(text: str) -> None:
    assert paired_years(text) == frozenset()


def test_the_turn_of_a_century_is_a_pair() -> None:
    assert paired_years("1999/00 and 1999/2000") == {"1999/00"}


def _left(question: str, title: str, text: str = PROGRAMME) -> list[str]:
    source = page(text, title)
    ranked = rank_units(question, [source])
    return [item.own for item in with_identifiers(take_apart(question), ranked)]


def test_what_stands_below_another_season_is_not_about_the_one_asked_for() -> None:
    question = "Which concerts are planned for 2026/27?"
    assert _left(question, "Season 2025/26") == []
    assert _left(question, "Season 2026-27") == ["The Sea Choir", "Brass at noon"]
    assert _left(question, "Season") == ["The Sea Choir", "Brass at noon"]


def test_a_statement_about_the_season_asked_for_counts_below_another_one() -> None:
    said = "The season 2026/27 begins in the mill."
    question = "Where does the season 2026-27 begin?"
    assert _left(question, "Season 2025/26", f"{PROGRAMME}\n\n{said}") == [said]
