"""Records in data: objects with common fields, which become the rows of tables."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

Fields: TypeAlias = Mapping[str, object]

FEWEST = 2
"""So many records make a table, and so many fields a record."""
_DEPTH = 2
"""So many objects may lie in each other within a record."""
_SHARED = 0.5
"""Records have this share of their fields in common."""
FEWEST_KEYED = 3
"""So many objects, each below a key of its own, make a table."""
_OF_PEOPLE = frozenset(
    (
        *("name", "phone", "telephone", "tel", "mobile", "fax"),
        *("ext", "extension", "email", "mail"),
    )
)
AS_WRITTEN = "\ue000"
"""Stands around figures with a fraction until they are told: 2.50 is not to become 2.5."""


def records_in(value: object) -> Sequence[Fields] | None:
    """Return the records of a list, if it is one of them: objects with common fields.

    What lies in objects inside of them is named by both keys: "hours saturday".
    """
    if not isinstance(value, list):
        return None
    entries = cast("list[object]", value)
    flat = (_flattened(each, _DEPTH) for each in entries)
    records = [each for each in flat if each is not None]
    if not FEWEST <= len(records) == len(entries):
        return None
    shared = [key for key in records[0] if all(key in record for record in records)]
    least = max(FEWEST, *(_SHARED * len(record) for record in records))
    return records if len(shared) >= least else None


def keyed_records(fields: Fields, path: tuple[str, ...]) -> Mapping[str, Fields]:
    """Return the objects of an object that are records of one table, by their keys; maybe none.

    They are those that tell how somebody is reached, or all if all have the same fields. Their keys
    become the first field, named as what they are together: `path` leads to them.
    """
    flat = {key: _flattened(each, _DEPTH) for key, each in fields.items()}
    records = {key: found for key, found in flat.items() if found}
    of_people = {key: found for key, found in records.items() if _is_of_people(found)}
    same = len(records) == len(fields) and len({frozenset(each) for each in records.values()}) == 1
    is_table = same and all(len(each) >= FEWEST for each in records.values())
    chosen = records if is_table else of_people
    if len(chosen) < FEWEST_KEYED:
        return {}
    fields_there = {field for each in chosen.values() for field in each}
    labels = (*path[-1:], "role" if "name" in fields_there else "name", "entry")
    label = next((each for each in labels if each not in fields_there), " ".join(labels))
    return {key: {label: key.replace("_", " ")} | dict(each) for key, each in chosen.items()}


def _is_of_people(fields: Fields) -> bool:
    return any(word.lower() in _OF_PEOPLE for key in fields for word in re.split(r"[\W_]+", key))


def cell_of(value: object) -> str:
    """Return a value as a cell of a table."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(cell_of, cast("list[object]", value)))
    return value.strip(AS_WRITTEN) if isinstance(value, str) else json.dumps(value)


def _flattened(value: object, depth: int) -> Fields | None:
    """Return the fields of an object, and of those inside of it; None if it has other parts."""
    if not isinstance(value, dict):
        return None
    fields: dict[str, object] = {}
    for key, each in cast("Fields", value).items():
        inner = _flattened(each, depth - 1) if depth else None
        if inner is not None:
            fields |= {f"{key} {name}": cell for name, cell in inner.items()}
        elif any(isinstance(part, dict | list) for part in _listed(each)):
            return None
        else:
            fields[key] = each
    return fields


def _listed(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]
