import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.text import Unit, UnitKind, lead_text, self_contained, stems, units, with_subjects


def _said(text: str) -> list[str]:
    return [text[unit.start : unit.end] for unit in units(text)]


def _only(text: str, said: str) -> Unit:
    (unit,) = [unit for unit in units(text) if text[unit.start : unit.end] == said]
    return unit


def test_an_item_carries_its_lead_in_and_its_parents() -> None:
    text = "Opening hours:\n\n- Saturday: closed\n  - except on holidays"
    assert _said(text) == ["Saturday: closed", "except on holidays"]
    unit = _only(text, "except on holidays")
    assert unit.kind is UnitKind.ITEM
    assert lead_text(text, unit) == "Opening hours: Saturday: closed"
    assert self_contained(text, unit) == "Opening hours: Saturday: closed except on holidays"


def test_a_row_carries_its_caption_and_belongs_to_its_table() -> None:
    text = "Rooms of the house\nRoom: Alder | Seats: 20\nRoom: Birch | Seats: 4"
    rows = [unit for unit in units(text) if unit.kind is UnitKind.ROW]
    assert [text[row.start : row.end] for row in rows] == text.split("\n")[1:]
    assert {lead_text(text, row) for row in rows} == {"Rooms of the house"}
    assert len({row.group for row in rows}) == 1


def test_a_sentence_above_a_table_is_no_caption_of_its_rows() -> None:
    text = "The lift is out of order.\n\nRoom: Alder | Seats: 20"
    assert lead_text(text, _only(text, "Room: Alder | Seats: 20")) == ""
    assert "The lift is out of order." in _said(text)


def test_a_paragraph_answers_the_question_above_it_and_leans_on_no_other_sentence() -> None:
    text = "Is the lift open?\n\nOnly on Sundays.\n\nThe stairs are new."
    assert lead_text(text, _only(text, "Only on Sundays.")) == "Is the lift open?"
    assert lead_text(text, _only(text, "The stairs are new.")) == ""


def test_the_ones_of_a_kind_lean_on_what_tells_the_kind() -> None:
    text = (
        "Most lamps go off at ten. The ones with a red dot stay on. The rest of the house is dark."
    )
    assert lead_text(text, _only(text, "The ones with a red dot stay on.")) == text[:25]
    assert lead_text(text, _only(text, "The rest of the house is dark.")) == ""


@pytest.mark.parametrize(
    "dated",
    [
        "Until 3 May it costs 4 EUR.",
        "From 1 June 2026, they are open.",
        "On Mondays it is shut.",
        "Since 2019 it has been free.",
    ],
)
def test_what_was_named_before_may_stand_behind_a_date(dated: str) -> None:
    text = f"The lift goes to the tower. {dated}"
    assert lead_text(text, _only(text, dated)) == "The lift goes to the tower."


@pytest.mark.parametrize(
    "said", ["In places where it rains, wear a coat.", "On Mondays the bar is shut, but it is new."]
)
def test_a_sentence_with_a_subject_of_its_own_leans_on_none(said: str) -> None:
    text = f"The lift goes to the tower. {said}"
    assert lead_text(text, _only(text, said)) == ""


def test_a_setting_and_a_field_are_units() -> None:
    text = "retention_days = 90\nManager: Odile Brandt"
    assert [unit.kind for unit in units(text)] == [UnitKind.KEY_VALUE] * 2


def test_a_line_that_begins_with_a_day_is_one_entry_of_a_calendar() -> None:
    text = "14 March: Talk by Ada Pell. Hall, 19:30. Free.\n22 March: Print day. Ten places."
    assert _said(text) == text.split("\n")
    assert {unit.kind for unit in units(text)} == {UnitKind.KEY_VALUE}
    assert len(_said("The board: it met on 3 May. It went home.")) == 2
    assert [unit.lead for unit in with_subjects(text, units(text), stems("Ada Pell"))] == [(), ()]


def test_a_sentence_that_breaks_off_leads_in_the_list_below_it() -> None:
    text = "The desk opens at nine. Bring\n\n- a passport\n- your tax form\n\nYou get a badge."
    assert lead_text(text, _only(text, "a passport")) == "Bring"


@pytest.mark.parametrize(
    ("above", "leads"),
    [
        ("Ann Lee (chair), Bo Dahl and others Absent: Eve Fox (roof)", False),
        ("Bring all of these on the first day: please sign them", False),
        ("Bring all of these on the first day, please", True),
        ("All who come to us for a night: bring all of these:", True),
        ("All who come to us for a night: bring these.", True),
    ],
)
def test_an_open_line_with_a_value_leads_in_no_list(above: str, *, leads: bool) -> None:
    text = f"{above}\n\n- a passport\n- your tax form"
    assert bool(lead_text(text, _only(text, "a passport"))) == leads


def test_code_is_one_unit_with_its_lead_in_and_without_its_fence() -> None:
    text = "To reload it, run:\n\n```bash\ngate reload\ngate status\n```\n\nThat is all."
    unit = _only(text, "gate reload\ngate status")
    assert (unit.kind, unit.label) == (UnitKind.CODE, "bash")
    assert lead_text(text, unit) == "To reload it, run:"
    assert _said(text) == ["gate reload\ngate status", "That is all."]


