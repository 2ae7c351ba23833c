"""Figures: goals are checked by a program, and pages say what the files say."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from benchmarks.claims import RESULTS, Claim, publish, read_claims, table_of_claims
from rich.console import Console

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks/README.md"]
STATED = re.compile(
    r"(?P<figure>-?\d[\d,]*(?:\.\d+)?|\.\d+)(?P<percent>\s?%)?(?P<between>[^\d\n]*?)"
    r"<!-- claim: (?P<file>[^#\n]+)#(?P<name>[^\n]+?) -->"
)


@pytest.mark.parametrize(
    ("value", "goal", "holds"),
    [
        (2.0, "<= 2", True),
        (2.1, "<= 2", False),
        (0.85, ">= .85", True),
        (1.0, "> 1", False),
        (0.9, "< 1", True),
        (0.0, "= 0", True),
        (1.0, "= 0", False),
        (5.0, None, None),
    ],
)
def test_whether_a_claim_holds_follows_from_value_and_goal(
    value: float, goal: str | None, holds: object
) -> None:
    assert Claim("times", value, goal).holds is holds


def test_a_goal_that_no_program_can_check_is_refused() -> None:
    with pytest.raises(ValueError, match="a goal looks like"):
        Claim("times", 1.0, "about two")


def test_a_file_of_results_says_where_and_of_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "speed.json"
    claims = [Claim("times faster", 2.5, ">= 2", "a naive twin"), Claim("misses", 3.0, "= 0")]
    publish(file, benchmark="speed", settings={"seed": 1}, results={"all": 7}, claims=claims)
    report = json.loads(file.read_text())
    assert report.keys() >= {"benchmark", "time", "machine", "load", "commit", "settings"}
    assert [claim["holds"] for claim in report["claims"]] == [True, False]
    assert report["results"] == {"all": 7}
    assert read_claims(file) == claims


def test_two_claims_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same name"):
        publish(
            tmp_path / "speed.json",
            benchmark="speed",
            settings={},
            results={},
            claims=[Claim("times", 1.0), Claim("times", 2.0)],
        )


def test_the_table_has_every_claim_of_every_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        claims = [Claim(f"{name} holds", 1.0, "> 0"), Claim(f"{name} fails", 1.0, "< 0")]
        publish(tmp_path / name, benchmark=name, settings={}, results={}, claims=claims)
        (tmp_path / name).rename(tmp_path / f"{name}.json")
    text = StringIO()
    Console(file=text, width=200).print(table_of_claims(tmp_path))
    for name in ("one", "two"):
        assert re.search(rf"{name} holds .* yes .* {name}\.json", text.getvalue())
        assert re.search(rf"{name} fails .* NO .* {name}\.json", text.getvalue())


def test_committed_claims_hold_what_their_values_say() -> None:
    for path in RESULTS.glob("*.json"):
        written = json.loads(path.read_bytes()).get("claims", [])
        assert [claim["holds"] for claim in written] == [claim.holds for claim in read_claims(path)]


def test_figures_on_pages_are_those_of_the_files() -> None:
    wrong = [problem for page in PAGES for problem in problems(page.read_text())]
    assert wrong == []


@pytest.mark.parametrize("text", ["in 3.5 s", "in **3.5** s", "in 3.46 s", "in 1,250.5 s"])
def test_a_figure_that_differs_from_its_claim_is_found(text: str, tmp_path: Path) -> None:
    publish(
        tmp_path / "speed.json",
        benchmark="speed",
        settings={},
        results={},
        claims=[Claim("seconds", 3.4449), Claim("share", 0.883)],
    )
    assert len(list(problems(f"{text}<!-- claim: speed.json#seconds -->", tmp_path))) == 1
    for right in ("3 s", "**3.4** s", "3.44 s", "3.4449"):
        assert not list(problems(f"{right}<!-- claim: speed.json#seconds -->", tmp_path))
    for right in ("88 % right", ".88", "0.883", "88.3 %"):
        assert not list(problems(f"{right}<!-- claim: speed.json#share -->", tmp_path))


def test_a_page_that_names_no_claim_of_the_file_is_found(tmp_path: Path) -> None:
    publish(tmp_path / "speed.json", benchmark="speed", settings={}, results={})
    assert list(problems("3 s<!-- claim: speed.json#seconds -->", tmp_path))
    assert list(problems("no figure<!-- claim: speed.json#seconds -->", tmp_path))


def problems(text: str, folder: Path = RESULTS) -> Iterator[str]:
    text = re.sub(r"`[^`\n]*<!-- claim:[^`\n]*`", "", text)  # where a page explains the comment
    stated = list(STATED.finditer(text))
    if len(stated) != text.count("<!-- claim:"):
        yield "a claim's comment stands behind no figure"
    for found in stated:
        values = {c.claim: c.value for c in read_claims(folder / found["file"])}
        if found["name"] not in values:
            yield f"{found['file']} has no claim {found['name']!r}"
        elif not same(found["figure"], values[found["name"]] * (100 if found["percent"] else 1)):
            yield f"{found[0]}: the file says {values[found['name']]}"


def same(figure: str, value: float) -> bool:
    digits = len(figure.partition(".")[2])
    return abs(float(figure.replace(",", "")) - value) <= 0.5 * 10.0**-digits + 1e-9
