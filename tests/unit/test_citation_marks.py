import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.summarization.citations import take_marks, without_lookalikes
from askmesh.summarization.sentence_buffer import LineBuffer, SentenceBuffer


@pytest.mark.parametrize(
    ("written", "text", "numbers"),
    [
        ("It rained [1].", "It rained.", (1,)),
        ("It rained [1][2].", "It rained.", (1, 2)),
        ("It rained [1, 3-5].", "It rained.", (1, 3, 5, 4)),
        ("It rained (source 2).", "It rained.", (2,)),
        ("It rained [Source 2] and [2] snowed.", "It rained and snowed.", (2,)),
        ("It rained (1987).", "It rained (1987).", ()),
    ],
)
def test_marks_are_taken_out_of_the_text(written: str, text: str, numbers: tuple[int, ...]) -> None:
    assert take_marks(written) == (text, numbers)


def test_words_of_a_source_never_look_like_marks() -> None:
    assert without_lookalikes("It rained[12] in May [2].") == "It rained in May."


def _sentences(pieces: list[str], *, cut_off: bool = False) -> list[str]:
    buffer = SentenceBuffer()
    return [s for piece in pieces for s in buffer.feed(piece)] + buffer.rest(cut_off=cut_off)


def test_a_sentence_is_given_back_as_soon_as_the_next_one_begins() -> None:
    buffer = SentenceBuffer()
    assert buffer.feed("It rained. ") == []
    assert buffer.feed("Then") == ["It rained."]
    assert buffer.rest(cut_off=False) == ["Then"]


def test_sentences_without_spaces_between_them_are_given_back_too() -> None:
    assert SentenceBuffer().feed("\u4e0b\u96e8\u4e86\u3002\u7136\u540e") == [
        "\u4e0b\u96e8\u4e86\u3002"
    ]


def test_a_mark_after_the_full_stop_belongs_to_its_sentence() -> None:
    pieces = ["It rained.", " [", "1", "] ", "Then it", " snowed. [2]"]
    assert _sentences(pieces) == ["It rained [1].", "Then it snowed [2]."]


def test_a_sentence_that_was_cut_off_is_lost() -> None:
    assert _sentences(["It rained. Then it"], cut_off=True) == ["It rained."]
    assert _sentences(["It rained. Then it snowed."], cut_off=True)[-1] == "Then it snowed."


@given(st.lists(st.sampled_from(["It rained.", " ", "Dr. Who", " [1]", "\n", "3.5", "no"])))
def test_no_character_but_white_space_is_lost(pieces: list[str]) -> None:
    found = "".join(_sentences(pieces))
    assert sorted("".join(found.split())) == sorted("".join("".join(pieces).split()))


def test_lines_are_given_back_when_they_are_complete() -> None:
    buffer = LineBuffer()
    assert buffer.feed("a | b\nc") == ["a | b"]
    assert buffer.feed(" | d") == []
    assert buffer.rest(cut_off=False) == ["c | d"]
    buffer.feed("e | ")
    assert buffer.rest(cut_off=True) == []
