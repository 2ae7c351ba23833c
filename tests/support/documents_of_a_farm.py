"""A few documents that no language model has read before."""

from pathlib import Path

from support.commands import askmesh

GOATS = """# Goats of Hollin Farm

## Milking

The goats of Hollin Farm are milked twice a day, at six in the morning and at five in the
afternoon. Each goat gives about three litres of milk a day. The milk is cooled to four degrees
before the tanker comes.

## Breeds

Hollin Farm keeps Toggenburg goats for milk and Boer goats for meat. The Toggenburg herd counts
forty-two animals. The Boer herd counts seventeen animals.
"""

CHEESE = """# The dairy

## Ash cheese

Ash cheese is rolled in oak ash and ripens for nine weeks in the lower cellar. Marta Lindqvist
makes ash cheese since 2014. The cellar is kept at eleven degrees.

## Whey

The whey goes to the pigs of the neighbour, Tobias Ferrand, who pays with straw.
"""

RULES = """House rules

Visitors register at the gate. Dogs stay on the lead between March and June, because the kids are
born then. The hay barn is closed to visitors, for fire safety.
"""


def write_farm_documents(folder: Path) -> Path:
    """Write the documents, in two forms, and return their folder."""
    (folder / "goats.md").write_text(GOATS, encoding="utf-8")
    (folder / "dairy.md").write_text(CHEESE, encoding="utf-8")
    (folder / "rules.txt").write_text(RULES, encoding="utf-8")
    return folder


def ingest_farm_documents(base_port: int, folder: Path) -> None:
    """Write the documents to a folder, and let the mesh at a port have them."""
    result = askmesh("ingest", "--base-port", str(base_port), str(write_farm_documents(folder)))
    assert result.returncode == 0, result.stdout + result.stderr
