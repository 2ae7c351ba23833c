"""How much a word counts by where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldBoosts:
    """Factors on the BM25 score of each field. Zero leaves the field out of searches."""

    title: float = 1.0
    headings: float = 1.0
    text: float = 1.0

    def by_field(self) -> dict[str, float]:
        """Return the fields that take part in searches, with their factors."""
        fields = {"title": self.title, "headings": self.headings, "text": self.text}
        return {name: boost for name, boost in fields.items() if boost > 0}
