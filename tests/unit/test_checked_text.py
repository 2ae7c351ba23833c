import pytest

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.checked_text import CheckedText, is_no_answer
from askmesh.summarization.evidence import rank_sentences
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import Source, SummaryEvent
from support.summaries import CRISIS, QUESTION, TALKS, citations_of, text_of

BEGAN = "The oil crisis began in October 1973, when Arab producers proclaimed an embargo."


def _text(*sources: Source, quote_floor: float = 0.0, max_quotes: int = 3) -> CheckedText:
    ranked = tuple(rank_sentences(QUESTION, sources or (CRISIS, TALKS)))
    grounds = Grounds(QUESTION, ranked, support_bar=0.7)
    return CheckedText(grounds, Evidence(ranked, ranked, (), quote_floor), max_quotes=max_quotes)


def test_a_supported_sentence_is_released_with_its_mark_and_citation() -> None:
    events = _text().take("The oil crisis began in October 1973.")
    assert text_of(events) == "The oil crisis began in October 1973. [1]"
    (citation,) = citations_of(events)
    assert (citation.source_number, citation.passage_id) == (1, "crisis")
    assert text_of(events)[citation.start : citation.end] == "The oil crisis began in October 1973."
    assert citation.quote == BEGAN


def test_an_unsupported_sentence_is_replaced_by_the_best_quote() -> None:
    text = _text()
    events = text.take("The oil crisis began in 1988.")
    assert text_of(events) == f"\u201c{BEGAN}\u201d [1]"
    (citation,) = citations_of(events)
    assert (citation.quote, citation.support) == (BEGAN, 1.0)
    assert (text.supported, text.unsupported) == (0, 1)


def test_an_unsupported_sentence_is_dropped_when_nothing_is_left_to_quote() -> None:
    text = _text(max_quotes=1)
    assert text.take("The oil crisis began in 1988.")
    assert text.take("It ended in 1999.") == []


def test_no_sentence_is_quoted_twice() -> None:
    text = _text()
    quotes = [text_of(text.take(f"It was {year}.")) for year in (1988, 1989, 1990)]
    assert len(set(quotes)) == 3
    assert text.take("It was 1991.") == []


def test_weak_evidence_is_not_quoted() -> None:
    assert _text(quote_floor=0.95).take("The oil crisis began in 1988.") == []


def test_a_wrong_citation_of_the_models_is_corrected() -> None:
    events = _text().take("The oil crisis began in October 1973 [2].")
    assert text_of(events) == "The oil crisis began in October 1973. [1]"


def test_a_further_source_that_supports_the_sentence_too_is_cited() -> None:
    copy = Source(passage_id="copy", text="In October 1973 the oil crisis began.", score=0.2)
    events = _text(CRISIS, copy).take("The oil crisis began in October 1973 [1, 2].")
    assert {citation.source_number for citation in citations_of(events)} == {1, 2}


def test_repetitions_are_dropped_and_do_not_count_as_unsupported() -> None:
    text = _text()
    text.take("The oil crisis began in October 1973.")
    assert text.take("In October 1973 the oil crisis began.") == []
    assert text.take("The crisis began.") == []
    assert (text.supported, text.unsupported) == (1, 0)
    assert text.is_exhausted


def test_a_sentence_that_repeats_a_quote_is_dropped() -> None:
    text = _text()
    text.lead()
    assert text.take(BEGAN) == []


def test_offsets_count_code_points_from_the_start_of_the_answer() -> None:
    text = _text(Source(passage_id="p", text="Zoë 😀 likes tea. Max likes milk.", score=0.9))
    events = [*text.take("Zoë 😀 likes tea."), *text.take("Max likes milk.")]
    shown = text_of(events)
    assert shown == "Zoë 😀 likes tea. [1] Max likes milk. [1]"
    cited = [shown[citation.start : citation.end] for citation in citations_of(events)]
    assert cited == ["Zoë 😀 likes tea.", "Max likes milk."]


def test_a_quote_that_leans_on_the_sentence_before_brings_it_once() -> None:
    text = _text(CRISIS)
    events: list[SummaryEvent] = [*text.fill_with_quotes()]
    shown = text_of(events)
    assert shown.count("By March 1974") == 1
    assert shown.count("It was later called") == 1


def test_filling_quotes_the_best_sentence_even_if_it_is_weak() -> None:
    events = _text(quote_floor=0.95).fill_with_quotes()
    assert text_of(events) == f"\u201c{BEGAN}\u201d [1]"


def test_list_marks_and_labels_are_no_part_of_a_sentence() -> None:
    events = _text().take("Answer: The oil crisis began in October 1973.")
    assert text_of(events).startswith("The oil crisis")


@pytest.mark.parametrize(
    "sentence",
    ["NO ANSWER", "The sources do not answer the question.", "The text does not mention it."],
)
def test_a_refusal_is_understood(sentence: str) -> None:
    assert is_no_answer(sentence)


def test_a_denial_is_no_refusal() -> None:
    assert not is_no_answer("The company did not answer in 1973.")
