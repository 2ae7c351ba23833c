"""What is installed is known, and its licences are allowed."""

from pathlib import Path

import pytest
from benchmarks.distributions import Installed, installed
from benchmarks.licences import EXCEPTIONS, refused
from benchmarks.sbom import bill_of_materials


def distribution(folder: Path, name: str, *headers: str) -> list[Installed]:
    """Return what is found where a distribution with these headers of its metadata lies."""
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir()
    lines = ("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *headers)
    (place / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return installed([str(folder)])


@pytest.mark.parametrize(
    "header",
    [
        "License-Expression: MIT",
        "License-Expression: GPL-3.0-only OR Apache-2.0 AND MIT",
        "License: Apache 2.0",
        "Classifier: License :: OSI Approved :: BSD License",
    ],
)
def test_a_licence_that_is_allowed_is_not_reported(tmp_path: Path, header: str) -> None:
    assert list(refused(distribution(tmp_path, "invented", header))) == []


@pytest.mark.parametrize(
    ("headers", "declared"),
    [
        (["License-Expression: AGPL-3.0-only"], "AGPL-3.0-only"),
        (["License-Expression: MIT AND GPL-3.0-only"], "MIT AND GPL-3.0-only"),
        (["License: Ask us first"], "Ask us first"),
        (
            [
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: OSI Approved :: GNU General Public License (GPL)",
            ],
            "MIT, GNU General Public License (GPL)",
        ),
        ([], "no licence declared"),
    ],
)
def test_a_licence_that_is_not_allowed_is_reported_by_name(
    tmp_path: Path, headers: list[str], declared: str
) -> None:
    found = distribution(tmp_path, "invented", *headers)
    assert list(refused(found)) == [f"invented 1.0: {declared}"]


def test_an_exception_is_one_for_the_licence_that_it_names(tmp_path: Path) -> None:
    found = distribution(tmp_path, "codespell", "License-Expression: AGPL-3.0-only")
    assert list(refused(found)) == ["codespell 1.0: AGPL-3.0-only"]


def test_exceptions_are_of_the_licences_that_are_declared() -> None:
    declared = {one.name: ", ".join(one.licences) for one in installed() if one.name in EXCEPTIONS}
    assert declared == {name: EXCEPTIONS[name][0] for name in declared}
    assert "codespell" in declared


def test_a_bill_of_materials_names_each_distribution_with_its_version_and_licence() -> None:
    bill = bill_of_materials(
        [
            Installed("askmesh", "1.0", ("Apache-2.0",)),
            Installed("one", "2.0+cpu", ("MIT OR ISC",)),
            Installed("two", "3.0", ("MIT", "BSD License")),
            Installed("three", "4.0", ()),
        ]
    )
    one, two, three = ("pkg:pypi/one@2.0%2Bcpu", "pkg:pypi/two@3.0", "pkg:pypi/three@4.0")
    assert bill == {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "pkg:pypi/askmesh@1.0",
                "name": "askmesh",
                "version": "1.0",
                "purl": "pkg:pypi/askmesh@1.0",
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": one,
                "name": "one",
                "version": "2.0+cpu",
                "purl": one,
                "licenses": [{"expression": "MIT OR ISC"}],
            },
            {
                "type": "library",
                "bom-ref": two,
                "name": "two",
                "version": "3.0",
                "purl": two,
                "licenses": [{"license": {"name": "MIT"}}, {"license": {"name": "BSD License"}}],
            },
            {"type": "library", "bom-ref": three, "name": "three", "version": "4.0", "purl": three},
        ],
    }
