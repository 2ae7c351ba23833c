"""What is told of the vulnerabilities of pinned versions."""

import json

import pytest
from benchmarks.vulnerabilities import (
    FOUND,
    NOTHING_CHECKED,
    UnreadableReportError,
    audit_of,
)

Package = dict[str, object]

SOUND: Package = {"name": "bread", "version": "1.0", "vulns": []}
UNKNOWN: Package = {"name": "rye", "skip_reason": "Dependency not found on PyPI"}
STALE: Package = {
    "name": "butter",
    "version": "2.1",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["2.2", "3.0"], "aliases": [], "description": "melts"},
        {"id": "PYSEC-2", "fix_versions": [], "aliases": [], "description": "is salty"},
    ],
}


def report(*packages: Package) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_versions_without_vulnerabilities_are_a_success() -> None:
    audit = audit_of(report(SOUND))
    assert audit.code == 0
    assert audit.lines() == ["1 of 1 checked, 0 vulnerabilities"]


def test_each_vulnerability_is_told_and_a_failure() -> None:
    audit = audit_of(report(SOUND, STALE))
    assert audit.code == FOUND
    assert audit.lines() == [
        "butter 2.1: PYSEC-1, mended in 2.2, 3.0",
        "butter 2.1: PYSEC-2, mended in no version",
        "2 of 2 checked, 2 vulnerabilities",
    ]


def test_what_the_index_does_not_know_is_named_and_the_rest_is_checked() -> None:
    audit = audit_of(report(UNKNOWN, SOUND))
    assert audit.code == 0
    unchecked, total = audit.lines()
    assert unchecked.startswith("NOT CHECKED")
    assert unchecked.endswith(": rye")
    assert total == "1 of 2 checked, 0 vulnerabilities"


def test_a_vulnerability_beside_what_is_unknown_is_a_failure() -> None:
    audit = audit_of(report(UNKNOWN, STALE))
    assert audit.code == FOUND
    assert any(line.endswith(": rye") for line in audit.lines())


def test_an_audit_that_could_look_up_nothing_is_no_success() -> None:
    audit = audit_of(report(UNKNOWN))
    assert audit.code == NOTHING_CHECKED
    assert "make sbom" in audit.lines()[-1]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"dependencies": [{"name": "bread"}]}'])
def test_what_is_no_report_is_never_taken_for_a_clean_one(text: str) -> None:
    with pytest.raises(UnreadableReportError):
        audit_of(text)
