"""Rankings within a time budget."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.errors import DeadlineError, InvalidRequestError
from askmesh.reranking.budget import BudgetLimits, Stopwatch, budget_seconds
from askmesh.reranking.calibration import FLOOR, PASSAGES, UNITS, PlattScaling
from askmesh.reranking.ports import Candidate, Ranking
from askmesh.reranking.ranker import Ranker, Scale, best_first
from askmesh.reranking.servicer import check, sentence_passages
from askmesh.reranking.unit_pairs import MAX_PAIRS, unit_pairs
from support.fake_encoders import OverlapCrossEncoder

_LIMITS = BudgetLimits(least=0.1, most=1.0, most_unhurried=3.0, reserve=0.5, passage_share=0.5)
_HALFWAY = PlattScaling(slope=1.0, intercept=0.0)


@dataclass
class _Crowd:
    """One ranking at a time, and so many that wait."""

    places: int = 1
    waiting: int = 0


class _Stages:
    def __init__(self) -> None:
        self.names: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        self.names.append(name)
        yield


class _TickingClock:
    """Moves on only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class _SlowEncoder:
    """Takes a second of the clock for each text, and gives a text its length as score."""

    def __init__(self, clock: _TickingClock) -> None:
        self._clock = clock
        self.budgets: list[float | None] = []

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert query
        self.budgets.append(budget_seconds)
        scores: list[float | None] = []
        end = self._clock.now + (budget_seconds or 0.0)
        for text in texts:
            scores.append(float(len(text)) if self._clock.now < end else None)
            self._clock.now += 1.0 if self._clock.now < end else 0.0
        return scores


async def _rank(
    query: str,
    texts: Sequence[str],
    *,
    sentences: int = 0,
    pair_seconds: float = 0.0,
    remaining: float | None = None,
    stages: _Stages | None = None,
) -> Ranking:
    ranker = Ranker(
        OverlapCrossEncoder(pair_seconds=pair_seconds),
        _Crowd(),
        Scale(_HALFWAY, _HALFWAY, floor=0.2, sentence_floor=0.9),
        _LIMITS,
        remaining=lambda: remaining,
        clock=lambda: 0.0,
        stages=stages or _Stages(),
    )
    candidates = [Candidate(f"p{place}", text) for place, text in enumerate(texts)]
    return await ranker.rank(query, candidates, sentence_passages=sentences)


async def test_passages_come_best_first_and_equal_ones_keep_their_order() -> None:
    ranking = await _rank("red fox", ["no", "red", "nothing", "red fox", "fox"])
    assert [passage.passage_id for passage in ranking.passages] == ["p3", "p1", "p4", "p0", "p2"]
    assert [passage.below_floor for passage in ranking.passages] == [False] * 3 + [True] * 2
    assert ranking.scored_passages == 5


@pytest.mark.parametrize(("waiting", "expected"), [(0, 4.0), (1, 1.0), (3, 0.5), (99, 0.1)])
async def test_a_ranking_takes_its_time_and_less_of_it_the_more_others_wait(
    waiting: int, expected: float
) -> None:
    limits = BudgetLimits(least=0.1, most=1.0, most_unhurried=4.0, reserve=0.0, passage_share=0.5)
    encoder = _SlowEncoder(_TickingClock())
    ranker = Ranker(
        encoder,
        _Crowd(waiting=waiting),
        Scale(_HALFWAY, _HALFWAY, floor=0.2, sentence_floor=0.9),
        limits,
        remaining=lambda: None,
        clock=lambda: 0.0,
        stages=_Stages(),
    )
    await ranker.rank("fox", [Candidate("a", "A fox.")], sentence_passages=0)
    assert encoder.budgets == [expected]


async def test_passages_without_a_score_follow_in_their_order() -> None:
    ranking = await _rank("red fox", ["no", "red", "red fox", "red fox"], pair_seconds=1.5)
    assert [passage.passage_id for passage in ranking.passages] == ["p1", "p0", "p2", "p3"]
    assert [passage.score is None for passage in ranking.passages] == [False, False, True, True]
    assert not any(passage.below_floor for passage in ranking.passages[2:])
    assert ranking.scored_passages == 2


