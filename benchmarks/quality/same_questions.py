"""Which questions get each other's answers: other words for the same, and other questions.

    python -m benchmarks.quality.same_questions DATA --home .askmesh --output FILE

DATA holds `squad20_dev` and `query_strings`. Questions are edited by rule; a hit is wrong where the
edit asks something else, or where two questions of SQuAD 2.0 with one gist have other answers. Its
unanswerable questions were written by people to look like answerable ones. The similarity of
embeddings is measured beside it: its threshold is fitted on one half of the edits, to be wrong as
seldom as allowed, and reported on the other.

None of the sets says which questions of different people are the same. `judged_questions.tsv` does,
by their ids: the typed questions whose embeddings are most alike, and the questions of SQuAD 2.0
about one passage, with one answer, whose words are most alike. All were judged by reading them,
before it was known which hit: the same are those that one answer suits, whoever asked. Rules may be
made from those for fitting.
"""

import argparse
import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, sqrt
from pathlib import Path
from statistics import fmean

from benchmarks.claims import Claim, publish
from benchmarks.quality.other_words import OTHER, SAME, Edit

from askmesh.gateway.wording import gist
from askmesh.inference import onnx_embedder
from askmesh.models import ModelStore

SEED = 11
ALLOWED = 0.001
Z = 1.96
TYPED = ("nq_beir", "msmarco_passage_dev")
JUDGED = Path(__file__).with_name("judged_questions.tsv")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what an edit of a kind made of it."""

    kind: str
    question: str
    edited: str

    @property
    def hits(self) -> bool:
        """Whether the edited one gets the answer of the other."""
        return gist(self.question) == gist(self.edited)


def edited(questions: Sequence[str], edits: Mapping[str, Edit]) -> list[Pair]:
    """Return all that the edits make of the questions."""
    return [
        Pair(kind, question, other)
        for question in questions
        for kind, edit in edits.items()
        if (other := edit(question)) and other != question
    ]


def share(pairs: Sequence[Pair]) -> float:
    """Return how many of the pairs hit."""
    return sum(pair.hits for pair in pairs) / len(pairs)


def upper_limit(hits: int, count: int) -> float:
    """Return the upper end of Wilson's interval of 95 % for a share."""
    part = hits / count
    middle = part + Z**2 / (2 * count)
    spread = Z * sqrt((part * (1 - part) + Z**2 / (4 * count)) / count)
    return (middle + spread) / (1 + Z**2 / count)


def by_kind(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """Return how many there are of each kind, and which share hits."""
    kinds: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[pair.kind].append(pair)
    return {
        kind: {"questions": len(each), "hits": round(share(each), 5)}
        for kind, each in sorted(kinds.items())
    }


@dataclass(frozen=True, slots=True)
class Known:
    """A question of SQuAD 2.0 with its answers, none if it is unanswerable."""

    text: str
    passage: str
    answers: frozenset[str]

    @property
    def words(self) -> list[str]:
        """The words, without case and mark."""
        return self.text.lower().rstrip("?!. ").split()

    def has_answer_of(self, other: "Known") -> bool:
        """Return whether both have the same answer, or none."""
        return self.answers == other.answers or bool(self.answers & other.answers)


def squad_questions(folder: Path) -> list[Known]:
    """Return the questions."""
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Known(
            each["text"],
            each["metadata"]["gold_passage"],
            frozenset(map(str.lower, each["metadata"]["answers"])),
        )
        for each in map(json.loads, lines)
    ]


def paired(
    questions: Sequence[Known], common: Callable[[Known], str]
) -> Iterator[tuple[Known, Known]]:
    """Yield pairs that have something in common, in other words."""
    groups: defaultdict[str, list[Known]] = defaultdict(list)
    for question in questions:
        groups[common(question)].append(question)
    for group in groups.values():
        yield from (pair for pair in combinations(group, 2) if pair[0].words != pair[1].words)


@dataclass(frozen=True, slots=True)
class Judged:
    """Two questions that people wrote, and whether somebody who read both found them the same."""

    pair: Pair
    is_held_out: bool
    is_same: bool


