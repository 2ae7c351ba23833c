"""Source code, data and notebooks: what is written is kept as it stands."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from askmesh.ingestion.blocks import Block, Code, Heading, ReadDocument, first_heading
from askmesh.ingestion.data_reader import blocks_of_data
from askmesh.ingestion.markdown_reader import blocks_of_markdown
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_CHARACTERS = 2 * 1024 * 1024


def read_source_code(text: str) -> ReadDocument:
    """Return the code, whole; of data, lists of records as tables beside the rest."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentRefusedError(
            "CONTENT_TOO_LARGE", f"It has more than {MAX_CHARACTERS} characters of code or data."
        )
    return ReadDocument("", blocks_of_data(text) or (Code(text),))


def read_notebook(text: str) -> ReadDocument:
    """Return the Markdown and the code of a notebook; what the code printed is left out."""
    notebook: object = json.loads(text)
    facts = _field(notebook, "metadata")
    language = _field(_field(facts, "kernelspec"), "language") or _field(
        _field(facts, "language_info"), "name"
    )
    sheets = [notebook, *_listed(_field(notebook, "worksheets"))]  # of notebooks before 2015
    cells = [cell for sheet in sheets for cell in _listed(_field(sheet, "cells"))]
    blocks = tuple(_blocks(cells, str(language or "").lower()))
    return ReadDocument(first_heading(blocks), blocks)


def _blocks(cells: list[object], language: str) -> Iterator[Block]:
    for cell in cells:
        source = _field(cell, "source") or _field(cell, "input")
        lines = _listed(source) or [source]
        text = "".join(line for line in lines if isinstance(line, str))
        match _field(cell, "cell_type"):
            case "markdown" | "raw":
                yield from blocks_of_markdown(text)
            case "heading":
                level = _field(cell, "level")
                yield Heading(level if isinstance(level, int) else 1, text)
            case "code" if text.strip():
                yield Code(text.strip("\n"), str(_field(cell, "language") or language))
            case _:
                pass


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _field(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, dict) else None
