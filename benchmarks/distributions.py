"""The distributions that are installed, with the licences that they declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

_CLASSIFIER = "License :: OSI Approved :: "
_SPELT = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How distributions write licences that have one identifier of SPDX."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution: its normalised name, its version, and each licence that it declares.

    A licence is an expression of SPDX where it can be written as one, else what is declared.
    """

    name: str
    version: str
    licences: tuple[str, ...]


def installed(paths: Sequence[str] | None = None) -> list[Installed]:
    """Return what is installed in these folders, by default where Python looks, by name."""
    found = distributions() if paths is None else distributions(path=list(paths))
    each = {Installed(canonicalize_name(one.name), one.version, _licences(one)) for one in found}
    return sorted(each, key=lambda one: (one.name, one.version))


def expression(licence: str) -> str | None:
    """Return the licence as an expression of SPDX, None if it is not one."""
    try:
        return canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return None


def _licences(one: Distribution) -> tuple[str, ...]:
    """Prefer the expression, then a short text that SPDX knows, then classifiers, then any text."""
    text = _first(one, "License").strip().partition("\n")[0]
    for written in (_first(one, "License-Expression"), _SPELT.get(text, text)):
        if written and (known := expression(written)):
            return (known,)
    classifiers = _declared(one, "Classifier")
    named = [line.removeprefix(_CLASSIFIER) for line in classifiers if line.startswith(_CLASSIFIER)]
    return tuple(_SPELT.get(name, name) for name in named) or ((text,) if text else ())


def _first(one: Distribution, field: str) -> str:
    return next(iter(_declared(one, field)), "")


def _declared(one: Distribution, field: str) -> list[str]:
    return [str(value) for value in one.metadata.get_all(field) or []]
