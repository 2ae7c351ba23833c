"""The fields of a form on a printed page, and the labels that say what is in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from askmesh.ingestion.page_rows import Segment

LINE_HEIGHT = 12.0
_OVERLAP = 4.0


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is filled in: its name in the form, and what is in it and where."""

    name: str
    value: Segment
    is_ticked: bool = False
    """Whether it is a box to be ticked, which says nothing without what is printed beside it."""


def beside_labels(printed: Sequence[Segment], fields: Iterable[Field]) -> list[Segment]:
    """Return what is printed and what is filled in, each value with its label.

    A label stands to the left of its field, or right above. The name of a field goes before its
    value if no label is printed.
    """
    labels = list(printed)
    values: list[Segment] = []
    for field in fields:
        value = field.value
        if field.is_ticked or any(_is_beside(each, value) for each in labels):
            values.append(value)
            continue
        above = next((each for each in labels if _is_above(each, value)), None)
        if above is not None:
            labels.remove(above)
        name = above.text.rstrip(": ") if above else field.name
        values.append(replace(value, text=f"{name}: {value.text}"))
    return [*labels, *values]


def _is_beside(label: Segment, value: Segment) -> bool:
    same_row = label.top < value.bottom and value.top < label.bottom
    return same_row and label.right <= value.left + LINE_HEIGHT


def _is_above(label: Segment, value: Segment) -> bool:
    is_near = -_OVERLAP < value.top - label.bottom < LINE_HEIGHT
    return is_near and abs(label.left - value.left) < LINE_HEIGHT
