"""reStructuredText: the blocks of a document."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

import re
from collections.abc import Iterator
from textwrap import dedent

from docutils import nodes
from docutils.core import publish_doctree

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    ListItem,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.rst_text import line_of, text_of
from askmesh.ingestion.table_sections import over_columns
from askmesh.ingestion.tables import rows_of, rows_with_headers

_SETTINGS = {
    "file_insertion_enabled": False,  # nothing of this machine
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "input_encoding": "unicode",
    "line_length_limit": 1_000_000,
    "_disable_config": True,
}
_DIRECTIVE = re.compile(r"\.\. +(?:[\w-]+[:+.])*([\w-]+)::[ \t]*(.*)")
_OPTION = re.compile(r"[ \t]*:[\w-]+:.*")
_CODE_DIRECTIVES = frozenset(["code-block", "sourcecode", "prompt", "literalinclude", "doctest"])
_UNSEEN = (nodes.comment, nodes.substitution_definition, nodes.target, nodes.meta, nodes.raw,
           nodes.pending, nodes.decoration)  # fmt: skip
_SILENT_DIRECTIVES = frozenset(
    [
        "toctree",
        "index",
        "image",
        "figure",
        "contents",
        "currentmodule",
        "highlight",
        "include",
        "raw",
    ]
)
_MAX_NESTING = 8


def read_rst(text: str) -> ReadDocument:
    """Return headings, paragraphs, lists, tables, fields and code, in their order.

    What directives of other systems hold is read, too; nothing is included from elsewhere.
    """
    tree = _tree(text)
    blocks = tuple(_blocks(tree, 0))
    fields = {
        each[0].astext(): each[1].astext()
        for each in tree.findall(nodes.field)
        if isinstance(each.parent.parent, nodes.document | nodes.section)
    }
    return ReadDocument(first_heading(blocks), blocks, attributes_of(fields))


def _tree(text: str) -> nodes.document:
    return publish_doctree(text, settings_overrides=_SETTINGS)


def _blocks(parent: nodes.Element, level: int, nesting: int = 0) -> Iterator[Block]:
    """Yield the blocks of what stands inside of `parent`, and of `level` sections."""
    for node in _elements(parent):
        if isinstance(node, nodes.section):
            yield from _blocks(node, level + 1, nesting)
        elif isinstance(node, nodes.title | nodes.rubric):
            yield Heading(level + isinstance(node, nodes.rubric), line_of(node))
        elif isinstance(node, nodes.system_message):
            yield from _unknown(node, level, nesting)
        elif not isinstance(node, _UNSEEN):
            yield from _block(node, level, nesting)


def _block(node: nodes.Element, level: int, nesting: int) -> Iterator[Block]:
    match node:
        case nodes.paragraph():
            yield from paragraph_of(text_of(node).split("\n"))
        case nodes.line_block():
            yield from paragraph_of([line_of(each) for each in node.findall(nodes.line)])
        case nodes.bullet_list() | nodes.enumerated_list():
            yield from _items(node, 0, level, nesting)
        case nodes.definition_list():
            yield from _definitions(node, level, nesting)
        case nodes.field_list() | nodes.option_list():
            yield from (KeyValue(f"{line_of(e[0])}: {line_of(e[1])}") for e in _elements(node))
        case nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
            yield Code(node.astext(), _language(node))
        case nodes.table():
            yield from _table(node)
        case _:
            yield from _blocks(node, level, nesting)


def _items(parent: nodes.Element, depth: int, level: int, nesting: int) -> Iterator[Block]:
    first = int(parent.get("start", 1)) if isinstance(parent, nodes.enumerated_list) else None
    for place, item in enumerate(_elements(parent)):
        number = "" if first is None else str(first + place)
        parts = _elements(item)
        begins = parts[:1] if parts and isinstance(parts[0], nodes.paragraph) else []
        yield ListItem(line_of(begins[0]) if begins else "", depth, number)
        for part in parts[len(begins) :]:
            if isinstance(part, nodes.bullet_list | nodes.enumerated_list):
                yield from _items(part, depth + 1, level, nesting)
            else:
                yield from _blocks(_alone(part), level, nesting)


def _definitions(parent: nodes.Element, level: int, nesting: int) -> Iterator[Block]:
    for item in _elements(parent):
        term = " ".join(line_of(each) for each in item.children if not _defines(each))
        bodies = [each for each in _elements(item) if _defines(each)]
        whole = [part for body in bodies for part in _elements(body)]
        if len(whole) == 1 and isinstance(whole[0], nodes.paragraph):
            yield KeyValue(f"{term}: {line_of(whole[0])}")
            continue
        yield Paragraph(f"{term}:")
        for body in bodies:
            yield from _blocks(body, level, nesting)


def _table(table: nodes.table) -> Iterator[Block]:
    titles = [each for each in _elements(table) if isinstance(each, nodes.title)]
    yield from (Paragraph(line_of(title)) for title in titles)
    heads = [_cells(row) for head in table.findall(nodes.thead) for row in _elements(head)]
    rows = [_cells(row) for body in table.findall(nodes.tbody) for row in _elements(body)]
    yield from rows_with_headers(heads, rows) if heads else rows_of(rows)


def _cells(row: nodes.Element) -> list[str]:
    return [
        text
        for cell in _elements(row)
        for text in over_columns(line_of(cell), int(cell.get("morecols", 0)) + 1)
    ]


def _unknown(message: nodes.Element, level: int, nesting: int) -> Iterator[Block]:
    """Yield what cannot be read as it should be, such as directives of other systems."""
    sources = [each.astext() for each in message.findall(nodes.literal_block)]
    match = _DIRECTIVE.match(sources[0]) if sources else None
    if match is None:  # such as a table that is drawn wrong
        yield from (Code(source) for source in sources)
        return
    if nesting >= _MAX_NESTING:
        return
    lines = sources[0].split("\n")[1:]
    while lines and (_OPTION.fullmatch(lines[0]) or not lines[0].strip()):
        lines.pop(0)
    name, argument, body = match.group(1), match.group(2), dedent("\n".join(lines))
    if name in _CODE_DIRECTIVES:
        yield Code(body, argument)
    elif name not in _SILENT_DIRECTIVES:
        yield from _blocks(_tree(f"{argument}\n\n{body}"), level, nesting + 1)


def _alone(node: nodes.Element) -> nodes.Element:
    around = nodes.container()
    around += node.deepcopy()
    return around


def _elements(node: nodes.Node) -> list[nodes.Element]:
    return [each for each in node.children if isinstance(each, nodes.Element)]


def _defines(node: nodes.Node) -> bool:
    return isinstance(node, nodes.definition)


def _language(node: nodes.Element) -> str:
    names = [name for name in node.get("classes", []) if name != "code"]
    return str(names[0]) if names else ""
