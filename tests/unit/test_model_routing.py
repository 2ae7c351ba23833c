"""Which language model is asked first, for which question."""

from hypothesis import given
from hypothesis import strategies as st

from askmesh.inference import Purpose
from askmesh.summarization.routing import ModelCandidate, Need, fittest, need_of, readiest
from support.summaries import CRISIS, request

FACT = Need("fact", 100)
PURPOSES: tuple[Purpose, ...] = ("fact", "table")
candidates = st.lists(
    st.builds(
        ModelCandidate,
        purposes=st.frozensets(st.sampled_from(PURPOSES)),
        room=st.sampled_from([50, 2000]),
        cost=st.sampled_from([0.0, 1.0, 2.0]),
        works=st.booleans(),
        is_free=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def for_(*purposes: Purpose, room: int = 2000, cost: float = 0.0) -> ModelCandidate:
    return ModelCandidate(purposes=frozenset(purposes), room=room, cost=cost)


def test_models_stand_as_they_are_named_where_nothing_is_said_of_them() -> None:
    assert fittest(FACT, [for_(cost=9), for_(), for_(cost=1)]) == [0, 1, 2]


def test_a_model_for_the_need_comes_before_one_for_all_and_that_before_one_for_another() -> None:
    assert fittest(FACT, [for_("table"), for_(), for_("fact", "yes_no")]) == [2, 1, 0]


def test_of_models_for_the_same_the_cheapest_comes_first() -> None:
    assert fittest(FACT, [for_("fact", cost=2), for_("fact", cost=1)]) == [1, 0]


def test_a_model_that_cannot_read_the_best_passage_comes_last() -> None:
    assert fittest(FACT, [for_("fact", room=99), for_("table", room=100)]) == [1, 0]


def test_free_models_come_before_busy_ones_and_failed_ones_last() -> None:
    at = [
        ModelCandidate(room=1, works=False),
        ModelCandidate(room=1, is_free=False),
        ModelCandidate(room=1),
        ModelCandidate(room=1, works=False, is_free=False),
    ]
    assert readiest([3, 0, 1, 2], at) == [2, 1, 0, 3]


@given(candidates)
def test_every_model_has_its_turn_once(at: list[ModelCandidate]) -> None:
    numbers = list(range(len(at)))
    order = fittest(FACT, at)
    assert sorted(order) == numbers
    assert sorted(readiest(order, at)) == numbers


@given(candidates)
def test_health_and_queue_decide_nothing_among_models_that_are_well(
    at: list[ModelCandidate],
) -> None:
    well = [candidate for candidate in at if candidate.works and candidate.is_free]
    order = fittest(FACT, well)
    assert readiest(order, well) == order


def test_a_need_is_what_the_question_asks_for() -> None:
    purposes = {
        need_of(request(question)).purpose: question
        for question in (
            "When did the oil crisis begin?",
            "Did the oil crisis begin in 1973?",
            "How do I renew a card?",
            "List all the members.",
            "What is the handbook about?",
        )
    }
    assert list(purposes) == ["fact", "yes_no", "steps", "list", "summary"]
    assert need_of(request(wants_table=True)).purpose == "table"
    assert need_of(request(sub_questions=("red", "blue"))).purpose == "comparison"
    assert need_of(request(sub_questions=("red",))).purpose == "fact"


def test_what_must_be_read_is_the_best_passage() -> None:
    assert need_of(request(sources=[CRISIS])).tokens >= len(CRISIS.text) // 3
    assert need_of(request(sources=[])).tokens == 0
