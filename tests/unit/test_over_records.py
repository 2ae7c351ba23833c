from dataclasses import replace

import pytest

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.composition import composed
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.values import Source
from support.summaries import TIMID, WordCounter, assembly_limits, request


def _boats(year: int, wren: int, crane: int) -> Source:
    return Source(
        passage_id=f"prices-{year}",
        document_id=f"prices-{year}",
        title=f"Prices {year}",
        text=(
            f"Boat: Wren | Rent: {wren} EUR | Seats: 4\nBoat: Crane | Rent: {crane} EUR | Seats: 6"
        ),
        score=0.9,
    )


def _menu(town: str, soup: int) -> Source:
    return Source(
        passage_id=town,
        document_id=town,
        title=f"Menu of the {town} cafe",
        text=f"Dish: Soup | Price: {soup} EUR\nDish: Pie | Price: {soup + 3} EUR",
        score=0.9,
    )


def _articles(position: int, *, maker: str = "Quay and Sons of Hull " * 5) -> Source:
    numbers = range(5 * position + 1, 5 * position + 6)
    return Source(
        passage_id=f"articles-{position}",
        document_id="articles",
        position=position,
        title="Articles",
        text="\n".join(f"Article: A{n} | Price: {n} EUR | Maker: {maker}" for n in numbers),
        score=0.9,
    )


NOTICE = Source(
    passage_id="notice",
    document_id="notice",
    title="Notice",
    text="The rent of the Wren changes from 20 to 25 EUR on 1 May 2025.",
    score=0.5,
)
END = Source(
    passage_id="end", document_id="articles", position=2, title="Articles", text="Orders go to Ann."
)


def _rule(question: str, *sources: Source) -> str:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, sources))
    return " ".join(said.text for said in evidence.said) if isinstance(evidence, Evidence) else ""


def _composed(question: str, *sources: Source) -> str:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, sources))
    assert isinstance(evidence, Evidence)
    return " ".join(said.text for said in composed(evidence))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many boats are there?", "2: Wren, Crane."),
        ("Which boat has the lowest rent?", "Wren (25 EUR)."),
        ("What is the total of all seats?", "10: Wren (4), Crane (6)."),
        ("What is the rent of the Wren in 2025?", "Rent: 25 EUR (Wren)."),
        ("What is the rent of the Wren in 2024?", "Rent: 20 EUR (Wren)."),
    ],
)
def test_of_editions_the_newest_or_the_one_that_is_named_is_read(question: str, told: str) -> None:
    assert _rule(question, _boats(2024, 20, 30), _boats(2025, 25, 34)) == told


def test_rows_that_a_notice_changes_are_left_to_the_language_model() -> None:
    prices = _boats(2024, 20, 30)
    assert _rule("What is the rent of the Wren?", prices, NOTICE) == ""
    assert _rule("Which boat has the lowest rent?", prices, NOTICE) == ""
    assert _rule("What is the rent of the Crane?", prices, NOTICE) == "Rent: 30 EUR (Crane)."


def test_cells_of_another_kind_than_what_is_asked_for_are_left_to_other_statements() -> None:
    services = Source(
        passage_id="services",
        title="Services",
        text=(
            "Check: Hull | Wren: 6 weeks | Crane: 2 years\n"
            "Check: Mast | Wren: 3 years | Crane: 1 year"
        ),
        score=0.9,
    )
    assert _rule("How often is the mast of the Crane checked?", services)
    assert _rule("What does the mast check of the Crane cost?", services) == ""


MOORINGS = Source(
    passage_id="moorings",
    title="Moorings",
    text=(
        "code: M1 | kind: River | service: Day mooring | price: 8 EUR | notes: no water\n"
        "code: M2 | kind: River | service: Week mooring | deposit: 20 EUR | price: 40 EUR\n"
        "code: M3 | kind: Sea | service: Buoy | price: 6 EUR"
    ),
    score=0.9,
)


def test_rows_of_which_each_has_another_empty_cell_are_one_table() -> None:
    assert _rule("How many codes are there?", MOORINGS) == "3: M1 River, M2 River, M3 Sea."
    assert _rule("Which code has the lowest price?", MOORINGS).startswith("M3")


def test_rows_are_counted_by_any_column_that_tells_them_apart() -> None:
    assert _rule("How many river services are there?", MOORINGS) == "2: M1 River, M2 River."


CREW = Source(
    passage_id="crew",
    title="Crew",
    text=(
        "name: Ada Holm | fare_class: Crew | berth_fee: 4 EUR | night_watch: yes\n"
        "name: Per Lund | fare_class: Guest crew | berth_fee: 9 EUR | night_watch: no\n"
        "name: Ida Berg | fare_class: Guest | berth_fee: 12 EUR | night_watch: yes"
    ),
    score=0.9,
)


def test_words_of_names_of_columns_are_known_each() -> None:
    assert _rule("Who is on the night watch?", CREW) == "Ada Holm, Ida Berg."


def test_a_cell_that_is_named_in_full_comes_before_one_with_more_words() -> None:
    assert _rule("What is the berth fee for crew?", CREW) == "berth_fee: 4 EUR (Crew)."
    assert "9 EUR" in _rule("What is the berth fee for guest crew?", CREW)


