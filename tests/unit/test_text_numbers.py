"""Numbers in a comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.text import numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 and 1000 and one thousand", ["1000", "1000", "1000"]),
        ("3.50 euros, $3.5", ["3.5", "3.5"]),
        ("3.5%, 3.5 percent, 3.5 per cent, five per cent", ["3.5%", "3.5%", "3.5%", "5%"]),
        ("two of twenty-five, forty two", ["2", "25", "42"]),
        ("two hundred, 1.2 billion", ["200", "1200000000"]),
        ("one of them", []),
        ("in 1988 or the late 1980s", ["1988", "1980s"]),
        ("the 5th of 2024-03-05", ["5", "2024", "3", "5"]),
        ("v1.2.3 at 10:30", ["1.2.3", "10:30"]),
        ("-5 or \u22125 degrees, 10-20", ["-5", "-5", "10", "20"]),
        ("H2O and python3 in COVID-19", ["19"]),
        ("512MB, 10 ms", ["512", "10"]),
        ("1,2,3", ["1", "2", "3"]),
        ("1000000, 007, 0.10, 0", ["1000000", "7", "0.1", "0"]),
        ("\u0664\u0662", ["42"]),
        ("often tension", []),
    ],
)
def test_numbers_have_one_form(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_change_nothing(value: int) -> None:
    assert numbers(f"about {value:,} people") == numbers(f"about {value} people") == [str(value)]


def test_a_number_of_any_length_is_read() -> None:
    assert numbers("0" + "7" * 10_000) == ["7" * 10_000]


@given(st.text(alphabet=st.sampled_from("0123456789.,:-% $vsth"), max_size=40) | st.text())
def test_any_text_gives_numbers_without_failing(text: str) -> None:
    assert all(numbers(text))
