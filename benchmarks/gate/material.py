"""Made-up inputs of any size, equal for equal seeds."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from askmesh.passages import Passage

# Few words and numbers: stems are remembered, so that new ones would cost more than known ones.
_TEXT = """
    account barrel contract delivery engine festival guarantee harvest invoice journey kitchen
    ledger machine notice office payment quarter report shipment travel update vehicle warehouse
"""
_WORDS = tuple(_TEXT.split())
_NAMES = ("Avery", "Brook", "Carter", "Dale", "Ellis", "Finch")
_DAY = datetime(2026, 3, 14, tzinfo=UTC)


class Compared(str):
    """A text whose comparisons are counted, so that a search through a list of them is seen."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)

    def __lt__(self, other: str) -> bool:
        return str.__lt__(self, other)

    __hash__ = str.__hash__


def ids(count: int, seed: int) -> list[str]:
    """Return different ids in no order."""
    numbers = random.Random(seed).sample(range(count), count)
    return [Compared(f"passage-{seed}-{number:06}") for number in numbers]


def sentence(rng: random.Random) -> str:
    """Return a sentence with a name and a number."""
    before, after = (" ".join(rng.choices(_WORDS, k=3)) for _ in range(2))
    return f"The {before} {rng.choice(_NAMES)} {after} {rng.randrange(20, 40)}."


def sentences(count: int, seed: int) -> Iterator[str]:
    """Yield sentences."""
    rng = random.Random(seed)
    return (sentence(rng) for _ in range(count))


def paragraph(seed: int, count: int = 4) -> str:
    """Return a few sentences in a row."""
    return " ".join(sentences(count, seed))


def passages(count: int, seed: int) -> list[Passage]:
    """Return passages of four sentences."""
    return [
        Passage(
            passage_id=passage_id,
            document_id=f"document-{number % 7}",
            text=paragraph(seed * 100_003 + number),
            title="Handbook",
            headings=("Travel", f"Chapter {number % 5}"),
            source=f"handbook/{number}.md",
            position=number,
            revision=number,
            modified_time=_DAY,
            attributes={"team": "travel"},
        )
        for number, passage_id in enumerate(ids(count, seed))
    ]