def test_who_asks_when_is_told_from_when_until_when_and_who_asks_since_when_the_first_alone() -> (
    None
):
    berths = Source(
        passage_id="berths",
        title="Berths",
        text=(
            "Berth: North | Boats may land from: 08:00 | until: 19:30\n"
            "Berth: South | Boats may land from: 06:00 | until: 22:00"
        ),
        score=0.9,
    )
    told = _rule("When may boats land at the South berth?", berths)
    assert told == "Boats may land from: 06:00, until: 22:00 (South)."
    told = _rule("Since when may boats land at the South berth?", berths)
    assert told == "Boats may land from: 06:00 (South)."


def test_a_row_yields_to_a_change_of_another_date_that_says_as_much_as_it_does() -> None:
    evenings = Source(
        passage_id="calendar",
        document_id="calendar",
        title="Parents evenings",
        text="Year: 8 | Date: 2026-02-05 | Time: 16:30\nYear: 9 | Date: 2026-01-22 | Time: 17:30",
        score=0.7,
    )
    mail = Source(
        passage_id="mail",
        document_id="mail",
        title="Dates",
        text="The parents evening of year 9 is moved from 22 January to 29 January 2026.",
        score=0.9,
    )
    asked = "when is the year 9 parents evening"
    assert "2026-01-22" in _rule(asked, evenings)
    assert _rule(asked, evenings, mail) == ""
    assert "2026-02-05" in _rule("when is the year 8 parents evening", evenings, mail)


def test_tables_of_two_documents_are_not_one_where_their_rows_have_the_same_names() -> None:
    menus = _menu("North", 4), _menu("South", 5)
    assert _rule("How much is the soup at the North cafe?", *menus) == "Price: 4 EUR (Soup)."
    assert _rule("How much is the soup?", *menus) == ""
    assert _rule("How many dishes are there?", *menus) == ""
    assert _composed("How many dishes are there?", *menus) == ""


def test_rows_of_two_documents_with_other_names_are_compared() -> None:
    one = Source(
        passage_id="a",
        document_id="a",
        title="East",
        text="Boat: Ada | Seats: 4\nBoat: Bea | Seats: 5",
    )
    two = Source(
        passage_id="b",
        document_id="b",
        title="West",
        text="Boat: Cy | Seats: 9\nBoat: Dan | Seats: 2",
    )
    assert _rule("Which boat has the most seats?", one, two) == "Cy (9)."
    assert _rule("Does Ada have more seats than Cy?", one, two).startswith("No: Cy has more seats")


ALL = "How many articles are there?", "Which is the most expensive article?"


@pytest.mark.parametrize(
    "positions", [(0, 7), (0, 1), (0,), (3,)], ids=["a gap", "no end", "one, no end", "in between"]
)
def test_of_a_part_of_a_table_nothing_is_the_most_and_the_count_is_a_least(
    positions: tuple[int, ...],
) -> None:
    count, most = (_rule(asked, *map(_articles, positions)) for asked in ALL)
    assert count.startswith(f"At least {5 * len(positions)}: A")
    assert most == ""
    assert _rule("What is the total price of the articles?", *map(_articles, positions)) == ""


def test_of_a_part_of_a_table_those_that_fulfil_a_condition_are_at_least_some() -> None:
    question = "Which articles cost less than 3 EUR?"
    assert _rule(question, _articles(0)) == "At least A1, A2."
    assert _rule(question, _articles(0), END) == "At least A1, A2."
    assert _rule(question, _articles(0), replace(END, position=1)) == "A1, A2."


def test_a_table_whose_ends_were_found_is_whole_and_so_is_one_in_a_short_passage() -> None:
    whole = _articles(0), _articles(1), END
    assert _rule(ALL[0], *whole).startswith("10: A1,")
    assert _rule(ALL[1], *whole) == "A10 (10 EUR)."
    assert _rule(ALL[1], _articles(3, maker="Quay")) == "A20 (20 EUR)."


def test_a_table_ends_where_its_document_ends() -> None:
    parts = [replace(_articles(place), document_passage_count=2) for place in (0, 1)]
    assert _rule(ALL[0], *parts).startswith("10: A1,")
    longer = [replace(part, document_passage_count=3) for part in parts]
    assert _rule(ALL[0], *longer).startswith("At least 10: A1,")


@pytest.mark.parametrize("positions", [(0, 7), (6, 7)], ids=["a gap", "no beginning"])
def test_a_known_end_is_not_enough(positions: tuple[int, ...]) -> None:
    parts = [replace(_articles(place), document_passage_count=8) for place in positions]
    assert _rule(ALL[0], *parts).startswith("At least 10: A")


def test_a_list_is_counted_to_its_end_or_not_at_all() -> None:
    names = [f"Crane {letter}" for letter in "ABCDEFGHIJKLMNOPQ"]
    short, long = (
        Source(
            passage_id="c",
            document_id="c",
            title="Harbour",
            text="The cranes in the harbour:\n\n" + "\n".join(f"- {n}{more}" for n in names),
            score=0.9,
        )
        for more in ("", " of the harbour's eastern quay, by night")
    )
    asked = "How many cranes are there in the harbour?"
    assert _composed(asked, short).startswith("17: Crane A, Crane B,")
    assert not _composed(asked, long).startswith("17")
