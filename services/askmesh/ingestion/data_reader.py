"""Data in JSON and YAML: lists of records become tables, the rest is settings."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from askmesh.ingestion.blocks import Block, Code, Heading, LabelledRow

Fields: TypeAlias = Mapping[str, object]
Nodes: TypeAlias = Sequence[tuple[yaml.Node, yaml.Node]]

MAX_YAML_CHARACTERS = 256 * 1024
"""More takes the parser seconds."""
_FEWEST = 2
"""So many records make a table, and so many fields a record."""
_DEPTH = 2
"""So many objects may lie in each other within a record."""
_SHARED = 0.5
"""Records have this share of their fields in common."""
_AS_WRITTEN = "\ue000"
"""Stands around figures with a fraction until they are told: 2.50 is not to become 2.5."""
_ENTRY = re.compile(r"^\s*-\s+(?:\{\s*)?[\"']?[^\W\d][\w .-]*[\"']?\s*:(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records, and the keys that lead to it."""

    path: tuple[str, ...]
    records: Sequence[Fields]

    def blocks(self) -> Iterator[Block]:
        """Yield the keys as a heading, then a row for each record."""
        if self.path:
            yield Heading(2, " > ".join(self.path))
        for record in self.records:
            yield LabelledRow(tuple((key, cell_of(value)) for key, value in record.items()))


def blocks_of_data(text: str) -> tuple[Block, ...]:
    """Return the settings and the tables of a text; nothing if it is no data, or has no table.

    JSON is told a line for each setting; YAML as it stands.
    """
    return blocks_of_json(text) if text.lstrip()[:1] in {"{", "["} else blocks_of_yaml(text)


def blocks_of_json(text: str) -> tuple[Block, ...]:
    """Return the settings, one a line, then the tables; nothing if it is no object or list."""
    try:
        value: object = json.loads(
            text, parse_float=lambda said: f"{_AS_WRITTEN}{said}{_AS_WRITTEN}"
        )
    except (ValueError, RecursionError):
        return ()
    if not isinstance(value, dict | list):
        return ()
    tables: list[Table] = []
    rest = _without_tables(cast("object", value), (), tables)
    told = [Code(_lines_of(rest))] if rest else []
    return (*told, *(block for table in tables for block in table.blocks()))


def blocks_of_yaml(text: str) -> tuple[Block, ...]:
    """Return the lines as they stand but those of tables, then these; nothing without any.

    A list with comments is left as it stands.
    """
    if len(text) > MAX_YAML_CHARACTERS or len(_ENTRY.findall(text)) < _FEWEST:
        return ()
    lines = text.split("\n")
    tables: list[Table] = []
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        for path, first, node in _block_lists(root, (), set()):
            own = range(first, _end(node, lines))
            records = records_in(_constructed(node))
            if records is not None and not any("#" in lines[line] for line in own):
                tables.append(Table(path, records))
                lines[own.start : own.stop] = [""] * len(own)
    except (yaml.YAMLError, RecursionError):
        return ()
    rest = "\n".join(line for line in lines if line.strip())
    told = [Code(rest)] if rest else []
    return (*told, *(block for table in tables for block in table.blocks())) if tables else ()


def records_in(value: object) -> Sequence[Fields] | None:
    """Return the records of a list, if it is one of them: objects with common fields.

    What lies in objects inside of them is named by both keys: "hours saturday".
    """
    if not isinstance(value, list):
        return None
    entries = cast("list[object]", value)
    flat = (_flattened(each, _DEPTH) for each in entries)
    records = [each for each in flat if each is not None]
    if not _FEWEST <= len(records) == len(entries):
        return None
    shared = [key for key in records[0] if all(key in record for record in records)]
    least = max(_FEWEST, *(_SHARED * len(record) for record in records))
    return records if len(shared) >= least else None


def cell_of(value: object) -> str:
    """Return a value as a cell of a table."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(cell_of, cast("list[object]", value)))
    return value.strip(_AS_WRITTEN) if isinstance(value, str) else json.dumps(value)


def _lines_of(value: object) -> str:
    lines = json.dumps(value, indent=2, ensure_ascii=False)
    return lines.replace(f'"{_AS_WRITTEN}', "").replace(f'{_AS_WRITTEN}"', "")


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


def _without_tables(value: object, path: tuple[str, ...], tables: list[Table]) -> object:
    """Return a value without the lists of records in it, which are added to the tables."""
    if (records := records_in(value)) is not None:
        tables.append(Table(path, records))
        return {}
    if not isinstance(value, dict):
        return value
    kept: dict[str, object] = {}
    for key, each in cast("Fields", value).items():
        rest = _without_tables(each, (*path, key), tables)
        if rest or not each:
            kept[key] = rest
    return kept


def _block_lists(
    node: yaml.Node | None, path: tuple[str, ...], seen: set[int]
) -> Iterator[tuple[tuple[str, ...], int, yaml.Node]]:
    """Yield the lists that are written line by line: their keys, first lines and nodes."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))  # an alias is the same node again
    if isinstance(node, yaml.MappingNode):
        for key, value in cast("Nodes", node.value):
            keys = (*path, str(cast("object", key.value)))
            if isinstance(value, yaml.SequenceNode) and not value.flow_style:
                yield keys, key.start_mark.line, value
            yield from _block_lists(value, keys, seen)


def _end(node: yaml.Node, lines: Sequence[str]) -> int:
    """Return the line after a list: what stands before the next key is none of it."""
    end = node.end_mark.line + (node.end_mark.column > 0 and node.end_mark.line == len(lines) - 1)
    while end > node.start_mark.line and lines[end - 1].strip()[:1] in {"", "#"}:
        end -= 1
    return end


def _constructed(node: yaml.Node) -> object:
    loader = yaml.BaseLoader("")
    return loader.construct_object(node, deep=True)  # pyright: ignore[reportUnknownMemberType]
