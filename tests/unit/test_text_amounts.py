"""Dates and sums of money in one form."""

import pytest

from askmesh.text import plain_amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 2024-03-14", "on 14 March 2024"),
        ("on 2024-12-01", "on 1 December 2024"),
        ("on 2024-01-31", "on 31 January 2024"),
        ("on 14.3.2024, on 1. 2. 2024", "on 14 March 2024, on 1 February 2024"),
        ("2024-13-01, 2024-00-10", "2024-13-01, 2024-00-10"),
        ("2024-01-32, 2024-01-00", "2024-01-32, 2024-01-00"),
        ("1.2024-03-14 and 2024-03-14-1", "1.2024-03-14 and 2024-03-14-1"),
        ("Mar 14, Sept. 3, Sep 3", "March 14, September 3, September 3"),
        ("Mar is short", "Mar is short"),
        ("$24 and 24 \u20ac", "24 dollars and 24 euros"),
        ("\u00a3 3.50, \u00a51,000.", "3.50 pounds, 1,000 yen."),
        ("age 26 \u00a361, 5\u00a3", "age 26 61 pounds, 5 pounds"),
        ("$2 million", "2 million dollars"),
        ("USD 5, 7 EUR, GBP 8, 9JPY", "5 dollars, 7 euros, 8 pounds, 9 yen"),
    ],
)
def test_dates_and_money_have_one_form(text: str, expected: str) -> None:
    assert plain_amounts(text) == expected
