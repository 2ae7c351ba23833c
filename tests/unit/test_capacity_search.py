"""How many questions a minute are found to be the most."""

from askmesh.load import AskedQuestion, Capacity, End, Objective, Summary, find_capacity, summarised

OBJECTIVE = Objective(first_text_p99_ms=1000, whole_share=0.99)


def summary(*, whole: int = 100, refused: int = 0, first_text: float = 0.5) -> Summary:
    answers = [AskedQuestion(0.0, 1.0, End.WHOLE, first_text=first_text)] * whole
    return summarised([*answers, *[AskedQuestion(0.0, 0.0, End.REFUSED)] * refused], 60)


async def capacity_of(limit: float, *, begin: float = 10, most: float = 10_000) -> Capacity:
    async def measure(per_minute: float) -> Summary:
        return summary(first_text=0.5 if per_minute <= limit else 1.5)

    return await find_capacity(measure, OBJECTIVE, begin=begin, most=most)


async def test_the_limit_is_found_within_a_tenth() -> None:
    for limit in (11, 47, 100, 3_333):
        found = await capacity_of(limit)
        assert limit / 1.1 <= found.per_minute <= limit
        assert found.is_limit
        assert len(found.steps) < 16


async def test_what_keeps_the_objective_at_the_most_has_no_limit() -> None:
    found = await capacity_of(10_000, most=50)
    assert [step.per_minute for step in found.steps] == [10, 20, 40, 50]
    assert (found.per_minute, found.is_limit) == (50, False)


async def test_where_the_first_rate_is_too_much_nothing_else_is_tried() -> None:
    found = await capacity_of(5)
    assert (found.per_minute, len(found.steps)) == (0, 1)


def test_an_objective_names_what_is_missed() -> None:
    assert OBJECTIVE.missed(summary(whole=99, refused=1)) == ""
    assert OBJECTIVE.missed(summary(whole=98, refused=2)) == "98.0% whole"
    assert OBJECTIVE.missed(summary(first_text=1.2)) == "first text p99 1200 ms"


def test_questions_of_which_none_is_answered_miss_the_objective() -> None:
    assert OBJECTIVE.missed(summarised([AskedQuestion(0.0, 0.0, End.FAILED)], 60)) == "0.0% whole"