def judged(data: Path) -> list[Judged]:
    """Return the judged pairs."""
    texts = {
        f"{name}/{number}": text
        for name in TYPED
        for number, text in read_typed(data / f"query_strings/{name}.tsv")
    }
    for line in (data / "squad20_dev/queries.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        texts[f"squad20_dev/{question['_id']}"] = question["text"]
    rows = (line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines())
    return [
        Judged(Pair(verdict, texts[one], texts[other]), part == "held", verdict == "same")
        for part, one, other, verdict in rows
    ]


async def similarities(home: Path, pairs: Sequence[Pair]) -> list[float]:
    """Return how similar the embeddings of each pair are."""
    async with onnx_embedder(ModelStore(home)) as embedder:
        texts = sorted({text for pair in pairs for text in (pair.question, pair.edited)})
        vectors = {text: await embedder.embed_query(text) for text in texts}
    return [float(vectors[pair.question] @ vectors[pair.edited]) for pair in pairs]


def hits_of_similarity(
    same: Sequence[tuple[Pair, float]], other: Sequence[tuple[Pair, float]]
) -> dict[str, float]:
    """Fit the threshold on half of the questions; return what it does with the other half."""
    fitted: Callable[[Pair], bool] = lambda pair: hash_of(pair.question) % 2 == 0  # noqa: E731
    wrong = sorted((value for pair, value in other if fitted(pair)), reverse=True)
    threshold = wrong[ceil(ALLOWED * len(wrong)) - 1]
    held = [value > threshold for pair, value in same if not fitted(pair)]
    false = [value > threshold for pair, value in other if not fitted(pair)]
    return {
        "threshold": round(threshold, 4),
        "hits": round(sum(held) / len(held), 4),
        "false_hits": round(sum(false) / len(false), 5),
    }


def hash_of(text: str) -> int:
    """Return a number that a text always has."""
    return sum(text.encode())


def measure(data: Path, home: Path, count: int, embedded: int, output: Path | None) -> None:
    """Measure, and write the claims."""
    squad, people = squad_questions(data / "squad20_dev"), judged(data)
    chance = random.Random(SEED)
    drawn = chance.sample(typed_questions(data / "query_strings"), count)
    drawn += chance.sample([each.text for each in squad], count)
    same, other = edited(drawn, SAME), edited(drawn, OTHER)
    similar = similar_hits(home, same, other, set(chance.sample(drawn, embedded)))
    wrong = wrong_pairs(squad)
    publish(
        output,
        benchmark="same_questions",
        settings={"questions": len(drawn), "embedded": embedded, "seed": SEED},
        results={
            "same": by_kind(same),
            "other": by_kind(other),
            "judged_pairs_that_hit": listed(each.pair for each in people),
            "false_hits": listed(other),
            "wrong_pairs_of_squad": wrong,
            "similarity": similar,
        },
        claims=[
            *claims_of_edits(same, other),
            *claims_of_judged(people),
            *claims_of_rules(same, similar),
            *claims_of_squad(squad, wrong),
        ],
    )


def similar_hits(
    home: Path, same: Sequence[Pair], other: Sequence[Pair], few: set[str]
) -> dict[str, float]:
    """Return what the similarity of embeddings does with the pairs of a few questions."""
    near = [
        list(zip(some, asyncio.run(similarities(home, some)), strict=True))
        for some in ([each for each in pairs if each.question in few] for pairs in (same, other))
    ]
    return hits_of_similarity(*near)


def wrong_pairs(squad: Sequence[Known]) -> list[tuple[str, str]]:
    """Return the pairs with one gist and other answers."""
    return [
        (one.text, other.text)
        for one, other in paired(squad, lambda each: gist(each.text))
        if not one.has_answer_of(other)
    ]


def listed(pairs: Iterable[Pair]) -> list[list[str]]:
    """Return the pairs that hit, as a result has them."""
    return [[each.kind, each.question, each.edited] for each in pairs if each.hits]


def claims_of_rules(same: Sequence[Pair], similar: Mapping[str, float]) -> list[Claim]:
    """Return how far rules go, and how far similarity would."""
    return [
        Claim(
            "mean over the kinds of other words by rule",
            round(fmean(each["hits"] for each in by_kind(same).values()), 3),
            ">= 0.3",
            "some kinds are known to the rules, synonyms and other orders are not",
        ),
        Claim(
            "share of the same by the similarity of embeddings alone",
            similar["hits"],
            None,
            "its threshold lets 0.1 % of the other questions through, on the other half",
        ),
    ]


def claims_of_squad(squad: Sequence[Known], wrong: Sequence[tuple[str, str]]) -> list[Claim]:
    """Return what becomes of questions about one passage."""
    gists = {each.text: gist(each.text) for each in squad}
    hits = [
        (one, other, gists[one.text] == gists[other.text])
        for one, other in paired(squad, lambda each: each.passage)
    ]
    beside = [hit for one, other, hit in hits if not one.has_answer_of(other)]
    answered = [hit for one, other, hit in hits if one.answers & other.answers]
    return [
        Claim(
            "pairs of questions of SQuAD 2.0 in other words with one gist and other answers",
            len(wrong),
            "= 0",
            f"{len(squad)} questions, half of them unanswerable and made to look like others",
        ),
        Claim(
            "the upper end of the interval of 95 % of pairs of SQuAD 2.0 about one passage, "
            "with other answers, that hit",
            round(upper_limit(sum(beside), len(beside)), 5),
            "<= 0.001",
            f"{sum(beside)} of {len(beside)} pairs, as people wrote them",
        ),
        Claim(
            "share of questions of SQuAD 2.0 about one passage with one answer that hit",
            round(fmean(answered), 4),
            None,
            f"{len(answered)} pairs, most of which ask for the same by another way",
        ),
    ]


def claims_of_edits(same: Sequence[Pair], other: Sequence[Pair]) -> list[Claim]:
    """Return what becomes of edited questions."""
    false = sum(pair.hits for pair in other)
    turned = [each for each in other if each.kind == "reversed"]
    return [
        Claim(
            "share of other questions that get the answer",
            round(false / len(other), 5),
            "<= 0.001",
            f"{len(other)} edits: reversed, denied, another number, name, time or opposite",
        ),
        Claim(
            "the upper end of its interval of 95 %",
            round(upper_limit(false, len(other)), 5),
            "<= 0.001",
        ),
        Claim(
            "share of reversed questions that get the answer",
            round(share(turned), 5),
            "<= 0.001",
            f"{len(turned)} questions with two words exchanged",
        ),
        Claim(
            "share of questions in other words by rule that get the answer",
            round(share(same), 3),
            ">= 0.3",
            "edits of form; what people write differs more",
        ),
    ]


def claims_of_judged(people: Sequence[Judged]) -> list[Claim]:
    """Return what becomes of questions of different people."""
    held = [each for each in people if each.is_held_out]
    same = [each.pair for each in held if each.is_same]
    other = [each.pair for each in people if not each.is_same]
    return [
        Claim(
            "share of the same questions as different people wrote them that hit",
            round(share(same), 4),
            ">= 0.3",
            f"{sum(each.hits for each in same)} of {len(same)} pairs, judged by reading; at most "
            f"{upper_limit(sum(each.hits for each in same), len(same)):.2f} at 95 %; no data set "
            "here says which are the same",
        ),
        Claim(
            "other questions as different people wrote them, much alike, that get the answer",
            sum(pair.hits for pair in other),
            "= 0",
            f"{len(other)} pairs, judged by reading",
        ),
    ]


def typed_questions(folder: Path) -> list[str]:
    """Return what people typed into search engines."""
    return [text for name in TYPED for _, text in read_typed(folder / f"{name}.tsv")]


def read_typed(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the numbers and texts of questions."""
    for line in path.read_text(encoding="utf-8").splitlines():
        number, text, *_ = line.split("\t")
        yield number, text


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, default=Path(".askmesh"))
    parser.add_argument("--questions", type=int, default=1500)
    parser.add_argument("--embedded", type=int, default=150)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    measure(given.data, given.home, given.questions, given.embedded, given.output)


if __name__ == "__main__":
    main()
