"""Token counters."""

from pathlib import Path

import pytest

from askmesh.errors import StartupError
from askmesh.inference import EstimatingTokenCounter, TokenCounter, open_token_counter
from askmesh.models import ModelStore
from support.triton import askmesh_home

TEXTS = ["", "The bridge.", "naïve café 日本語 👩‍👩‍👧‍👦", "1234567890", " \n\n  x\t", "e\u0301" * 9]


@pytest.fixture(scope="module")
def exact() -> TokenCounter:
    return open_token_counter("smollm2-135m-instruct", ModelStore(askmesh_home()))


@pytest.fixture(params=["estimating", "exact"])
def counter(request: pytest.FixtureRequest, exact: TokenCounter) -> TokenCounter:
    return exact if request.param == "exact" else EstimatingTokenCounter()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("limit", [0, 1, 3, 7, 1000])
def test_a_truncated_text_is_a_beginning_that_fits(
    counter: TokenCounter, text: str, limit: int
) -> None:
    short = counter.truncate(text, limit)
    assert text.startswith(short)
    assert counter.count(short) <= limit
    assert short == text or counter.count(text) > limit


def test_an_estimate_is_on_the_safe_side_for_prose(exact: TokenCounter) -> None:
    prose = "The old stone bridge crosses the river near the mill, where the market was held."
    assert EstimatingTokenCounter().count(prose) >= exact.count(prose)


# As llama.cpp counts them.
COUNTED = [
    ("\n\n", 1),
    ("3.14159e10", 10),
    ("\xbd \xb2 \u2462 \u2167", 11),
    ("\u65e5\u672c\u8a9e\u30c6\u30ad\u30b9\u30c8", 14),
    ("<|im_start|>user\nhi<|im_end|>\n", 6),
    ("don't I'll we've IT'S 'S", 11),
    ("a\r\nb\rc", 6),
    ("   leading", 2),
    ("e\u0301 \u0301", 6),
]


@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_tokens_are_those_of_the_model(exact: TokenCounter, text: str, tokens: int) -> None:
    assert exact.count(text) == tokens


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.gguf", "broken.json", "broken.gguf"])
def test_a_tokenizer_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.stem == "broken":
        path.write_bytes(b"no tokenizer " * 10)
    with pytest.raises(StartupError) as caught:
        open_token_counter(str(path), ModelStore(askmesh_home()))
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
