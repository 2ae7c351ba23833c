"""What is read of passages beyond their snippets."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from askmesh.reranking.budget import BudgetLimits
from askmesh.reranking.calibration import PlattScaling
from askmesh.reranking.other_parts import MOST_PARTS, other_parts
from askmesh.reranking.ports import Candidate, Ranking
from askmesh.reranking.ranker import Ranker, Scale
from askmesh.reranking.snippets import MAX_WORDS, snippets
from askmesh.reranking.unit_pairs import unit_pairs

ABSENCE = "Ring the duty line before seven. "
FILLER = "Which number is called is up to whoever happens to be there on any of those days. " * 5
SICK = "What number do I call when I am sick?"


class _Ear:
    """Knows that the duty line is for those who are sick, and nothing else."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert budget_seconds != 0.0
        self.read += texts
        return [5.0 if query == SICK and "duty line" in text else -5.0 for text in texts]


class _Crowd:
    places = 1
    waiting = 0


class _Stages:
    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        assert name
        yield


async def _ranked(ear: _Ear, *texts: str) -> Ranking:
    even = PlattScaling(slope=1.0, intercept=0.0)
    ranker = Ranker(
        ear,
        _Crowd(),
        Scale(even, even, floor=0.2, sentence_floor=0.9),
        BudgetLimits(least=0.1, most=1.0, most_unhurried=3.0, reserve=0.5, passage_share=0.5),
        remaining=lambda: None,
        clock=lambda: 0.0,
        stages=_Stages(),
    )
    candidates = [Candidate(f"p{place}", text) for place, text in enumerate(texts)]
    return await ranker.rank(SICK, candidates, sentence_passages=1)


async def test_what_answers_in_other_words_is_found_beyond_the_snippet() -> None:
    ranking = await _ranked(_Ear(), FILLER, f"{FILLER}{ABSENCE}")
    best = ranking.passages[0]
    assert best.passage_id == "p1"
    assert not best.below_floor
    assert max(best.sentences, key=lambda each: each.score).start == len(FILLER)


async def test_nothing_more_is_read_where_a_snippet_answers() -> None:
    ear = _Ear()
    await _ranked(ear, ABSENCE, f"{FILLER}{FILLER}")
    assert sum(text.startswith("Which number") and len(text) > 100 for text in ear.read) == 1


def test_units_of_the_best_part_are_scored_before_those_with_words_of_the_question() -> None:
    pairs = unit_pairs(
        SICK, [Candidate("a", f"The number of sick people. {ABSENCE}")], [ABSENCE.strip()], most=1
    )
    assert [pair.own for pair in pairs] == [ABSENCE.strip()]


def test_every_passage_has_one_other_part_before_any_has_two() -> None:
    long, short = Candidate("a", FILLER * 40), Candidate("b", FILLER * 2)
    places = [part.place for part in other_parts([long, short], ["", ""])]
    assert places[:4] == [0, 1, 0, 1]
    assert len(places) == MOST_PARTS


@given(st.lists(st.integers(1, 70), min_size=1, max_size=12), st.text("ab\n", max_size=5))
def test_each_sentence_is_in_the_snippet_or_in_one_other_part(
    lengths: list[int], above: str
) -> None:
    told = [
        " ".join([f"Word{n}", *["is"] * (length - 1)]) + "." for n, length in enumerate(lengths)
    ]
    candidate = Candidate("a", f"{above}{' '.join(told)}", len(above))
    (snippet,) = snippets("word", [candidate])
    parts = other_parts([candidate], [snippet])
    assert all(part.text.startswith(above) for part in parts)
    for sentence in told:
        places = [text for text in (snippet, *(part.text for part in parts)) if sentence in text]
        assert 1 <= len(places) <= 2
    read = [part.text.removeprefix(above) for part in parts]
    assert all(text.count(".") == 1 or len(text.split()) <= MAX_WORDS for text in read)
