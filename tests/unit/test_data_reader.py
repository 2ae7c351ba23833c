"""JSON and YAML: lists of records as tables, the rest as settings."""

import json

import pytest

from askmesh.ingestion.blocks import Block, Code, Heading, LabelledRow
from askmesh.ingestion.data_reader import MAX_YAML_CHARACTERS
from askmesh.ingestion.reading import read
from askmesh.text import UnitKind, units
from askmesh.uploads import MediaType

ALDER = LabelledRow((("room", "Alder"), ("seats", "20"), ("has", "screen, phone")))
BEECH = LabelledRow((("room", "Beech"), ("seats", "8"), ("floor", "2"), ("has", "")))
ROOMS: list[object] = [
    {"room": "Alder", "seats": 20, "has": ["screen", "phone"]},
    {"room": "Beech", "seats": 8, "floor": 2, "has": None},
]
YAML = """\
# Of the house in Elm Street
open: "08:00"
building:
  rooms:
    - room: Alder
      seats: 20
      has: [screen, phone]
    - room: Beech
      seats: 8
      floor: 2
      has:

  # Since May
  caretaker: Ida Holm
"""


def blocks_of(text: str) -> tuple[Block, ...]:
    return read(text.encode(), MediaType.SOURCE_CODE).blocks


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_objects_is_a_table_below_its_keys(indent: int | None) -> None:
    text = json.dumps({"building": {"rooms": ROOMS, "lift": False}, "open": "08:00"}, indent=indent)
    code, *table = blocks_of(text)
    assert table == [Heading(2, "building > rooms"), ALDER, BEECH]
    assert code == Code(json.dumps({"building": {"lift": False}, "open": "08:00"}, indent=2))


def test_json_that_is_a_list_of_objects_is_a_table() -> None:
    assert blocks_of(json.dumps(ROOMS)) == (ALDER, BEECH)


def test_what_lies_in_objects_of_a_record_is_named_by_both_keys() -> None:
    halls: list[object] = [
        {
            "hall": "Alder",
            "open": {"saturday": "9-12", "sunday": {"june": "10-11"}},
            "has": ["bar"],
        },
        {"hall": "Beech", "open": {"saturday": "10-13", "sunday": {}}, "has": ["bar", "stage"]},
    ]
    first, second = blocks_of(json.dumps(halls))
    names = ("hall", "open saturday", "open sunday june", "has")
    assert first == LabelledRow(tuple(zip(names, ("Alder", "9-12", "10-11", "bar"), strict=True)))
    assert second == LabelledRow((("hall", "Beech"), (names[1], "10-13"), ("has", "bar, stage")))


@pytest.mark.parametrize(
    "part", [[{"day": "Monday"}, {"day": "Friday"}], {"a": {"b": {"c": {"d": "deep"}}}}]
)
def test_records_with_lists_of_objects_or_too_deep_ones_are_no_table(part: object) -> None:
    halls = [{"hall": name, "seats": 20, "part": part} for name in ("Alder", "Beech")]
    assert not any(isinstance(block, LabelledRow) for block in blocks_of(json.dumps(halls)))


def test_json_on_one_line_has_a_setting_a_line() -> None:
    (code,) = blocks_of('{"helpdesk": {"extension": 4400, "hours": "9-5"}, "wifi": "guests"}')
    found = units(f"```\n{code.text}\n```")
    assert {unit.kind for unit in found} == {UnitKind.SETTING}
    assert [unit.headings for unit in found] == [("helpdesk",), ("helpdesk",), ()]


def test_figures_stay_as_they_are_written() -> None:
    text = '{"fine": 2.50, "low": 1e5, "rows": [{"day": 1.10, "night": 7}, {"day": 2, "night": 8}]}'
    code, _heading, row, _other = blocks_of(text)
    assert code == Code('{\n  "fine": 2.50,\n  "low": 1e5\n}')
    assert row == LabelledRow((("day", "1.10"), ("night", "7")))


def test_a_list_in_yaml_is_a_table_and_the_rest_stands_as_it_is() -> None:
    code, *table = blocks_of(YAML)
    assert table == [Heading(2, "building > rooms"), ALDER, BEECH]
    assert code == Code(
        '# Of the house in Elm Street\nopen: "08:00"\nbuilding:\n  # Since May\n'
        "  caretaker: Ida Holm"
    )


def test_a_list_in_yaml_is_a_table_also_with_an_object_a_line() -> None:
    text = (
        "office: {phone: 0163, hours: 9-13}\n"
        "people:\n"
        "  - {name: Ida Holm, role: chair, ext: 11}\n"
        "  - {name: Bo Lind, role: lab, ext: 12}"
    )
    assert blocks_of(text) == (
        Code("office: {phone: 0163, hours: 9-13}"),
        Heading(2, "people"),
        LabelledRow((("name", "Ida Holm"), ("role", "chair"), ("ext", "11"))),
        LabelledRow((("name", "Bo Lind"), ("role", "lab"), ("ext", "12"))),
    )


