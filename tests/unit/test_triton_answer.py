"""From the replies of a model in Triton to the chunks of an answer."""

import pytest

from askmesh.inference import GenerationChunk, GenerationRequest
from askmesh.inference._triton_answer import TritonAnswer
from askmesh.inference._triton_tensors import TritonModel
from askmesh.inference._triton_wire import Reply

PIECES = TritonModel(inputs={}, outputs=frozenset({"text_output"}), batched=True, decoupled=True)
WHOLE = TritonModel(
    inputs={
        "sampling_param_max_tokens": "INT32",
        "sampling_param_exclude_input_from_output": "BOOL",
    },
    outputs=frozenset({"text_output"}),
    batched=False,
    decoupled=True,
)
REQUEST = GenerationRequest(prompt="Say it: ", max_tokens=5, stop=("END",))


def taken(
    *replies: Reply, model: TritonModel = PIECES, cumulative: bool | None = None
) -> list[GenerationChunk]:
    answer = TritonAnswer(REQUEST, model, cumulative=cumulative)
    chunks: list[GenerationChunk] = []
    for reply in replies:
        assert not answer.complete
        chunk = answer.take(reply)
        chunks += [chunk] if chunk else []
    assert answer.complete
    return chunks


def words(chunks: list[GenerationChunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def test_each_piece_is_a_chunk_and_the_last_one_says_why_it_is_the_last() -> None:
    chunks = taken(
        Reply(text="one "), Reply(text="two"), Reply(text="", finish_reason="stop", final=True)
    )
    assert words(chunks) == ["one ", "two", ""]
    assert [chunk.finish_reason for chunk in chunks] == [None, None, "stop"]


def test_a_piece_without_text_is_no_chunk() -> None:
    assert words(taken(Reply(), Reply(text="one"), Reply(final=True))) == ["one", ""]


def test_the_prompt_is_left_out_unless_the_model_does_that_itself() -> None:
    repeated = Reply(text="Say it: it", final=True)
    assert words(taken(repeated)) == ["it"]
    assert words(taken(repeated, model=WHOLE)) == ["Say it: it"]


@pytest.mark.parametrize("known", [None, True])
def test_text_that_is_repeated_in_each_piece_is_given_once(known: bool | None) -> None:  # noqa: FBT001 - a case
    chunks = taken(
        Reply(text="one"),
        Reply(text="one two"),
        Reply(text="one two", final=True),
        model=WHOLE,
        cumulative=known,
    )
    assert words(chunks) == ["one", " two", ""]


def test_what_pieces_are_is_known_to_the_next_answer() -> None:
    answer = TritonAnswer(REQUEST, PIECES, cumulative=None)
    assert answer.cumulative is None
    for text in ("one", "two"):
        answer.take(Reply(text=text))
    assert answer.cumulative is False
    assert TritonAnswer(REQUEST, PIECES, cumulative=True).cumulative is True


def test_a_stop_string_ends_the_answer_before_the_model_does() -> None:
    chunks = taken(Reply(text="one E"), Reply(text="ND two", finish_reason="length"))
    assert words(chunks) == ["one ", ""]
    assert chunks[-1].finish_reason == "stop"


def test_the_beginning_of_a_stop_string_at_the_end_is_text() -> None:
    assert words(taken(Reply(text="one E"), Reply(final=True))) == ["one ", "E"]


def test_tokens_are_those_that_the_model_counts() -> None:
    chunks = taken(
        Reply(text="one", prompt_tokens=9, completion_tokens=3),
        Reply(text="two", completion_tokens=4),
        Reply(completion_tokens=0, final=True),
    )
    assert [(chunk.prompt_tokens, chunk.completion_tokens) for chunk in chunks] == [
        (9, 3),
        (9, 4),
        (9, 0),
    ]


def test_pieces_are_counted_where_the_model_counts_no_tokens() -> None:
    chunks = taken(Reply(text="one"), Reply(), Reply(text="two"), Reply(final=True))
    assert [(chunk.prompt_tokens, chunk.completion_tokens) for chunk in chunks] == [
        (0, 1),
        (0, 2),
        (0, 2),
    ]


@pytest.mark.parametrize(
    ("reason", "tokens", "told"),
    [
        ("stop", 9, "stop"),
        ("length", 1, "length"),
        ("", 4, "stop"),
        ("", 5, "length"),
        ("", 6, "length"),
        ("something else", 5, "length"),
        ("something else", 4, "stop"),
    ],
)
def test_an_end_without_a_known_reason_is_judged_by_its_tokens(
    reason: str, tokens: int, told: str
) -> None:
    (chunk,) = taken(Reply(text="one", finish_reason=reason, completion_tokens=tokens, final=True))
    assert chunk.finish_reason == told


def test_a_reason_that_came_early_holds() -> None:
    chunks = taken(Reply(text="one", finish_reason="length"), Reply(final=True))
    assert chunks[-1].finish_reason == "length"
