"""New text out of what servers send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.inference._triton_answer import StopFilter, TextDeltas

PIECES = st.lists(st.text("ab 1", min_size=1, max_size=4), max_size=8)


def deltas(pieces: list[str], **known: bool) -> str:
    reader = TextDeltas(**known)
    return "".join(reader.feed(piece) for piece in pieces)


def cumulative(pieces: list[str]) -> list[str]:
    return ["".join(pieces[: end + 1]) for end in range(len(pieces))]


def released(text: str, stop: tuple[str, ...], size: int = 1) -> str:
    stops = StopFilter(stop)
    parts = [stops.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return "".join([*parts, stops.finish()])


def test_pieces_are_joined() -> None:
    assert deltas(["The", " cat", " sat"]) == "The cat sat"


def test_pieces_that_repeat_the_text_so_far_are_recognised() -> None:
    assert deltas(["The", "The cat", "The cat sat"]) == "The cat sat"


def test_empty_and_unchanged_pieces_add_nothing_to_cumulative_text() -> None:
    assert deltas(["", "a", "ab", "", "ab", "abc", "abc"]) == "abc"


def test_a_repeated_word_is_kept_in_pieces_and_dropped_in_cumulative_text() -> None:
    assert deltas(["ha", "ha", "!"]) == "haha!"
    assert deltas(["ha", "ha", "ha!"], usually_cumulative=True) == "ha!"


@given(PIECES)
def test_known_pieces_are_never_lost(pieces: list[str]) -> None:
    assert deltas(pieces, cumulative=False) == "".join(pieces)


@given(PIECES)
def test_known_cumulative_text_is_never_repeated(pieces: list[str]) -> None:
    assert deltas(cumulative(pieces), cumulative=True) == "".join(pieces)


@given(PIECES)
def test_cumulative_text_needs_no_announcement(pieces: list[str]) -> None:
    assert deltas(cumulative(pieces)) == "".join(pieces)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_text_ends_before_the_first_stop_string(size: int) -> None:
    assert released("one two three two", ("two", "three"), size) == "one "


def test_the_beginning_of_a_stop_string_that_stays_one_is_text() -> None:
    assert released("a <|im_e", ("<|im_end|>",)) == "a <|im_e"


def test_text_that_cannot_begin_a_stop_string_is_released_at_once() -> None:
    stops = StopFilter(("<end>",))
    assert stops.feed("word <") == "word "
    assert stops.feed("b>") == "<b>"


@given(st.text("ab<", max_size=30), st.integers(1, 5))
def test_cutting_does_not_depend_on_the_pieces(text: str, size: int) -> None:
    assert released(text, ("<a", "bb<"), size) == released(text, ("<a", "bb<"), 100)
