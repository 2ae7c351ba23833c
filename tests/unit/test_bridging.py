import pytest

from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.summarization.v1.summarization_pb2 import Source
from askmesh.gateway.bridging import bridge

SYSTEMS = Source(
    passage=Passage(
        passage_id="systems",
        text=(
            "Tidebook plans dry docks. It is maintained by Navigation Software.\n\n"
            "Kelp is the catalogue of parts. It is maintained by Procurement."
        ),
    )
)
MINUTES = Source(
    passage=Passage(
        passage_id="minutes",
        text="1. The party takes place on 5 July at the boathouse. Bjarne organises the food.",
    )
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who leads the team that maintains Tidebook?", "Who leads Navigation Software?"),
        ("Who leads the team in charge of Kelp?", "Who leads Procurement?"),
        (
            "Which group does the coach train who organises the food at the party?",
            "Which group does Bjarne train?",
        ),
    ],
)
def test_what_is_described_is_called_by_its_name(question: str, asked: str) -> None:
    found = bridge(question, [SYSTEMS, MINUTES])
    assert found is not None
    assert found.asked == asked


@pytest.mark.parametrize(
    "question",
    [
        "Who maintains Tidebook?",
        "Who leads the team that repairs the jetty?",
        "What is the tool that plans docks for Tidebook and Navigation Software?",
    ],
)
def test_without_a_description_or_a_name_for_it_there_is_nothing_to_search_again(
    question: str,
) -> None:
    assert bridge(question, [SYSTEMS, MINUTES]) is None
