"""Which row is the most of all: what a language model says of that, no row says itself."""

from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.measures import measure_in
from askmesh.summarization.question import Question
from askmesh.text import UnitKind, stems


def is_guessed(question: Question, items: Sequence[EvidenceUnit]) -> bool:
    """Tell whether rows are told as what is asked for by its measure: "the cheapest membership".

    A row that has the word of measure itself, or that the question names, is none of them.
    """
    measure = measure_in(question.text)
    if measure is None or not (measure.is_extreme and measure.fields) or not items:
        return False
    word = measure.word.split()[-1]
    return all(
        item.unit.kind is UnitKind.ROW
        and word not in f"{item.breadcrumb} {item.own}".lower()
        and not stems(cells(item)[0][1]) & question.stems
        for item in items
    )
