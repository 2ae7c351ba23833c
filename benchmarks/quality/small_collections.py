"""Small collections of documents, with questions: what their owners would ask of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.quality.squad import Passage

from askmesh.ingestion.reading import read
from askmesh.ingestion.signatures import media_type_of
from askmesh.ingestion.splitting import PassageLimits, split
from askmesh.summarization.overlap import question_overlap
from askmesh.text import units

FOLDER = Path(__file__).parent / "collections"
CANDIDATES = 12
RECORDS = ".jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a collection. What answers matches `answer`; without one, nothing does."""

    question: str
    answer: str | None
    passages: tuple[Passage, ...]

    def found(self) -> tuple[Passage, ...]:
        """Return the passages that have most words in common with the question."""
        texts = [f"{passage.title} {passage.text}" for passage in self.passages]
        overlaps = question_overlap(self.question, texts)
        order = sorted(range(len(texts)), key=lambda place: -overlaps[place])
        return tuple(self.passages[place] for place in order[:CANDIDATES])

    def without_answer(self) -> "Asked":
        """Return it, asked of documents from which each statement that answers is gone."""
        left = [replace(each, text=self._without(each.text)) for each in self.passages]
        return replace(self, passages=tuple(each for each in left if each.text.strip()))

    def _without(self, text: str) -> str:
        for unit in reversed(units(text)):
            if re.search(self.answer or "$^", text[unit.start : unit.end], re.IGNORECASE):
                text = text[: unit.start] + text[unit.end :]
        return text


def small_collections() -> Iterator[Asked]:
    """Yield the questions of all collections but those that are only asked of a whole mesh."""
    for folder in sorted(FOLDER.iterdir()):
        passages = tuple(passages_of(folder / "documents"))
        for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "answer" in row:
                yield Asked(row["question"], row["answer"], passages)


def passages_of(folder: Path) -> Iterator[Passage]:
    """Yield the passages of the files of a folder, as ingestion makes them; not of records."""
    for file in sorted(each for each in folder.rglob("*.*") if each.suffix != RECORDS):
        document = read(file.read_bytes(), media_type_of(file.name))
        title = document.title or file.stem
        for place, passage in enumerate(split(document.blocks, PassageLimits())):
            above = dict.fromkeys((title, *passage.headings))
            yield Passage(f"{file.name}#{place}", ": ".join(above), passage.text)
