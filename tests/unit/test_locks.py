"""What is installed is locked with hashes: all of what is asked for, and nothing else."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from askmesh.triton_cpu import environment

REPOSITORY = Path(__file__).parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", *(f"locks/{path.name}" for path in REPOSITORY.glob("locks/*.lock"))]
HASHED = re.compile(
    r"(?P<requirement>\S+==\S+( ; [^\\\n]+)?)(?P<hashes>( \\\n +--hash=sha256:[0-9a-f]{64})+)"
)


def entries(file: str) -> list[str]:
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    return re.split(r"\n(?=\S)", text.rstrip("\n"))


def locked(file: str) -> list[Requirement]:
    found = map(HASHED.fullmatch, entries(file))
    return [Requirement(each["requirement"]) for each in found if each]


def versions(requirements: Iterable[Requirement]) -> dict[str, str]:
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each in requirements
    }


def grouped(name: str) -> Iterator[Requirement]:
    """Yield what a group asks for, and the groups that it includes."""
    for each in PROJECT["dependency-groups"][name]:
        if isinstance(each, str):
            yield Requirement(each)
        else:
            yield from grouped(each["include-group"])


def asked(file: str) -> list[Requirement]:
    """Return what is to be locked in a file."""
    project: Mapping[str, Any] = PROJECT["project"]
    product = [Requirement(each) for each in project["dependencies"]]
    if file == "requirements.lock":
        return [*product, *grouped("dev")]
    if file == "locks/product.lock":
        extras = project["optional-dependencies"].values()
        return [*product, *(Requirement(each) for some in extras for each in some)]
    return list(grouped(Path(file).stem))


def holds(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def with_all_below(roots: Iterable[Requirement]) -> set[str]:
    """Return the names of what is asked for, and of what that asks for, as installed here."""
    seen: set[tuple[str, str]] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        for extra in {(canonicalize_name(one.name), each) for each in ("", *one.extras)} - seen:
            seen.add(extra)
            below = map(Requirement, requires(one.name) or ())
            waiting += [each for each in below if holds(each, extra[1])]
    return {name for name, _ in seen}


@pytest.mark.parametrize("file", LOCKS)
def test_each_locked_version_has_hashes_and_nothing_else(file: str) -> None:
    assert [entry for entry in entries(file) if not HASHED.fullmatch(entry)] == []


@pytest.mark.parametrize("file", LOCKS)
def test_what_is_locked_has_the_versions_that_are_pinned(file: str) -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = versions(Requirement(line) for line in lines if line and not line.startswith("#"))
    found = versions(locked(file))
    assert {name: pinned.get(name) for name in found} == found


@pytest.mark.parametrize("file", LOCKS)
def test_what_is_asked_for_is_locked_in_a_version_that_will_do(file: str) -> None:
    found = versions(each for each in locked(file) if holds(each))
    missing = [
        str(each)
        for each in asked(file)
        if not each.specifier.contains(found.get(canonicalize_name(each.name), "0.dev0"))
    ]
    assert missing == []


def test_all_that_is_needed_to_work_on_it_is_locked_and_nothing_else() -> None:
    found = versions(each for each in locked("requirements.lock") if holds(each))
    assert with_all_below(asked("requirements.lock")) == set(found)


def test_what_triton_is_made_of_is_locked_in_the_versions_that_are_wanted() -> None:
    file = str(environment.LOCK.relative_to(REPOSITORY))
    assert all(map(HASHED.fullmatch, entries(file)))
    assert sorted(map(str, locked(file))) == sorted(environment.REQUIREMENTS)


def test_make_installs_nothing_without_a_locked_hash(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    for name in ("pyproject.toml", *LOCKS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    targets = ("setup", "lock", "comparisons", "mutants")
    command = ["make", "--dry-run", *targets]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
    installs = re.findall(r"pip install(.*?)(?:&&|\|\||\n)", told.stdout)
    assert len(installs) >= 2 + len(targets)
    assert [each for each in installs if "--require-hashes --no-deps" not in each] == [
        " --quiet --no-deps --no-build-isolation -e . "
    ]
