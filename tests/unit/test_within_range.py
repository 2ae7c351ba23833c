import os
import subprocess
import sys
from types import FrameType

import pytest

from askmesh.summarization.evidence import EvidenceUnit, rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.quotes_instead import is_strange_row
from askmesh.summarization.ranges import within_range
from askmesh.summarization.values import Source

PARCEL, FRIDAY = "What is the price of a parcel of 8 kg?", "Is there a boat from Hull on Friday?"
PRINT_EVIDENCE = """
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.ranges import within_range
from askmesh.summarization.values import Source

rules = "Age: 6 to 15 | Price: 4\\nAge: 16 | Price: 9\\n\\nAunts swim early. Lanes are old."
asked = "May my daughter of 12 years swim alone in the early lanes on a holiday with her old aunt?"
units = rank_units(asked, [Source(passage_id="p", title="Prices by month and year", text=rules)])
print([(unit.score, unit.note, unit.own) for unit in within_range(take_apart(asked), units)])
"""


def _ranked(question: str, rows: int) -> list[EvidenceUnit]:
    lines = (
        f"Boat: {row} | Max weight kg: {row % 20} | Days: {'Mon-Thu' if row % 2 else 'Fri-Sun'}"
        for row in range(rows)
    )
    return rank_units(question, [Source(passage_id="rows", title="Boats", text="\n".join(lines))])


def _work(question: str, rows: int) -> int:
    """Return how many functions are called, from a table of so many rows."""
    asked, ranked, calls = take_apart(question), _ranked(question, rows), 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        within_range(asked, ranked)
    finally:
        sys.setprofile(None)
    return calls


def test_a_number_after_what_is_numbered_counts_nothing() -> None:
    assert take_apart("when is the year 9 parents evening").amounts == ()
    assert take_apart("who has room 4 keys").amounts == ()
    assert take_apart("what do 9 parents pay").amounts == ((9.0, "parent"),)
    assert take_apart("what do we get after year 3 months").amounts == ((3.0, "month"),)


@pytest.mark.parametrize("question", [PARCEL, FRIDAY])
def test_the_work_grows_with_the_rows_of_a_table_and_no_faster(question: str) -> None:
    assert _work(question, 200) <= 6 * _work(question, 40)


def test_evidence_is_the_same_in_every_process() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", PRINT_EVIDENCE],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(1, 6)
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("Who signs a claim of 600 pounds?", "\u00a3250 to \u00a31,500: the head of the job"),
        ("Who signs a claim of \u00a390?", "up to \u00a3250: your lead"),
    ],
)
def test_amounts_of_money_are_compared_whichever_way_they_are_written(
    asked: str, left: str
) -> None:
    text = "- up to \u00a3250: your lead\n- \u00a3250 to \u00a31,500: the head of the job"
    ranked = rank_units(asked, [Source(passage_id="claims", title="Who signs", text=text)])
    assert [item.own for item in within_range(take_apart(asked), ranked)] == [left]


def test_a_group_of_people_is_looked_up_by_its_size() -> None:
    rows = "Group size: 10\u201319 | Discount: 10 %\nGroup size: 20\u201339 | Discount: 15 %"
    asked = "What discount does a group of 25 people get?"
    ranked = rank_units(asked, [Source(passage_id="groups", title="Tickets", text=rows)])
    (left,) = within_range(take_apart(asked), ranked)
    assert left.own.endswith("15 %")


@pytest.mark.parametrize(
    ("asked", "price"),
    [("under 60", "Price: 8"), ("of 60", "Price: free"), ("over 60", "Price: free")],
)
def test_what_lies_below_an_amount_does_not_have_it(asked: str, price: str) -> None:
    rows = "Order: 60 euros or more | Price: free\nOrder: below 60 euros | Price: 8"
    question = f"How much is the delivery of an order {asked} euros?"
    units = rank_units(question, [Source(passage_id="p", title="Delivery", text=rows)])
    assert [unit.own.partition(" | ")[2] for unit in within_range(take_apart(question), units)] == [
        price
    ]


def test_a_row_has_the_amount_that_falls_into_its_range() -> None:
    rows = "Given back: 4 to 13 days late | Fee: 8 EUR\nGiven back: 1 to 3 days late | Fee: 2 EUR"
    for when, is_strange in (("twelve days late", False), ("ages too late", True)):
        asked = take_apart(f"A customer brings her drill {when}. Which fee?")
        tools = [Source(passage_id="tools", title="Tool hire", text=rows)]
        best = within_range(asked, rank_units(asked.text, tools))[0]
        assert is_strange_row(asked, best) is is_strange
