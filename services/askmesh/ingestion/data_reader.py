"""Data in JSON and YAML: lists of records become tables, the rest is settings."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from askmesh.ingestion.blocks import Block, Code, Heading, LabelledRow
from askmesh.ingestion.data_records import (
    AS_WRITTEN,
    FEWEST,
    FEWEST_KEYED,
    Fields,
    cell_of,
    keyed_records,
    records_in,
)

Nodes: TypeAlias = Sequence[tuple[yaml.Node, yaml.Node]]
NodePlaces: TypeAlias = Sequence[tuple[int, yaml.Node]]
"""Where records begin, and their nodes."""

MAX_YAML_CHARACTERS = 256 * 1024
"""More takes the parser seconds."""
_ENTRY = re.compile(r"^\s*-\s+(?:\{\s*)?[\"']?[^\W\d][\w .-]*[\"']?\s*:(?:\s|$)", re.MULTILINE)

_KEY = r"[\"']?[^\W\d][\w .-]*[\"']?:"
_OBJECT = re.compile(rf"^(\s*){_KEY}[ \t]*(?:\{{.*\}}|\n\1\s+{_KEY}(?:\s.*)?)$", re.MULTILINE)

_PLAIN_LIST = re.compile(r"\[\n\s+(?P<items>(?:\"(?:[^\"\\]|\\.)*\"|[^\"\[\]{}])+?)\n\s*\]")
_BETWEEN = re.compile(r",\n\s+")


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
        value: object = json.loads(text, parse_float=lambda said: f"{AS_WRITTEN}{said}{AS_WRITTEN}")
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
    if len(text) > MAX_YAML_CHARACTERS or not _may_have_tables(text):
        return ()
    lines = text.split("\n")
    tables: list[Table] = []
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        for path, records, places in _tables_of(root, (), set()):
            own = [line for first, node in places for line in range(first, _end(node, lines))]
            if not any("#" in lines[line] for line in own):
                tables.append(Table(path, records))
                for line in own:
                    lines[line] = ""
    except (yaml.YAMLError, RecursionError):
        return ()
    rest = "\n".join(line for line in lines if line.strip())
    told = [Code(rest)] if rest else []
    return (*told, *(block for table in tables for block in table.blocks())) if tables else ()


def _may_have_tables(text: str) -> bool:
    return len(_ENTRY.findall(text)) >= FEWEST or len(_OBJECT.findall(text)) >= FEWEST_KEYED


def _lines_of(value: object) -> str:
    lines = json.dumps(value, indent=2, ensure_ascii=False)
    lines = _PLAIN_LIST.sub(lambda match: f"[{_BETWEEN.sub(', ', match['items'])}]", lines)
    return lines.replace(f'"{AS_WRITTEN}', "").replace(f'{AS_WRITTEN}"', "")


def _without_tables(value: object, path: tuple[str, ...], tables: list[Table]) -> object:
    """Return a value without the lists of records in it, which are added to the tables."""
    if (records := records_in(value)) is not None:
        tables.append(Table(path, records))
        return {}
    if not isinstance(value, dict):
        return value
    kept: dict[str, object] = {}
    fields = cast("Fields", value)
    if keyed := keyed_records(fields, path):
        tables.append(Table(path, [*keyed.values()]))
    for key, each in fields.items():
        if key in keyed:
            continue
        rest = _without_tables(each, (*path, key), tables)
        if rest or not each:
            kept[key] = rest
    return kept


def _tables_of(
    node: yaml.Node | None, path: tuple[str, ...], seen: set[int]
) -> Iterator[tuple[tuple[str, ...], Sequence[Fields], NodePlaces]]:
    """Yield the tables that are written line by line: their keys, records, and where these are."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))  # an alias is the same node again
    if not isinstance(node, yaml.MappingNode):
        return
    entries = [
        (str(cast("object", key.value)), key, each) for key, each in cast("Nodes", node.value)
    ]
    keyed: Mapping[str, Fields]
    keyed = {} if node.flow_style else keyed_records(cast("Fields", _constructed(node)), path)
    if keyed:
        places = [(key.start_mark.line, each) for name, key, each in entries if name in keyed]
        yield path, [*keyed.values()], places
    for name, key, each in entries:
        if isinstance(each, yaml.SequenceNode) and not each.flow_style:
            records = records_in(_constructed(each))
            if records is not None:
                yield (*path, name), records, [(key.start_mark.line, each)]
        if name not in keyed:
            yield from _tables_of(each, (*path, name), seen)


def _end(node: yaml.Node, lines: Sequence[str]) -> int:
    """Return the line after a node: what stands before the next key is none of it."""
    is_last = node.end_mark.line == len(lines) - 1
    end = node.end_mark.line + (node.end_mark.column > 0 and (is_last or _is_in_braces(node)))
    while end > node.start_mark.line and lines[end - 1].strip()[:1] in {"", "#"}:
        end -= 1
    return end


def _is_in_braces(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _constructed(node: yaml.Node) -> object:
    loader = yaml.BaseLoader("")
    return loader.construct_object(node, deep=True)  # pyright: ignore[reportUnknownMemberType]
