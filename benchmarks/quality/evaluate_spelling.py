"""Measure what correcting queries does to right ones and to wrong ones, with keyword search.

    python -m benchmarks.quality.evaluate_spelling DATA/squad20_dev [--questions 300] [--seed 1]
        [--output FILE]

Questions with an answer are searched as people wrote them, which shows false corrections, and with
one mistake each in a word of six letters or more that their passage has: a letter dropped, doubled
or replaced, or two swapped.
"""

import argparse
import asyncio
import random
import re
import string
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.squad import Question, Squad

from askmesh.passages import DocumentChange, EmbeddedPassage, Passage
from askmesh.search import KeywordIndex, tantivy_index
from askmesh.text import stem

TENANT = "evaluation"
DEPTH = 10
_WORD = re.compile(r"\b[a-z]{6,}\b")


def changes(squad: Squad) -> list[DocumentChange]:
    """Return one document for each passage, without a vector."""
    nothing = np.empty(0, np.float32)
    return [
        DocumentChange(
            TENANT,
            each.passage_id,
            0,
            (EmbeddedPassage(Passage(each.passage_id, each.passage_id, each.text), nothing),),
        )
        for each in squad.passages.values()
    ]


def word_to_spoil(question: Question, squad: Squad) -> re.Match[str] | None:
    """Return the longest word of the question that its passage has."""
    stems = {stem(word) for word in _WORD.findall(squad.passages[question.gold_passage].text)}
    words = [match for match in _WORD.finditer(question.text) if stem(match.group()) in stems]
    return max(words, key=lambda match: len(match.group()), default=None)


def spoilt(word: str, rng: random.Random) -> str:
    """Return the word with one mistake behind its first letter."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


async def found(index: KeywordIndex, question: Question, query: str) -> bool:
    """Tell whether the question's passage is among the first that the query finds."""
    hits = await index.search(TENANT, query, limit=DEPTH)
    return question.gold_passage in [hit.passage_id for hit in hits]


async def false_corrections(
    index: KeywordIndex, questions: Sequence[Question]
) -> list[dict[str, str]]:
    """Return the questions that are changed as people wrote them."""
    pairs = [(each.text, await index.corrected(TENANT, each.text)) for each in questions]
    return [{"asked": asked, "searched": said} for asked, said in pairs if said != asked]


async def recoveries(
    index: KeywordIndex, squad: Squad, questions: Sequence[Question], seed: int
) -> dict[str, float]:
    """Return shares of questions, right and with a mistake, and what correcting makes of these."""
    rng = random.Random(seed)
    counts = dict.fromkeys(("right", "spoilt", "corrected", "restored", "questions"), 0)
    for question in questions:
        match = word_to_spoil(question, squad)
        if match is None:
            continue
        wrong = spoilt(match.group(), rng)
        query = question.text[: match.start()] + wrong + question.text[match.end() :]
        said = await index.corrected(TENANT, query)
        counts["questions"] += 1
        counts["right"] += await found(index, question, question.text)
        counts["spoilt"] += await found(index, question, query)
        counts["corrected"] += await found(index, question, said)
        counts["restored"] += _stems(said) == _stems(question.text)
    total = counts.pop("questions")
    return {**{name: round(count / total, 4) for name, count in counts.items()}, "questions": total}


def _stems(text: str) -> list[str]:
    return [stem(word.lower()) for word in re.findall(r"\w+", text)]


def claims(count: int, changed: int, shares: dict[str, float]) -> list[Claim]:
    """Return the figures that are promised."""
    of = f"{shares['questions']} questions with one mistake in a word that their passage has"
    return [
        Claim(
            f"share of {count} questions of SQuAD, as people wrote them, that are changed",
            round(changed / count, 4),
            "<= 0.05",
            "people make mistakes, too: the file lists all",
        ),
        Claim(
            f"{of}: share whose words are as before after correcting", shares["restored"], ">= 0.8"
        ),
        Claim(
            f"{of}: passage among the first {DEPTH} by keyword, corrected, over that without "
            "the mistake",
            round(shares["corrected"] / shares["right"], 4),
            ">= 0.98",
            f"not corrected: {round(shares['spoilt'] / shares['right'], 4)}",
        ),
    ]


async def evaluate(arguments: argparse.Namespace) -> None:
    """Measure and publish."""
    squad = Squad(arguments.folder)
    answerable = [question for question in squad.questions if question.answers]
    questions = random.Random(arguments.seed).sample(answerable, arguments.questions)
    with TemporaryDirectory() as folder:
        async with tantivy_index(Path(folder)) as index:
            await index.apply(changes(squad), revision=1)
            changed = await false_corrections(index, questions)
            shares = await recoveries(index, squad, questions, arguments.seed)
    publish(
        arguments.output,
        benchmark="quality/evaluate_spelling.py",
        settings={"questions": arguments.questions, "seed": arguments.seed, "depth": DEPTH},
        results={"changed_as_written": changed, "shares": shares},
        claims=claims(len(questions), len(changed), shares),
    )


def main() -> None:
    """Read the arguments and evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    asyncio.run(evaluate(parser.parse_args()))


if __name__ == "__main__":
    main()
