import pytest

from support.summaries import told_from

BERTHS = "# Waiting list for berths\n\nBerths are given in this order:\n\n1. Ada\n2. Bo\n3. Cy Holm"
STEPS = "# Starting the pump\n\n1. Open V2.\n2. Press START.\n3. Go.\n\n# Oil\n\n- Buy it.\n- Use."
COURSE = "Place: 1 | Name: Ida | Asked: May\nPlace: 2 | Name: Jon | Asked: June"
ROUTES = "Route: Harbour | Stops: 9\nRoute: Airport | Stops: 4"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who is second on the waiting list for berths?", BERTHS, "Bo"),
        ("Who is last on the waiting list?", BERTHS, "Cy Holm"),
        ("What is the first step of starting the pump?", STEPS, "Open V2."),
        ("What is the 2nd step to start the pump?", STEPS, "Press START."),
        ("Who is second in line for the first-aid course?", COURSE, "Name: Jon (Place: 2)."),
        ("Who has the last place in the first-aid course?", COURSE, "Name: Jon (Place: 2)."),
    ],
)
def test_what_stands_at_a_place_is_told(question: str, text: str, answer: str) -> None:
    assert told_from(question, text, "Courses in first-aid" if text is COURSE else "") == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is fifth on the waiting list?", BERTHS),
        ("Who is second on the waiting list for garages?", BERTHS),
        ("Who are the first two on the waiting list?", BERTHS),
        ("Is Bo second on the waiting list?", BERTHS),
        ("What is the first oil?", STEPS),
        ("What did the pump cost last year?", STEPS),
        ("Which is the last route?", ROUTES),
    ],
)
def test_other_places_and_other_lists_are_left_to_others(question: str, text: str) -> None:
    assert told_from(question, text) == ""
