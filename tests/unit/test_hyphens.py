"""Hyphens at the ends of lines: only those that divide a word go."""

import pytest

from askmesh.ingestion.lines import joined_lines, words_of


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["some divi-", "ded word"], "some divided word"),
        (["a strong under-", "standing"], "a strong understanding"),
        (["die \u00dcberpr\u00fc-", "fung"], "die \u00dcberpr\u00fcfung"),
        (["the price-", "determining factors"], "the price-determining factors"),
        (["use --dry-", "run first"], "use --dry-run first"),
        (["of n-", "tridecanal"], "of n-tridecanal"),
        (["the e-", "mail address"], "the e-mail address"),
        (["an Anglo-", "Saxon word"], "an Anglo-Saxon word"),
        (["COVID-", "19 cases"], "COVID-19 cases"),
        (["a dash -", "and more"], "a dash - and more"),
        (["soft\u00ad", "ened and hard\u00adened"], "softened and hardened"),
    ],
)
def test_only_hyphens_that_divide_a_word_go(lines: list[str], joined: str) -> None:
    assert joined_lines(lines) == joined


def test_the_document_itself_shows_how_a_word_is_written() -> None:
    words = words_of(["backpropagation is old", "a hand-over"])
    assert joined_lines(["the back-", "propagation"], words) == "the backpropagation"
    assert joined_lines(["the hand-", "over"], words) == "the hand-over"
