"""The passage ids of hits, without reading the stored copy of each."""

from collections.abc import Sequence

import tantivy

from askmesh.search._tantivy_schema import stored

MAX_KNOWN = 1_000_000


class PassageNames:
    """Remembers which passage id stands behind each number that hits carry in a fast field.

    Reading a stored copy costs more than finding it; each passage's is read once. Any number of
    threads may ask at once.
    """

    def __init__(self) -> None:
        self._known: dict[object, str] = {}

    def of(self, searcher: tantivy.Searcher, addresses: Sequence[tantivy.DocAddress]) -> list[str]:
        """Return the passage id at each address."""
        if len(self._known) > MAX_KNOWN:
            self._known = {}
        known = self._known
        numbers = searcher.fast_field_values("number", list(addresses))
        for number, address in zip(numbers, addresses, strict=True):
            if number not in known:
                known[number] = stored(searcher, address).passage_id
        return [known[number] for number in numbers]
