"""What answers are worth follows from patterns, references, sources and times."""

from pathlib import Path

import pytest

from askmesh.client import Outcome, Turn
from askmesh.errors import InvalidRequestError
from askmesh.evaluation import (
    Cited,
    KnownQuestion,
    Ranked,
    Row,
    RunFile,
    Taken,
    Verdict,
    averages,
    by_case,
    compare,
    measures,
    read_questions,
    reference_words,
    risk_coverage,
    summary,
    token_f1,
    verdict,
)

FOURTEEN = KnownQuestion(
    question="When?", want=("14 days", "refund"), bad=("30",), unasked=("gift",)
)
BRIEFLY = KnownQuestion(question="When?", want=("14 days",), most_words=4)
NOBODY_KNOWS = KnownQuestion(question="Who?", abstain=True)


def answered(text: str, **fields: object) -> Taken:
    return Taken.model_validate({"outcome": "answered", "text": text, **fields})


ABSTAINED = Taken(outcome=Outcome.ABSTAINED, text="The documents do not say.")


@pytest.mark.parametrize(
    ("question", "taken", "expected"),
    [
        (FOURTEEN, answered("A Refund within 14\n days. [1]"), Verdict.RIGHT),
        (FOURTEEN, answered("A refund within 14 [1, 2] days."), Verdict.RIGHT),
        (FOURTEEN, answered("A refund within 14 days, gift cards too."), Verdict.WITH_ADDITIONS),
        (BRIEFLY, answered("It is 14 days."), Verdict.RIGHT),
        (BRIEFLY, answered("It is 14 days, as written here. [1]"), Verdict.WITH_ADDITIONS),
        (FOURTEEN, answered("A refund within 14 days, or 30."), Verdict.WRONG),
        (FOURTEEN, answered("Within 14 days."), Verdict.WRONG),
        (FOURTEEN, ABSTAINED, Verdict.WRONGLY_ABSTAINED),
        (FOURTEEN, Taken(failure="TOO_MANY_ANSWERS"), Verdict.FAILED),
        (NOBODY_KNOWS, ABSTAINED, Verdict.RIGHT),
        (NOBODY_KNOWS, answered("Somebody."), Verdict.INVENTED),
        (
            KnownQuestion(question="?", answer="in May"),
            answered("It was in May 2020."),
            Verdict.RIGHT,
        ),
        (KnownQuestion(question="?", answer="in May"), answered("It was in June."), Verdict.WRONG),
        (KnownQuestion(question="?"), answered("Anything."), Verdict.RIGHT),
    ],
)
def test_a_verdict_follows_from_what_was_wanted(
    question: KnownQuestion, taken: Taken, expected: Verdict
) -> None:
    assert verdict(question, taken) is expected


def test_patterns_are_looked_for_in_the_table_with_its_headers() -> None:
    question = KnownQuestion(question="?", want=("seats: 20", "Alder"))
    taken = answered("", columns=("Room", "Seats"), rows=[("Alder", "20")])
    assert verdict(question, taken) is Verdict.RIGHT


def test_letters_are_the_same_however_they_are_composed() -> None:
    assert verdict(KnownQuestion(question="?", want=("Öz",)), answered("O\u0308z")) is Verdict.RIGHT


def test_words_are_compared_as_squad_does() -> None:
    assert token_f1("The heat pump.", "a heat pump") == 1
    assert token_f1("It is a heat pump", "heat pump") == pytest.approx(2 * 2 / (4 + 2))
    assert token_f1("a boiler", "heat pump") == 0
    assert reference_words("The pump is new", "heat pump") == 0.5


def test_the_best_reference_counts_and_an_abstention_has_no_words() -> None:
    question = KnownQuestion(question="?", references=("October 1973", "1973"))
    found = measures(question, answered("1973"))
    assert (found["exact_match"], found["token_f1"], found["reference_words"]) == (1, 1, 1)
    assert measures(question, ABSTAINED)["token_f1"] == 0
    assert "words" not in measures(question, ABSTAINED)


def test_what_an_answer_did_without_is_measured() -> None:
    assert measures(FOURTEEN, answered("x"))["degraded"] == 0
    assert measures(FOURTEEN, answered("x", degradations=("slow",)))["degraded"] == 1


def test_a_reference_is_contained_as_whole_words_only() -> None:
    question = KnownQuestion(question="?", references=("art",))
    assert measures(question, answered("A part of it"))["reference_contained"] == 0


def test_citations_are_compared_with_the_sources_that_have_the_answer() -> None:
    question = KnownQuestion(question="?", gold_sources=("leave.md", "faq.html"))
    ranked = [Ranked(source=f"/docs/{name}", score=0.5) for name in ("leave.md", "old-leave.md")]
    cited = [Cited(source=each.source, start=0, end=4, quote="q", support=0.9) for each in ranked]
    found = measures(question, answered("Text", ranked=ranked, cited=cited))
    assert found["citation_precision"] == 0.5
    assert found["citation_recall"] == 0.5
    assert found["gold_among_sources"] == 0.5
    nothing_cited = measures(question, answered("Text", ranked=ranked))
    assert "citation_precision" not in nothing_cited
    assert nothing_cited["citation_recall"] == 0


