"""Words of a query that are spelt wrong."""

import pytest

from support.indexing import TENANT, documents, passage
from support.memory_indexes import MemoryKeywordIndex

TEXT = (
    "The thermostat is next to the south door. The irrigation system waters the tomatoes every "
    "six hours. Zacharias Oppenheim maintains the ventilation of the greenhouse. The E7713 valve "
    "and the retention_days setting belong to getUserById. Planers and planets. "
    "The configuration tells how pumps are configured."
)


@pytest.fixture
async def index() -> MemoryKeywordIndex:
    index = MemoryKeywordIndex()
    await index.apply(documents(passage("a", TEXT)), revision=1)
    return index


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Where is the termostat?", "Where is the thermostat?"),
        ("Termostat location?", "Thermostat location?"),
        ("where is the (thermosatt)", "where is the (thermostat)"),
        ("How offen are teh tomatos waterd?", "How often are the tomatos watered?"),
        ("Who maintains the ventilaton?", "Who maintains the ventilation?"),
        ("What does Mr Openheim maintain?", "What does Mr Oppenheim maintain?"),
        ("the irigation and the grenhouse", "the irrigation and the greenhouse"),
        ("where is the thermo?", "where is the thermostat?"),
        ("who wrote the config of it", "who wrote the configuration of it"),
        ("we dont water the tomatoes", "we don't water the tomatoes"),
    ],
)
async def test_misspelt_word_becomes_the_one_that_documents_have(
    index: MemoryKeywordIndex, asked: str, meant: str
) -> None:
    assert await index.corrected(TENANT, asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "Where is the thermostat?",
        "Do the tomatoes need watering in the desert?",
        "What does error E7731 mean?",
        "What does retention_dais do?",
        "What does getUserByld do?",
        "Where is the file termostat.md or docs/termostat?",
        "What is the TERMOSTAT?",
        "Who is Nikola Tesla?",
        "Where is Max?",
        "Wie viele Tage bleibt das Wasser an?",
        "the planeks of the north",
        "xyzzy in the greenhouse",
        "The pump hasn't run since the valve couldn't open.",
        "",
    ],
)
async def test_what_is_right_or_may_be_meant_so_stays(
    index: MemoryKeywordIndex, asked: str
) -> None:
    assert await index.corrected(TENANT, asked) == asked


async def test_words_of_other_tenants_are_not_suggested(index: MemoryKeywordIndex) -> None:
    asked = "Where is the termostat?"
    assert await index.corrected("other", asked) == asked


async def test_swapped_letters_are_nearer_than_a_missing_one() -> None:
    index = MemoryKeywordIndex()
    await index.apply(documents(passage("a", "It takes long to login.")), revision=1)
    assert await index.corrected(TENANT, "How logn does it take?") == "How long does it take?"
