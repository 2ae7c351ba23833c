"""The sets that answers are measured with, and the claims that come of them."""

import json
from pathlib import Path

import pytest
from benchmarks.quality.answers import GOALS, claims, figures, writer
from benchmarks.quality.question_sets import (
    HANDBOOK,
    Draw,
    handbook,
    is_reported,
    nomiracl,
    squad,
    times,
)

from askmesh.evaluation import KnownQuestion, Row, Taken


def row(question: KnownQuestion, **taken: object) -> Row:
    return Row(question=question, taken=Taken.model_validate(taken))


def rows(model: str) -> list[Row]:
    question = KnownQuestion(question="?", references=("two words",))
    return [
        row(question, outcome="answered", text="two words", whole_seconds=1, model=model),
        row(question, outcome="abstained", whole_seconds=3),
        row(KnownQuestion(question="?", abstain=True), outcome="abstained", whole_seconds=2),
    ]


def test_figures_are_shares_of_what_they_name() -> None:
    found = figures(rows("m"))
    assert found["right, without additions"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["reference words"] == 0.5
    assert found["reference words in what was answered"] == 1
    assert found["answerable questions refused"] == 0.5
    assert found["unanswerable questions refused"] == 1
    assert found["median seconds to the end"] == 2


def test_claims_say_who_wrote_and_each_goal_has_one() -> None:
    assert writer(rows("")) == "without a language model"
    made = {claim.claim for claim in claims("squad", rows("m-1"))}
    assert made == {f"squad, with m-1: {name}" for name in GOALS["squad"]}


def test_each_article_of_squad_is_reported_or_there_to_tune_with(tmp_path: Path) -> None:
    folder = tmp_path / "squad20_dev"
    folder.mkdir()
    titles = [f"Article {number}" for number in range(20)]
    corpus = [{"_id": f"p{n}", "title": title, "text": "x"} for n, title in enumerate(titles)]
    queries = [
        {
            "_id": f"q{n}{impossible}",
            "text": "?",
            "metadata": {"gold_passage": f"p{n}", "is_impossible": impossible, "answers": ["x"]},
        }
        for n in range(20)
        for impossible in (False, True)
    ]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    asked = squad(Draw(tmp_path, tmp_path, 8)).questions
    assert len(asked) == 8
    assert sum(question.abstain for question in asked) == 4
    assert all(is_reported(titles[_number(question.id)]) for question in asked)
    tuned = squad(Draw(tmp_path, tmp_path, 8, tuning=True)).questions
    assert len(tuned) == 8
    assert not any(is_reported(titles[_number(question.id)]) for question in tuned)
    assert all(question.references == () for question in asked if question.abstain)


def _number(question_id: str) -> int:
    return int(question_id.removesuffix("True").removesuffix("False")[1:])


def test_a_natural_question_sees_its_own_passages_only(tmp_path: Path) -> None:
    (tmp_path / "nomiracl_en").mkdir()
    lines = [
        {
            "id": f"id#{number}",
            "question": "?",
            "answerable": number % 2 == 0,
            "passages": [{"id": f"{number}#1", "title": "T", "text": "Text."}],
        }
        for number in range(20)
    ]
    (tmp_path / "nomiracl_en/data.jsonl").write_text("\n".join(map(json.dumps, lines)))
    chosen = nomiracl(Draw(tmp_path, tmp_path / "work", 4))
    tuned = nomiracl(Draw(tmp_path, tmp_path / "other", 20, tuning=True))
    folders = {question.sources[0].rstrip("/") for question in chosen.questions}
    assert folders == {path.name for path in chosen.documents.iterdir()}
    assert len(folders) == 4
    assert not {each.id for each in chosen.questions} & {each.id for each in tuned.questions}


def test_the_handbook_has_its_documents_and_enough_of_every_kind() -> None:
    chosen = handbook(Draw(Path(), Path(), 1000))
    documents = [path for path in (HANDBOOK / "documents").rglob("*") if path.is_file()]
    gold = {source for question in chosen.questions for source in question.gold_sources}
    assert all((HANDBOOK / "documents" / source).is_file() for source in gold)
    assert len(chosen.questions) >= 60
    assert len(documents) >= 20
    assert sum(question.abstain for question in chosen.questions) / len(chosen.questions) > 0.15
    assert all(question.want or question.abstain for question in chosen.questions)


def test_times_are_of_twenty_questions_after_three_that_warm_up() -> None:
    kinds = [question.case == "warm-up" for question in times(Draw(Path(), Path(), 1000)).questions]
    assert kinds == [True] * 3 + [False] * 20