def test_confidence_is_the_best_score_of_what_was_cited() -> None:
    ranked = [Ranked(source="a", score=0.9), Ranked(source="b", score=0.4)]
    cited = [Cited(source="b", start=0, end=1, quote="q", support=1)]
    assert measures(FOURTEEN, answered("x", ranked=ranked, cited=cited))["confidence"] == 0.4
    assert measures(FOURTEEN, answered("x", ranked=ranked))["confidence"] == 0.9
    assert "confidence" not in measures(FOURTEEN, answered("x"))


def rows() -> list[Row]:
    right = answered("a refund, 14 days", ranked=[{"source": "a", "score": 0.9}], whole_seconds=1)
    wrong = answered("30", ranked=[{"source": "a", "score": 0.2}], whole_seconds=4)
    taken = [right, wrong, ABSTAINED, Taken(failure="X")]
    return [
        Row(question=FOURTEEN.model_copy(update={"id": str(n), "case": "c"}), taken=each)
        for n, each in enumerate(taken)
    ]


def test_averages_are_over_the_answers_that_have_the_measure() -> None:
    means = averages(rows())
    assert (means["right"], means["wrong"], means["failed"]) == (0.25, 0.25, 0.25)
    assert means["answered"] == pytest.approx(2 / 3, abs=1e-4)
    assert (means["whole_seconds"], means["words"]) == (2.5, 2.5)
    assert by_case(rows())["c"][Verdict.WRONGLY_ABSTAINED] == 1


def test_risk_grows_with_coverage_where_confidence_is_worth_something() -> None:
    points = risk_coverage(rows())
    assert [(point["coverage"], point["risk"]) for point in points] == [(0.25, 0.0), (0.5, 0.5)]


def test_a_summary_counts_failures_and_degradations() -> None:
    degraded = Row(question=FOURTEEN, taken=answered("x", degradations=("slow",)))
    refused = Row(question=FOURTEEN, taken=Taken(outcome=Outcome.ABSTAINED, abstention="empty"))
    told = summary([*rows(), degraded, refused])
    assert (told["questions"], told["failures"], told["degradations"]) == (6, {"X": 1}, {"slow": 1})
    assert told["abstentions"] == {"empty": 1}


def test_a_difference_that_is_the_same_everywhere_is_sure() -> None:
    first = {str(n): {"right": float(n % 2), "words": 10.0} for n in range(40)}
    second = {str(n): {"right": 1.0, "words": 10.0 + n % 2} for n in range(40)}
    by_name = {each.measure: each for each in compare(first, second | {"other": {"right": 0.0}})}
    right = by_name["right"]
    assert (right.questions, right.first, right.second, right.is_sure) == (40, 0.5, 1.0, True)
    assert right.low < right.difference < right.high
    assert compare(second, second)[0].is_sure is False


def test_few_questions_make_no_difference_sure() -> None:
    first = {"1": {"right": 1.0}, "2": {"right": 0.0}, "3": {"right": 1.0}}
    second = {"1": {"right": 1.0}, "2": {"right": 1.0}, "3": {"right": 0.0}}
    assert compare(first, second)[0].is_sure is False


def test_a_measure_that_one_run_lacks_is_compared_where_both_have_it() -> None:
    first = {"1": {"words": 4.0}, "2": {"right": 1.0}}
    second = {"1": {"words": 6.0}, "2": {"right": 1.0, "words": 9.0}}
    words = next(each for each in compare(first, second) if each.measure == "words")
    assert (words.questions, words.difference) == (1, 2.0)


def test_questions_are_read_with_conversations_and_numbered_by_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "Who?", "want": ["Ann"], "note": "kept for readers"}\n\n'
        '{"question": "And he?", "conversation": [{"question": "Who?", "answer": "Ann."}]}\n'
    )
    first, second = read_questions(file)
    assert (first.id, first.want, second.id) == ("1", ("Ann",), "3")
    assert second.conversation == (Turn("Who?", "Ann."),)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"want": ["x"]}', "1: question: Field required"),
        ('{"question": "?", "want": ["("]}', "is no regular expression"),
        ("no json", "Invalid JSON"),
        (
            '{"id": "a", "question": "?"}\n{"id": "a", "question": "?"}',
            ":2: line 1 has the same id",
        ),
    ],
)
def test_a_wrong_line_is_told(line: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(line)
    with pytest.raises(InvalidRequestError, match="questions") as raised:
        read_questions(file)
    assert told in raised.value.message


def test_a_run_keeps_the_newest_answer_to_each_question_as_it_is_asked_now(tmp_path: Path) -> None:
    file, question = (
        RunFile(tmp_path / "new" / "answers.jsonl"),
        KnownQuestion(id="1", question="?"),
    )
    file.append(Row(question=question, taken=Taken(failure="X")))
    file.append(Row(question=question, taken=answered("yes")))
    assert file.rows([question])["1"].taken.text == "yes"
    assert file.rows([question.model_copy(update={"want": ("no",)})]) == {}


def test_times_are_measured_where_they_are_known() -> None:
    times = {"sources_seconds": 0.5, "first_text_seconds": 1.5, "whole_seconds": 2.5}
    measured = measures(FOURTEEN, answered("Within 14 days.", **times))
    assert {name: measured[name] for name in times} == times
    assert not times.keys() & measures(FOURTEEN, answered("Within 14 days.")).keys()