@pytest.mark.parametrize(
    "text",
    [
        "steps:\n  - uses: checkout\n  - name: Test\n    run: make test",
        "rooms:\n  - room: Alder  # the large one\n    seats: 20\n  - room: Beech\n    seats: 8",
        "rooms:\n  - room: Alder\n    seats: [{most: 20}]\n  - room: Beech\n    seats: [{most: 8}]",
        "a: &a\n  - b: *a\n    c: 1\n  - b: *a\n    c: 2",
        "- a: 1\n- b: [",
        '{"a": [1, 2, 3',
        '"a text"',
        "def f():\n    return [{'a': 1, 'b': 2}, {'a': 3, 'b': 4}]",
    ],
)
def test_other_lists_and_other_texts_are_left_as_they_stand(text: str) -> None:
    assert blocks_of(text) == (Code(text),)


def test_yaml_that_would_take_long_is_left_as_it_stands() -> None:
    text = YAML + "# and so on\n" * (MAX_YAML_CHARACTERS // 12)
    assert blocks_of(text) == (Code(text.rstrip()),)


def test_objects_that_have_nearly_nothing_in_common_make_no_table() -> None:
    text = json.dumps([{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, {"a": 1, "b": 3}])
    (code,) = blocks_of(text)
    assert isinstance(code, Code)


PEOPLE = {
    "security_lead": {"name": "Tadeo Brill", "ext": 4417},
    "warden": {"name": "Iker Sola"},
    "vet": {"name": "Ana Ruiz", "hours": {"saturday": "9-12"}},
}


def test_people_below_keys_of_their_own_in_json_are_a_table_whose_keys_are_its_first_field() -> (
    None
):
    assert blocks_of(json.dumps(PEOPLE)) == (
        LabelledRow((("role", "security lead"), ("name", "Tadeo Brill"), ("ext", "4417"))),
        LabelledRow((("role", "warden"), ("name", "Iker Sola"))),
        LabelledRow((("role", "vet"), ("name", "Ana Ruiz"), ("hours saturday", "9-12"))),
    )


def test_that_field_has_the_name_of_the_key_above_and_the_rest_stays() -> None:
    text = json.dumps({"open": "8-16", "contacts": PEOPLE})
    code, heading, row, *_others = blocks_of(text)
    assert code == Code('{\n  "open": "8-16"\n}')
    assert heading == Heading(2, "contacts")
    assert row == LabelledRow(
        (("contacts", "security lead"), ("name", "Tadeo Brill"), ("ext", "4417"))
    )


def test_a_list_of_plain_values_is_on_the_line_of_its_key() -> None:
    text = '{"day": {"bring": ["pen, blue", "a [new] \\"pass\\""], "late": [1, 2.50]}, "none": []}'
    assert blocks_of(text) == (
        Code(
            '{\n  "day": {\n    "bring": ["pen, blue", "a [new] \\"pass\\""],\n'
            '    "late": [1, 2.50]\n  },\n  "none": []\n}'
        ),
    )


def test_no_field_of_theirs_takes_the_place_of_their_keys() -> None:
    people = {key: {"name": "Ida", "role": "chair", "staff": 1} for key in ("a", "b", "c")}
    first = blocks_of(json.dumps(people))[0]
    below = blocks_of(json.dumps({"staff": people}))[1]
    fields = (("name", "Ida"), ("role", "chair"), ("staff", "1"))
    assert first == below == LabelledRow((("entry", "a"), *fields))


def test_places_below_keys_of_their_own_are_a_table_where_one_can_call_them() -> None:
    text = (
        "standby: 0561 99\n"
        "kassel: {phone: 0561 20, hours: 6-19}\n"
        "bremen:\n"
        "  phone: 0421 20\n"
        "emden:\n"
        "  standby_phone: 0491 20\n"
        "\n"
        "# How it is told\n"
        "style:\n"
        "  font: serif\n"
    )
    assert blocks_of(text) == (
        Code("standby: 0561 99\n# How it is told\nstyle:\n  font: serif"),
        LabelledRow((("name", "kassel"), ("phone", "0561 20"), ("hours", "6-19"))),
        LabelledRow((("name", "bremen"), ("phone", "0421 20"))),
        LabelledRow((("name", "emden"), ("standby_phone", "0491 20"))),
    )


def test_objects_with_the_same_fields_below_keys_of_their_own_are_a_table() -> None:
    most = {"S": 8, "M": 15, "L": 23}
    text = json.dumps({key: {"cm": 9, "max_kg": each} for key, each in most.items()})
    assert blocks_of(text) == tuple(
        LabelledRow((("name", key), ("cm", "9"), ("max_kg", str(each))))
        for key, each in most.items()
    )


@pytest.mark.parametrize(
    "value",
    [
        {"network": {"own_router": False}, "printing": {"duplex": True}, "door": {"code": 1}},
        {"dev": {"host": "a", "port": 1}, "prod": {"host": "b", "port": 2}},
        {"office": {"phone": "0163"}, "lab": {"phone": "0164"}, "door": {"code": 1}},
    ],
)
def test_sections_of_settings_and_fewer_than_three_of_a_kind_are_none(value: object) -> None:
    (code,) = blocks_of(json.dumps(value))
    assert isinstance(code, Code)