def test_code_between_the_steps_of_a_list_does_not_divide_the_list() -> None:
    text = "1. Stop it.\n2. Run:\n```\nx --all\n```\n3. Start it."
    steps = [unit for unit in units(text) if unit.kind is UnitKind.ITEM]
    assert len({step.group for step in steps}) == 1
    assert lead_text(text, _only(text, "x --all")) == "Run:"


def test_what_follows_code_without_an_empty_line_is_read() -> None:
    text = "```\nrun it\n```\nThe gate opens.\n\n```\nstop it\n```"
    assert _said(text) == ["run it", "The gate opens.", "stop it"]
    assert len({unit.group for unit in units(text)}) == 3


def test_code_that_is_not_closed_goes_to_the_end() -> None:
    assert _said("Run it:\n\n~~~sh\ngate open\ngate close") == ["gate open\ngate close"]


def test_a_heading_inside_the_passage_stands_above_what_follows() -> None:
    text = "# Heating\n\n## Costs\n\nIt costs much.\n\n# Light\n\nIt is dim."
    assert _only(text, "It costs much.").headings == ("Heating", "Costs")
    assert _only(text, "It is dim.").headings == ("Light",)


def test_the_sentence_before_a_pronoun_is_its_lead_and_its_name_is_enough_to_judge_it() -> None:
    text = "Henrik Solberg leads the group. He joined in 2016. He works in Oslo."
    joined = _only(text, "He joined in 2016.")
    assert lead_text(text, joined) == "Henrik Solberg leads the group."
    assert self_contained(text, joined) == "Henrik Solberg: He joined in 2016."
    works = _only(text, "He works in Oslo.")
    assert lead_text(text, works) == "Henrik Solberg leads the group. He joined in 2016."


def test_an_answer_carries_the_question_before_it() -> None:
    text = "How do I get a badge?\n\nAsk at the gate."
    unit = _only(text, "Ask at the gate.")
    assert self_contained(text, unit) == "How do I get a badge? Ask at the gate."


@pytest.mark.parametrize(
    "text", ["保修期为两年。请联系客服。", "保証は二年です。電話してください。"]
)
def test_sentences_without_spaces_are_units(text: str) -> None:
    assert len(_said(text)) == 2


@pytest.mark.parametrize(
    "text", ["", "\n \n", "Remote work", "Licence plate:", "Who is it?", "```\n```"]
)
def test_headings_labels_and_questions_are_no_units(text: str) -> None:
    assert units(text) == []


@given(st.lists(st.sampled_from([*"ab.:=?|#-`1 \n", "```", "\n\n", " | ", "He "]), max_size=40))
def test_any_text_has_units_that_are_parts_of_it_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = units(text)
    assert all(0 <= unit.start < unit.end <= len(text) for unit in found)
    assert [unit.start for unit in found] == sorted(unit.start for unit in found)


def test_a_heading_with_a_colon_is_a_heading() -> None:
    text = "## 2024-03-04: database\nWe use MySQL because it is hosted for free."
    (unit,) = units(text)
    assert unit.headings == ("2024-03-04: database",)


def test_a_sentence_at_the_end_of_a_paragraph_does_not_lead_in_a_list() -> None:
    text = "Chair: Ada Lark. Warden: Bo Finch.\n\n1. The jetty is built.\n2. The fee is raised."
    assert [lead_text(text, unit) for unit in units(text) if unit.kind is UnitKind.ITEM] == ["", ""]


def test_a_numbered_line_above_prose_is_the_heading_of_that() -> None:
    text = "1. Staff\nTwo cooks were hired.\n\n2. Roof\nIt leaks in two places.\n\n3. Any other"
    said = {text[unit.start : unit.end]: unit.headings for unit in units(text)}
    assert said["Two cooks were hired."] == ("Staff",)
    assert said["It leaks in two places."] == ("Roof",)
    assert said["Any other"] == ()


def test_steps_with_letters_are_one_list_below_their_number() -> None:
    text = "2. What to do\na) Lift the lid.\nb) Wait an hour.\n\n3. Costs\nIt is free."
    first, second = (unit for unit in units(text) if unit.label in {"a)", "b)"})
    assert first.headings == second.headings == ("What to do",)
    assert first.group == second.group


def test_a_key_may_have_hours() -> None:
    text = "Night work (22:00 to 06:00): 25 % per hour\nSunday: 35 %"
    assert [unit.kind for unit in units(text)] == [UnitKind.KEY_VALUE, UnitKind.KEY_VALUE]


CONFIGURATION = """```toml
# The pumps of the east hall
[pump]
max_speed_rpm = 1450
[pump.alarm]
# in bar
pressure = 6   # was 5
```"""


def test_each_setting_of_a_configuration_file_is_a_unit_below_its_sections() -> None:
    first, second = units(CONFIGURATION)
    assert first.kind is second.kind is UnitKind.SETTING
    assert (first.headings, second.headings) == (("pump",), ("pump.alarm",))
    assert self_contained(CONFIGURATION, first) == "pump max speed rpm = 1450"
    assert self_contained(CONFIGURATION, second) == "pump.alarm in bar pressure = 6   # was 5"


def test_settings_that_show_how_to_do_something_are_one_block_of_code() -> None:
    text = f"Write this into `pumps.toml`:\n\n{CONFIGURATION}"
    assert UnitKind.CODE in {unit.kind for unit in units(text)}
    assert UnitKind.SETTING not in {unit.kind for unit in units(text)}
