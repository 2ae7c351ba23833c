"""The part of a passage that is scored for a query."""

from hypothesis import given
from hypothesis import strategies as st

from askmesh.reranking.ports import Candidate
from askmesh.reranking.snippets import MAX_CHARS, snippets

FILLER = "Nothing of interest stands in this sentence, however long one looks at it here. " * 5


def snippet(query: str, text: str, body_offset: int = 0) -> str:
    (found,) = snippets(query, [Candidate("a", text, body_offset)])
    return found


def test_the_sentence_that_matches_is_found_in_a_long_passage() -> None:
    text = f"{FILLER}Foxes sleep in the barn. {FILLER}"
    assert "Foxes sleep in the barn." in snippet("Where do foxes sleep?", text)
    assert len(snippet("Where do foxes sleep?", text)) < len(text) / 2


def test_headings_come_before_the_sentences() -> None:
    text = f"Animals\n{FILLER}Foxes sleep in the barn."
    assert snippet("foxes", text, len("Animals\n")).startswith("Animals\n")


def test_neighbours_come_along_while_they_add_words_of_the_query() -> None:
    text = "Foxes are red. They sleep in the barn. Hens are white."
    assert snippet("Do red foxes sleep?", text) == "Foxes are red. They sleep in the barn."


def test_a_word_that_few_candidates_have_counts_more() -> None:
    common = "The farm has hens."
    rare = "The farm has a badger."
    first, _ = snippets(
        "farm badger hens",
        [
            Candidate("a", f"{common} {FILLER}{rare}"),
            Candidate("b", f"{common} {FILLER}"),
        ],
    )
    assert first == rare


def test_a_short_passage_is_its_own_snippet_and_an_empty_one_is_empty() -> None:
    assert snippet("foxes", "Foxes sleep.") == "Foxes sleep."
    assert snippet("foxes", "") == ""


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_a_snippet_is_a_bounded_part_of_its_passage(query: str, text: str) -> None:
    found = snippet(query, text)
    assert found in text
    assert len(found) <= MAX_CHARS


def test_of_a_long_row_the_cells_that_match_are_kept_with_the_first() -> None:
    row = " | ".join(["station: North", *(f"sensor {n}: {n}00 mbar" for n in range(100, 160))])
    found = snippet("What does sensor 157 of station North say?", row)
    assert found.startswith("station: North | sensor 100: 10000 mbar | ")
    assert found.endswith(" | sensor 157: 15700 mbar")
    assert len(found) <= MAX_CHARS


def test_of_a_configuration_file_the_settings_are_scored_that_match_word_for_word() -> None:
    filler = "\n".join(f"other_{number} = {number}" for number in range(90))
    text = f"```\n[upload]\n{filler}\nmax_photo_mb = 10\n```"
    assert snippet("How large may a photo be?", text) == "upload max photo mb = 10"
