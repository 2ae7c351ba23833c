"""Flame graphs: what takes more is wider, and all of it is told."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from askmesh.cli.flame_graph import flame_graph, flames_of, own_amounts, shares_changed
from askmesh.cli.profiling import profile, stacks_in
from askmesh.errors import InvalidRequestError

PROFILE = "main;askmesh.a;askmesh.b 3000\nmain;askmesh.a 1000\nmain;<lambda> 2000\n"


def drawn() -> str:
    return flame_graph(flames_of(stacks_in(PROFILE), "all"), unit=1000, unit_name="ms")


def test_functions_take_what_their_calls_take_besides() -> None:
    root = flames_of(stacks_in(PROFILE), "all")
    main = root.calls["main"]
    assert (root.total, main.total) == (6000, 6000)
    assert main.calls["askmesh.a"].total == 4000
    assert main.calls["askmesh.a"].calls["askmesh.b"].total == 3000
    assert root.depth == 4


def test_names_amounts_and_shares_are_told() -> None:
    told = re.findall("<title>(.*?)</title>", drawn())
    assert "askmesh.a: 4.0 ms, 66.7%" in told
    assert "&lt;lambda&gt;: 2.0 ms, 33.3%" in told
    assert len(told) == 5


def test_a_function_is_as_wide_as_its_share() -> None:
    image = ET.fromstring(drawn())
    space = "{http://www.w3.org/2000/svg}"
    widths = {
        group.findtext(f"{space}title", "").partition(":")[0]: float(
            group.find(f"{space}rect").attrib["width"]  # type: ignore[union-attr]
        )
        for group in image.iter(f"{space}g")
    }
    assert round(widths["askmesh.a"] / widths["all"], 2) == 0.67
    assert round(widths["askmesh.b"] / widths["all"], 2) == 0.5


def test_a_profile_of_nothing_is_an_image() -> None:
    nothing = flame_graph(flames_of({}, "nothing"), unit=1, unit_name="ms")
    assert "nothing: 0.0 ms" in nothing
    ET.fromstring(nothing)


def test_equal_stacks_are_one() -> None:
    assert stacks_in("a;b 1\na;b 2\n") == {("a", "b"): 3}


def test_against_another_profile_what_takes_more_is_red_and_what_takes_less_is_blue() -> None:
    before = own_amounts({("main", "askmesh.a", "askmesh.b"): 1000, ("main", "askmesh.a"): 3000})
    now = stacks_in(PROFILE)
    changes = shares_changed(own_amounts(now), before)
    drawn = flame_graph(flames_of(now, "all"), unit=1000, unit_name="ms", changes=changes)
    told = dict(re.findall(r'<title>(.*?): .*?fill="(.*?)"', drawn))
    assert told["askmesh.b"] == told["&lt;lambda&gt;"] == "#e76f51"
    assert told["askmesh.a"] == "#8ecae6"
    assert told["main"] == "#eeeeee"
    assert "askmesh.b: 3.0 ms, 50.0%, +25.0% by itself" in drawn
    assert "askmesh.a: 4.0 ms, 66.7%, -58.3% by itself" in drawn


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.txt"
    file.write_text("no profile at all\n", encoding="utf-8")
    result = CliRunner().invoke(profile, ["gateway", "--against", str(file)])
    assert isinstance(result.exception, InvalidRequestError)
    assert "is no profile" in result.exception.message


@pytest.mark.parametrize("name", ["nobody", "retrieval-", "retrieval-x", "-2"])
def test_names_that_no_process_has_are_refused(name: str) -> None:
    result = CliRunner().invoke(profile, ["--", name])
    assert result.exit_code == 2
    assert "it is one of gateway, ingestion" in " ".join(result.output.split())
