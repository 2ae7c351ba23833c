import pytest

from askmesh.summarization.bounds import are_alternatives, bounds_in, without_bounds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("over 200 kg", ["> 200 kg"]),
        ("at least eight seats", [">= 8 seats"]),
        ("no more than 10 EUR?", ["<= 10 EUR"]),
        ("no fewer than 5 seats", [">= 5 seats"]),
        ("that do not cost more than 10 EUR", ["<= 10 EUR"]),
        ("that don't weigh less than 3 kg", [">= 3 kg"]),
        ("not up to 3 kg", ["> 3 kg"]),
        ("10 EUR or less", ["<= 10 EUR"]),
        ("five or more seats", [">= 5 seats"]),
        ("over 5 but under 20 EUR", ["> 5 EUR", "< 20 EUR"]),
        ("between 5 and 10 EUR", [">= 5 EUR", "<= 10 EUR"]),
        ("cost less than 20 and have over 5 seats", ["< 20", "> 5 seats"]),
        ("a room for 20 people", [">= 20 people"]),
        ("less than Max", []),
        ("not between 5 and 10 EUR", []),
    ],
)
def test_bounds_are_read_with_their_side_and_whether_the_figure_itself_is_in(
    text: str, told: list[str]
) -> None:
    signs = [
        f"{'>' if bound.is_low else '<'}{'=' if bound.is_closed else ''} {bound.figure}"
        for bound in bounds_in(text)
    ]
    assert signs == told


def test_what_a_bound_says_is_no_word_of_measure_of_the_question() -> None:
    assert without_bounds("the cheapest with at least 8 seats").strip() == "the cheapest with"


def test_bounds_of_which_one_is_enough_are_alternatives() -> None:
    assert are_alternatives("under 5 EUR or over 20 EUR")
    assert not are_alternatives("5 EUR or more")
    assert not are_alternatives("Ada or Berta")
