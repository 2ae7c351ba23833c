"""Conditions on documents, and stretches of time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.passages import Filter
from askmesh.query_understanding.dates import period
from askmesh.query_understanding.filters import filter_of

# A Saturday.
_TODAY = date(2026, 11, 21)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("What do the notes since 2023 say about cats?", _day(2023, 1, 1), None),
        ("reports before March 2024 on sales", None, _day(2024, 3, 1)),
        ("policies updated after 5 March 2024", _day(2024, 3, 6), None),
        ("documents from 2022", _day(2022, 1, 1), _day(2023, 1, 1)),
        ("last week's minutes", _day(2026, 11, 9), _day(2026, 11, 16)),
        ("What was decided in yesterday's minutes?", _day(2026, 11, 20), _day(2026, 11, 21)),
        ("notes from the last 7 days", _day(2026, 11, 14), _day(2026, 11, 22)),
        ("papers until Q1 2024", None, _day(2024, 4, 1)),
        (
            "files modified between 2023-01-01 and 2023-06-30",
            _day(2023, 1, 1),
            _day(2023, 7, 1),
        ),
        ("minutes from last week to yesterday", _day(2026, 11, 9), _day(2026, 11, 21)),
        ("reports written in 2022", _day(2022, 1, 1), _day(2023, 1, 1)),
        ("reports published by 2022", None, _day(2023, 1, 1)),
        ("reports by 2022", None, None),
        ("pages newer than 2022", _day(2023, 1, 1), None),
        ("pages later than 2022", _day(2023, 1, 1), None),
        ("files older than 2022", None, _day(2022, 1, 1)),
        ("files earlier than 2022", None, _day(2022, 1, 1)),
        ("letters prior to 2022", None, _day(2022, 1, 1)),
        ("letters up to 2022", None, _day(2023, 1, 1)),
        ("letters till 2022", None, _day(2023, 1, 1)),
        ("NOTES SINCE 2022", _day(2022, 1, 1), None),
        ("files modified between 2023-02-31 and 2023-06-30", None, None),
        ("files modified between 2023-01-01 and 2023-06-31", None, None),
        ("What did the report in 1973 recommend?", None, None),
        ("Who has won the cup since 2023?", None, None),
        ("documents until 2023-02-31", None, None),
        ("What happened last week?", None, None),
    ],
)
def test_times_that_are_said_of_documents_become_conditions(
    question: str, after: datetime | None, before: datetime | None
) -> None:
    expected = Filter(modified_after=after, modified_before=before)
    assert filter_of(question, _TODAY) == expected


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What does it say in docs/x.md?", ("docs/x.md",)),
        ("What is said in docs/setup. Is it so?", ()),
        ("What is said in docs/guides/setup.", ("docs/guides/setup",)),
        ("See notes/a.txt and see notes/a.txt again", ("notes/a.txt",)),
        ("According to handbook.pdf, who decides?", ("handbook.pdf",)),
        ("In the README, what is said?", ("README", "README.md", "README.rst", "README.txt")),
        ("Find the limits in docs/guides/", ("docs/guides/",)),
        ("Is TCP/IP used in client/server setups?", ()),
        ("How fast is it in km/h?", ()),
    ],
)
def test_sources_that_a_question_names_become_conditions(
    question: str, sources: tuple[str, ...]
) -> None:
    assert filter_of(question, _TODAY).sources == sources


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1)),
    st.sampled_from(["last", "previous"]),
    st.sampled_from(["this", "current"]),
    st.sampled_from(["week", "month", "quarter", "year"]),
)
def test_this_stretch_holds_today_and_the_last_one_ends_where_it_begins(
    today: date, last: str, this: str, unit: str
) -> None:
    before, now = period(f"{last} {unit}", today), period(f"{this} {unit}", today)
    assert before is not None
    assert now is not None
    assert before.start < before.end == now.start <= today < now.end
