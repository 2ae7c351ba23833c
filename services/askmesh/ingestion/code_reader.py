"""Source code and notebooks: what is written is kept as it stands."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from askmesh.ingestion.blocks import Block, Code, ReadDocument, first_heading
from askmesh.ingestion.markdown_reader import blocks_of_markdown
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_CHARACTERS = 2 * 1024 * 1024


def read_source_code(text: str) -> ReadDocument:
    """Return the code, whole."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentRefusedError(
            "CONTENT_TOO_LARGE", f"It has more than {MAX_CHARACTERS} characters of code or data."
        )
    return ReadDocument("", (Code(text),))


def read_notebook(text: str) -> ReadDocument:
    """Return the Markdown and the code of a notebook; what the code printed is left out."""
    notebook: object = json.loads(text)
    cells = _field(notebook, "cells")
    language = str(_field(_field(_field(notebook, "metadata"), "kernelspec"), "language") or "")
    listed = cast("list[object]", cells) if isinstance(cells, list) else []
    blocks = tuple(_blocks(listed, language))
    return ReadDocument(first_heading(blocks), blocks)


def _blocks(cells: list[object], language: str) -> Iterator[Block]:
    for cell in cells:
        source = _field(cell, "source")
        lines = cast("list[object]", source) if isinstance(source, list) else [source]
        text = "".join(line for line in lines if isinstance(line, str))
        if _field(cell, "cell_type") == "markdown":
            yield from blocks_of_markdown(text)
        elif _field(cell, "cell_type") == "code" and text.strip():
            yield Code(text.strip("\n"), language)


def _field(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, dict) else None
