"""The sets of questions that answers are measured with, in the form of `askmesh eval answers`."""

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from askmesh.evaluation import KnownQuestion, read_questions

HANDBOOK = Path(__file__).parent / "handbook"
SEED = 7
PASSAGES = "passages.jsonl"
WARM_UP_CASE = "warm-up"
WARM_UP, TIMED = 3, 20


@dataclass(frozen=True, slots=True)
class Draw:
    """Which questions to take, and from where.

    With `tuning`, sets that are published in part give the questions to choose settings by.
    """

    data: Path
    work: Path
    limit: int
    tuning: bool = False


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the documents of a tenant that they are asked of."""

    tenant: str
    questions: tuple[KnownQuestion, ...]
    documents: Path
    left_out: frozenset[str] = frozenset()
    tenant_per_case: bool = False


def handbook(draw: Draw) -> QuestionSet:
    """Return the handbook of this repository."""
    questions = read_questions(HANDBOOK / "questions.jsonl")
    return QuestionSet("handbook", tuple(questions[: draw.limit]), HANDBOOK / "documents")


def times(draw: Draw) -> QuestionSet:
    """Return twenty questions of the handbook that have an answer, after three that warm up."""
    questions = [each for each in read_questions(HANDBOOK / "questions.jsonl") if each.want]
    chosen = questions[:: len(questions) // (WARM_UP + TIMED)][: WARM_UP + TIMED]
    warm_up = [each.model_copy(update={"case": WARM_UP_CASE}) for each in chosen[:WARM_UP]]
    asked = tuple([*warm_up, *chosen[WARM_UP:]][: draw.limit])
    return QuestionSet("handbook", asked, HANDBOOK / "documents")


def cases(draw: Draw) -> QuestionSet:
    """Return inputs of kinds that hurt: one tenant a case. Their READMEs say what is right."""
    documents = draw.data / "cases"
    questions = read_questions(documents / "questions.jsonl")
    left_out = frozenset({"README.md", "questions.jsonl"})
    return QuestionSet(
        "", tuple(questions[: draw.limit]), documents, left_out, tenant_per_case=True
    )


def squad(draw: Draw) -> QuestionSet:
    """Return questions of SQuAD 2.0 dev, as many with an answer as without.

    All passages are searched. The questions about one article are all reported or all for tuning.
    """
    folder = draw.data / "squad20_dev"
    titles = {row["_id"]: row["title"] for row in _rows(folder / "corpus.jsonl")}
    questions = [
        _squad_question(row)
        for row in _rows(folder / "queries.jsonl")
        if is_reported(titles[row["metadata"]["gold_passage"]]) != draw.tuning
    ]
    return QuestionSet("squad", tuple(_balanced(questions, draw.limit)), folder / "corpus.jsonl")


def is_reported(name: str) -> bool:
    """Whether figures of this article or question are published; nothing may be chosen by them."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def is_learnt_from(name: str) -> bool:
    """Whether the adapter of reranking is learnt from questions to this article: not reported."""
    return not is_reported(name) and hashlib.sha256(name.encode()).digest()[1] % 2 == 0


def _squad_question(row: Mapping[str, Any]) -> KnownQuestion:
    facts = row["metadata"]
    impossible = bool(facts["is_impossible"])
    return KnownQuestion(
        id=row["_id"],
        question=row["text"],
        abstain=impossible,
        references=() if impossible else tuple(facts["answers"]),
        gold_sources=() if impossible else (facts["gold_passage"],),
    )


def nomiracl(draw: Draw) -> QuestionSet:
    """Return natural questions with ten passages each, of which some have the answer."""
    documents = draw.work / "nomiracl-passages"
    rows = list(_rows(draw.data / "nomiracl_en/data.jsonl"))
    questions = _balanced(
        [_nomiracl_question(row) for row in rows if is_reported(row["id"]) != draw.tuning],
        draw.limit,
    )
    wanted = {question.id for question in questions}
    for row in rows:
        if row["id"] in wanted:
            _write_passages(documents / _folder(row["id"]) / PASSAGES, row["passages"])
    return QuestionSet("nomiracl", tuple(questions), documents)


def _nomiracl_question(row: Mapping[str, Any]) -> KnownQuestion:
    return KnownQuestion(
        id=row["id"],
        question=row["question"],
        abstain=not row["answerable"],
        sources=(f"{_folder(row['id'])}/",),
    )


def _folder(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _write_passages(file: Path, passages: Iterable[Mapping[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(dict(passage), ensure_ascii=False) for passage in passages]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _balanced(questions: Iterable[KnownQuestion], limit: int) -> list[KnownQuestion]:
    """Draw as many questions with an answer as without, one after the other."""
    pools: tuple[list[KnownQuestion], list[KnownQuestion]] = ([], [])
    for question in questions:
        pools[question.abstain].append(question)
    for pool in pools:
        random.Random(SEED).shuffle(pool)
    return [question for pair in zip(*pools, strict=False) for question in pair][:limit]


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


SETS = {"handbook": handbook, "cases": cases, "squad": squad, "nomiracl": nomiracl, "times": times}