async def test_without_time_nothing_is_begun() -> None:
    stages = _Stages()
    with pytest.raises(DeadlineError) as caught:
        await _rank("red fox", ["red", "fox"], remaining=0.55, sentences=2, stages=stages)
    assert caught.value.reason == "RERANKING_OUT_OF_TIME"
    assert stages.names == []


async def test_sentences_of_the_best_passages_are_scored_in_order_of_appearance() -> None:
    text = "A dog barks. The red fox sleeps. A fox."
    ranking = await _rank("red fox", ["unrelated. words.", text, "fox. hen."], sentences=1)
    best = ranking.passages[0]
    assert best.passage_id == "p1"
    assert [text[s.start : s.end] for s in best.sentences] == [
        "A dog barks.",
        "The red fox sleeps.",
        "A fox.",
    ]
    assert max(best.sentences, key=lambda s: s.score).start == text.index("The red")
    assert not any(passage.sentences for passage in ranking.passages[1:])


async def test_stages_are_timed() -> None:
    stages = _Stages()
    await _rank("red fox", ["red fox."], sentences=1, stages=stages)
    assert stages.names == ["reranking_passages", "reranking_sentences"]


async def test_sentences_get_what_passages_leave_and_the_most_promising_go_first() -> None:
    clock = _TickingClock()
    encoder = _SlowEncoder(clock)
    ranker = Ranker(
        encoder,
        _Crowd(),
        Scale(_HALFWAY, _HALFWAY, floor=0.2, sentence_floor=0.9),
        BudgetLimits(least=0.1, most=1.0, most_unhurried=4.0, reserve=0.0, passage_share=0.5),
        remaining=lambda: None,
        clock=clock,
        stages=_Stages(),
    )
    candidates = [
        Candidate("a", "Title\nHens lay. Cats nap. The red fox runs. Dogs bark.", 6),
        Candidate("b", "Short one."),
        Candidate("c", "Another."),
    ]
    ranking = await ranker.rank("red fox", candidates, sentence_passages=2)
    assert encoder.budgets == [2.0, 2.0]
    assert ranking.scored_passages == 2
    assert ranking.scored_sentences == 2
    assert [(s.start, s.end) for s in ranking.passages[0].sentences] == [(0, 9), (20, 37)]


@given(st.lists(st.sampled_from(["red", "fox", "red fox", "hen", ""]), max_size=8))
async def test_every_passage_comes_back_once(texts: list[str]) -> None:
    ranking = await _rank("red fox", texts, sentences=3)
    assert sorted(p.passage_id for p in ranking.passages) == sorted(
        f"p{place}" for place in range(len(texts))
    )


@given(
    st.lists(st.floats(0.01, 0.99), min_size=2, max_size=8), st.integers(0, 7), st.floats(0, 0.5)
)
def test_a_passage_with_a_higher_score_comes_no_later(
    scores: list[float], raised: int, more: float
) -> None:
    place = raised % len(scores)
    higher = [*scores[:place], min(0.99, scores[place] + more), *scores[place + 1 :]]
    assert best_first(higher).index(place) <= best_first(scores).index(place)


def test_where_no_score_says_much_the_search_decides() -> None:
    assert best_first([0.0030, 0.0035, 0.0030, 0.0035]) == [0, 1, 2, 3]


def test_a_score_that_says_much_decides_whatever_place_the_search_gave() -> None:
    assert best_first([0.02, 0.03, None, 0.01, 0.6]) == [4, 1, 0, 3, 2]


@pytest.mark.parametrize(
    ("remaining", "waiting", "expected"),
    [
        (None, 1, 1.0),
        (None, 3, 0.5),
        (None, 0, 3.0),
        (10.0, 1, 1.0),
        (10.0, 0, 3.0),
        (0.75, 1, 0.25),
        (0.75, 0, 0.25),
        (0.625, 0, 0.125),
    ],
)
def test_the_budget_leaves_time_to_later_stages_and_to_those_who_wait(
    remaining: float | None, waiting: int, expected: float
) -> None:
    assert budget_seconds(_LIMITS, remaining, _Crowd(waiting=waiting)) == expected


def test_a_stopwatch_never_goes_below_zero() -> None:
    clock = _TickingClock()
    watch = Stopwatch(2.0, clock)
    clock.now = 1.5
    assert watch.left() == 0.5
    clock.now = 3.0
    assert watch.left() == 0.0


