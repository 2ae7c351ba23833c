"""Which columns of a row are told."""

import pytest

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.quoting import quoted
from askmesh.summarization.values import Source

ROW = "Visit: Cave | Standard: 6 pounds | Friends: 4 pounds"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("What do friends pay for the cave?", "Visit: Cave, Friends: 4 pounds"),
        ("What is the cave without friends?", ROW.replace(" |", ",")),
        ("What is the cave for my aunt without any friends card?", ROW.replace(" |", ",")),
    ],
)
def test_a_column_that_is_to_be_left_out_is_not_the_one_that_is_told(asked: str, told: str) -> None:
    (row,) = rank_units(asked, [Source(passage_id="p", title="Prices", text=ROW)])
    assert quoted(row, take_apart(asked).columns).text == told
