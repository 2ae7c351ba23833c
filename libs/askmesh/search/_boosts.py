"""How much a word counts by where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldBoosts:
    """What a word in the title or in a heading counts more.

    Every word of title, headings and text counts once, as in one field; a word in the title counts
    `title` times the BM25 score of the title alone on top, and likewise for headings.
    """

    title: float = 0.25
    headings: float = 0.25

    def by_field(self) -> dict[str, float]:
        """Return the fields that take part in searches, with their factors."""
        fields = {"title": self.title, "headings": self.headings, "words": 1.0}
        return {name: boost for name, boost in fields.items() if boost > 0}
