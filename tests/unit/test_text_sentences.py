"""Where sentences start and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.text import sentences


def _sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("One is here. Two is there!", ["One is here.", "Two is there!"]),
        (
            "Dr. Lee moved to Washington, D.C. on Jan. 5th. He rested.",
            ["Dr. Lee moved to Washington, D.C. on Jan. 5th.", "He rested."],
        ),
        ("Sie endet am 15. August. Dann ruht sie.", ["Sie endet am 15. August.", "Dann ruht sie."]),
        ("It takes approx. 5 km etc. to walk.", ["It takes approx. 5 km etc. to walk."]),
        ("See asyncio.TaskGroup for more.", ["See asyncio.TaskGroup for more."]),
        ("Version 1.2.3 is out. Get it.", ["Version 1.2.3 is out.", "Get it."]),
        ('"Is it?" he asked. "Yes."', ['"Is it?" he asked.', '"Yes."']),
        ("It ends here.[1] It goes on.", ["It ends here.[1]", "It goes on."]),
        ("- first item\n- second item", ["- first item", "- second item"]),
        ("Title\n\nBody is here. More.", ["Title", "Body is here.", "More."]),
        (
            "He paid duties on import goods. It hurt.",
            ["He paid duties on import goods.", "It hurt."],
        ),
        ("import os\nx = {a. B}", ["import os", "x = {a. B}"]),
        ("apples\npears\nplums", ["apples", "pears", "plums"]),
        ("Use it so:\n\n    x = a. b\n", ["Use it so:", "x = a. b"]),
        ("```\nrun it. now\n```\nDone.", ["```", "run it. now", "```", "Done."]),
        ("| a | b |\n| c. D | e |", ["| a | b |", "| c. D | e |"]),
        ("日本語です。次の文。", ["日本語です。", "次の文。"]),
        ("Ça marche. 😀 Très bien. Fin.", ["Ça marche.", "😀 Très bien.", "Fin."]),
    ],
)
def test_text_is_divided_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


def test_prose_wrapped_in_the_middle_of_a_sentence_stays_one_sentence() -> None:
    text = "The committee met in the old town hall and\nagreed on the budget. It was late."
    assert _sentences(text) == [
        "The committee met in the old town hall and\nagreed on the budget.",
        "It was late.",
    ]


@given(st.text(alphabet=st.sampled_from("aB1 .!?\n-*`|(\"'é。:"), max_size=80) | st.text())
def test_sentences_cover_everything_but_white_space_in_order(text: str) -> None:
    spans = sentences(text)
    bounds = [bound for span in spans for bound in (span.start, span.end)]
    assert bounds == sorted(bounds)
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)
    assert all(span.start < span.end for span in spans)
    assert "".join("".join(part.split()) for part in _sentences(text)) == "".join(text.split())
