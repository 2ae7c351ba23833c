"""Readers of reStructuredText and AsciiDoc."""

import pytest

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
)
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType
from support.reading import texts

RST = """
=====
Gates
=====

:Author: Ines Carvalho
:Date: 2024-02-11

See :ref:`the setup <setup>` and
``--dry-run``.

Setup
-----

1. Open it::

      gate open
        --all

2. Wait.

   - a while

term
   What it means.

======  =====
Room    Seats
======  =====
Alder   20
======  =====

.. versionadded:: 1.2
   The lift is new.

.. code-block:: python

   x = 1

.. include:: /etc/hostname
"""
ASCIIDOC = """= Gates
Ines Carvalho <ines@farm.example>
v1.0, 2024-02-11
:tool: gatectl

See <<setup,the setup>> and
`--dry-run` of *{tool}*, and snake_case_names.

== Setup

. Open it:
+
[source,sh]
----
gate open
  --all
----
. Wait.
** a while

term:: What it means.

[%header,cols="1,1"]
|===
|Room |Seats
|Alder
|20
|===

////
hidden
////

include::/etc/hostname[]
"""
COMMON = (
    Heading(2, "Setup"),
    ListItem("Open it:", 0, "1"),
    ListItem("Wait.", 0, "2"),
    ListItem("a while", 1),
    KeyValue("term: What it means."),
    LabelledRow((("Room", "Alder"), ("Seats", "20"))),
)


@pytest.mark.parametrize(
    ("content", "media_type", "others"),
    [
        (
            RST,
            MediaType.RST,
            [
                KeyValue("Author: Ines Carvalho"),
                KeyValue("Date: 2024-02-11"),
                Paragraph("See the setup and --dry-run."),
                Code("gate open\n  --all"),
                Paragraph("1.2"),
                Paragraph("The lift is new."),
                Code("x = 1", "python"),
            ],
        ),
        (
            ASCIIDOC,
            MediaType.ASCIIDOC,
            [
                KeyValue("author: Ines Carvalho"),
                Paragraph("See the setup and --dry-run of gatectl, and snake_case_names."),
                Code("gate open\n  --all", "sh"),
            ],
        ),
    ],
)
def test_a_document_in_markup_is_read_with_what_it_is_made_of(
    content: str, media_type: MediaType, others: list[Block]
) -> None:
    document = read(content.encode(), media_type)
    assert document.title == "Gates"
    assert document.attributes == {"author": "Ines Carvalho", "date": "2024-02-11"}
    assert [block for block in document.blocks if block in COMMON] == list(COMMON)
    assert [block for block in document.blocks[1:] if block not in COMMON] == others


@pytest.mark.parametrize("media_type", [MediaType.RST, MediaType.ASCIIDOC])
def test_markup_that_goes_wrong_loses_no_words(media_type: MediaType) -> None:
    document = read(b"Some *bold words `and\n\n----\n\n|===\n|open words\n", media_type)
    text = " ".join(block.text for block in document.blocks)
    assert "bold words" in text
    assert "open words" in text


@pytest.mark.parametrize(
    "table",
    [
        "[cols=2*,options=header]\n|===\n|Room|Seats\n|Elm|9\n|===\n",
        "[%header]\n,===\nRoom,Seats\nElm,9\n,===\n",
        '[%header,format="dsv"]\n|===\nRoom:Seats\nElm:9\n|===\n',
    ],
)
def test_tables_of_asciidoc_may_be_written_in_several_ways(table: str) -> None:
    blocks = read(table.encode(), MediaType.ASCIIDOC).blocks
    assert [block.text for block in blocks] == ["Room: Elm | Seats: 9"]


CELLS = "<tr><th>Hair<th>Skin<th>Nails</tr>{}<tr><td>no<td>yes<td>no</tr>"
GRID = """
+------+------+-------+
| Hair | Skin | Nails |
+======+======+=======+
{}
| no   | yes  | no    |
+------+------+-------+
"""
BARS = """
[options="header"]
|===
|Hair |Skin |Nails
{}
|no |yes |no
|===
"""


@pytest.mark.parametrize(
    ("media_type", "table", "spanned", "equal"),
    [
        (MediaType.HTML, f"<table>{CELLS}</table>", "<tr><td colspan=3>yes</tr>",
         "<tr><td>yes<td>yes<td>yes</tr>"),
        (MediaType.RST, GRID, f"| yes {' ' * 16}|\n+------+------+-------+",
         "| yes  | yes  | yes   |\n+------+------+-------+"),
        (MediaType.ASCIIDOC, BARS, "3+|yes", "3*|yes"),
    ],
)  # fmt: skip
def test_a_cell_that_spans_all_columns_is_a_title_and_equal_cells_are_values(
    media_type: MediaType, table: str, spanned: str, equal: str
) -> None:
    last = "Hair: no | Skin: yes | Nails: no"
    assert texts(table.format(spanned).encode(), media_type) == [f"yes | {last}"]
    assert texts(table.format(equal).encode(), media_type) == [
        "Hair: yes | Skin: yes | Nails: yes", last
    ]  # fmt: skip
