from askmesh.text import settings_of

YAML = """# Pump control, production
pump:
  speed_rpm: 1450
  alarm:
    # in bar
    pressure_max: 6   # was 5
  name: north
mail:
  host: "relay.hull.example:2525"
"""


def _paths(text: str) -> dict[str, str]:
    return {" > ".join(each.path): each.text for each in settings_of(text)}


def test_each_setting_has_its_sections_by_their_indentation() -> None:
    assert _paths(YAML) == {
        "pump > speed_rpm": "speed_rpm: 1450",
        "pump > alarm > pressure_max": "pressure_max: 6   # was 5",
        "pump > name": "name: north",
        "mail > host": 'host: "relay.hull.example:2525"',
    }


def test_a_section_in_brackets_holds_until_the_next_one() -> None:
    toml = '[disk]\nkeep_weeks = 6\nroot = "/srv"\n\n[web]\nopens = "07:30"\n'
    assert list(_paths(toml)) == ["disk > keep_weeks", "disk > root", "web > opens"]


def test_a_setting_has_the_comments_at_the_top_and_those_right_above_it() -> None:
    notes = [each.note for each in settings_of(YAML)]
    assert notes[0] == "Pump control, production"
    assert notes[1] == "Pump control, production in bar"
    assert notes[2] == "Pump control, production"


def test_an_address_has_a_port_and_a_time_of_the_day_has_none() -> None:
    lines = 'bind = "0.0.0.0:8181"\nopens = "07:30"\nalso = "*:99"'
    assert [each.note for each in settings_of(lines)] == ["port 8181", "", "port 99"]


def test_the_sections_of_json_are_told_by_indentation_too() -> None:
    json = '{\n  "lamp": {\n    "watts": 40,\n    "hue": 3\n  }\n}'
    assert list(_paths(json)) == ["lamp > watts", "lamp > hue"]


def test_commands_and_prose_are_no_settings() -> None:
    assert settings_of("sudo systemctl restart pumpd\npumpctl --clear") == []
    assert settings_of("The pump is in the cellar.\nIt is loud: wear plugs.") == []


def test_in_braces_one_setting_is_enough() -> None:
    assert [each.path for each in settings_of('{\n  "family": "Corvo"\n}')] == [("family",)]
    assert settings_of("family: Corvo\n") == []
