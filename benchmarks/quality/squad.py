"""Questions of SQuAD 2.0 with the passages that a mesh would have found for them."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchmarks.quality.question_sets import is_learnt_from, is_reported

from askmesh.text import stems


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of an article."""

    passage_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question; without answers, its passage only seems to answer it."""

    question_id: str
    text: str
    answers: tuple[str, ...]
    gold_passage: str


class Squad:
    """A folder with `corpus.jsonl` and `queries.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self.passages = {passage.passage_id: passage for passage in _passages(folder)}
        self.questions = list(_questions(folder))
        self._stems = {
            passage.passage_id: stems(f"{passage.title} {passage.text}")
            for passage in self.passages.values()
        }
        self._frequency = Counter(word for words in self._stems.values() for word in words)

    def tuning(self, seed: int) -> list[Question]:
        """Return the questions of articles that are not reported, in the order of `seed`."""
        titles = [self.passages[question.gold_passage].title for question in self.questions]
        chosen = [
            question
            for question, title in zip(self.questions, titles, strict=True)
            if not is_reported(title) and not is_learnt_from(title)
        ]
        random.Random(seed).shuffle(chosen)
        return chosen

    def sources(self, question: Question, *, distractors: int) -> list[Passage]:
        """Return the question's passage, then others that have the most words in common with it."""
        found = self._search(question.text, limit=distractors + 1)
        others = [passage_id for passage_id in found if passage_id != question.gold_passage]
        chosen = [question.gold_passage, *others[:distractors]]
        return [self.passages[passage_id] for passage_id in chosen]

    def _search(self, query: str, *, limit: int) -> list[str]:
        weights = {
            word: math.log(1 + len(self._stems) / self._frequency[word])
            for word in sorted(stems(query))
            if word in self._frequency
        }
        scores = {
            passage_id: sum(weight for word, weight in weights.items() if word in words)
            for passage_id, words in self._stems.items()
        }
        return sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))[:limit]


def _passages(folder: Path) -> Iterator[Passage]:
    for row in _rows(folder / "corpus.jsonl"):
        yield Passage(row["_id"], row["title"], row["text"])


def _questions(folder: Path) -> Iterator[Question]:
    for row in _rows(folder / "queries.jsonl"):
        facts = row["metadata"]
        answers = () if facts["is_impossible"] else tuple(facts["answers"])
        yield Question(row["_id"], row["text"], answers, facts["gold_passage"])


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield cast("Mapping[str, Any]", json.loads(line))