def test_units_are_scored_after_what_stands_above_them() -> None:
    pairs = unit_pairs("fox", [Candidate("a", "Foxes\nOne is here. A fox is there.", 6)])
    assert [pair.text for pair in pairs] == ["Foxes\nOne is here.", "Foxes\nA fox is there."]
    assert [(pair.span.start, pair.span.end) for pair in pairs] == [(0, 12), (13, 28)]


def test_units_with_more_words_of_the_query_come_first() -> None:
    pairs = unit_pairs("fox", [Candidate("a", "One is here. A fox is there.")])
    assert [pair.text for pair in pairs] == ["A fox is there.", "One is here."]


def test_the_second_passage_has_its_turn_before_the_first_one_is_done() -> None:
    pairs = unit_pairs("fox", [Candidate("a", "One. Two. Three."), Candidate("b", "Four. Five.")])
    assert [pair.text for pair in pairs] == ["One.", "Two.", "Four.", "Three.", "Five."]


class _BriefEncoder:
    """Likes short texts."""

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert query
        assert budget_seconds
        return [10.0 - len(text) for text in texts]


async def test_a_passage_with_a_sentence_near_the_question_is_evidence_whatever_it_scores() -> None:
    ranker = Ranker(
        _BriefEncoder(),
        _Crowd(),
        Scale(_HALFWAY, _HALFWAY, floor=0.2, sentence_floor=0.9),
        _LIMITS,
        remaining=lambda: None,
        clock=lambda: 0.0,
        stages=_Stages(),
    )
    texts = ["Hens lay eggs. A fox.", "Hens lay eggs and foxes do not.", "Hens lay brown eggs."]
    candidates = [Candidate(text, text) for text in texts]
    ranking = await ranker.rank("fox", candidates, sentence_passages=2)
    assert [each.passage_id for each in ranking.passages if not each.below_floor] == texts[:1]


def test_of_a_long_table_the_most_promising_rows_are_scored() -> None:
    rows = "\n".join(f"Name: hen {number} | Age: 3" for number in range(MAX_PAIRS))
    pairs = unit_pairs("fox", [Candidate("a", f"{rows}\nName: fox | Age: 2")])
    assert len(pairs) == MAX_PAIRS
    assert pairs[0].text == "Name: fox | Age: 2"


def test_headings_labels_and_questions_are_no_evidence() -> None:
    text = "The fox\n\nWhere is the fox? A fox is here.\n\nName of the fox:"
    pairs = unit_pairs("fox", [Candidate("a", text, 0)])
    assert [pair.text for pair in pairs] == ["Where is the fox? A fox is here."]


@pytest.mark.parametrize("offset", [-5, 0, 3, 100])
def test_any_offset_of_the_body_is_bearable(offset: int) -> None:
    pairs = unit_pairs("fox", [Candidate("a", "Fox.", offset)])
    assert all(pair.text for pair in pairs)


@given(st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_probabilities_grow_with_scores_and_stay_between_0_and_1(one: float, two: float) -> None:
    for scaling in (PASSAGES, UNITS):
        low, high = sorted((one, two))
        assert 0.0 <= scaling.probability(low) <= scaling.probability(high) <= 1.0
    assert 0.0 < FLOOR < 0.5


@pytest.mark.parametrize(
    ("query", "count", "reason", "field"),
    [
        (" ", 1, "QUERY_EMPTY", "query"),
        ("q" * 4001, 1, "QUERY_TOO_LONG", "query"),
        ("q", 0, "PASSAGES_EMPTY", "passages"),
        ("q", 201, "TOO_MANY_PASSAGES", "passages"),
    ],
)
def test_bad_requests_are_refused(query: str, count: int, reason: str, field: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check(query, count)
    assert (caught.value.reason, caught.value.field) == (reason, field)


def test_the_number_of_passages_with_sentences_is_bounded() -> None:
    assert [sentence_passages(count) for count in (-1, 0, 3, 11)] == [0, 0, 3, 10]


def test_a_line_of_a_form_is_read_below_the_line_that_names_whom_it_is_about() -> None:
    form = Candidate("p", "Contact: Mira Holt\nPhone: 5521\nRoom: 12")
    pairs = unit_pairs("What is the phone number of Mira?", [form])
    assert {"Contact: Mira Holt Phone: 5521", "Contact: Mira Holt Room: 12"} <= {
        pair.text for pair in pairs
    }
