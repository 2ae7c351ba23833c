"""Lines of a form, and whom they are about."""

from askmesh.reranking.ports import Candidate
from askmesh.reranking.unit_pairs import unit_pairs
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.values import Source
from askmesh.text import lead_text, stems, units, with_subjects

FORM = "Contact: Mira Solheim\nPhone: 5521\nRoom: 12"


def _leads(text: str, question: str) -> list[str]:
    return [lead_text(text, unit) for unit in with_subjects(text, units(text), stems(question))]


def test_lines_of_a_form_have_the_line_before_them_that_names_whom_the_question_is_about() -> None:
    assert _leads(FORM, "What is Mira's phone number?") == ["", *["Contact: Mira Solheim"] * 2]


def test_lines_of_a_form_stand_alone_where_the_question_names_nobody_in_it() -> None:
    assert _leads(FORM, "Who is the contact?") == ["", "", ""]
    assert _leads("Ovens: 2\nBread: 4", "Are there 2 breads?") == ["", ""]


def test_a_form_says_nothing_about_the_lines_of_another_one() -> None:
    text = f"{FORM}\n\nThat was all for today.\n\nPhone: 7"
    assert _leads(text, "Mira?")[-1] == ""


def test_what_is_scored_and_what_is_shown_name_the_person() -> None:
    question = "What is Mira's phone number?"
    pairs = [pair.text for pair in unit_pairs(question, [Candidate("a", FORM)])]
    assert "Contact: Mira Solheim Phone: 5521" in pairs
    shown = {
        item.own: item.breadcrumb
        for item in rank_units(question, [Source(passage_id="a", text=FORM)])
    }
    assert shown["Phone: 5521"] == "Contact: Mira Solheim"
