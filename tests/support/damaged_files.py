"""Files of every form, and damaged copies of them."""

import random
from io import BytesIO
from zipfile import ZipFile

from askmesh.uploads import MediaType
from support.archives import zip_file
from support.office import docx_file, eml_file, epub_file, odt_file, pptx_file, xlsx_file
from support.outlook import msg_file
from support.pdf import pdf

TEXT = (
    b"---\ntitle: A\n---\n# Guide\n\n1. one\n   - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    b"<table><tr><th>x</th></tr></table>\n\n```py\nx = 1\n```\n\nkey: value\nother: 2\n"
)
SEEDS = {
    MediaType.PLAIN_TEXT: TEXT,
    MediaType.MARKDOWN: TEXT,
    MediaType.HTML: b"<html lang=en><ul><li>a<ol><li>b</ol></ul><table><tr><td>1</td></tr></table>"
    b"<pre class=language-x>x</pre><dl><dt>k<dd>v</dl>",
    MediaType.PDF: pdf(["First page\nof two.", "Second page."], title="A file"),
    MediaType.DOCX: docx_file(),
    MediaType.PPTX: pptx_file(),
    MediaType.ODT: odt_file(),
    MediaType.XLSX: xlsx_file(),
    MediaType.EPUB: epub_file(),
    MediaType.EML: eml_file(),
    MediaType.MSG: msg_file({"0037": "A", "1000": "Text."}, attachments=[("a.md", TEXT)]),
    MediaType.ZIP: zip_file({"a.md": TEXT, "b.zip": zip_file({"c.docx": docx_file()})}),
    MediaType.RST: b"A\n=\n\n- x\n\n  1. y\n\n.. note:: z\n\n==  ==\na   b\n==  ==\n1   2\n"
    b"==  ==\n\n.. code-block:: py\n\n   x = 1\n\nt\n   d\n",
    MediaType.ASCIIDOC: b"= A\nMe\n\n* x\n** y\n\nt:: d\n\n|===\n|a |b\n\n|1 2+|3\n|===\n\n"
    b"----\nx\n----\n",
    MediaType.CSV: b'a,b,c\n1,"2\n3",4\n',
    MediaType.IPYNB: b'{"cells": [{"cell_type": "markdown", "source": ["# A"]}]}',
    MediaType.RTF: rb"{\rtf1 {\b The dock} is closed.\par\u8217?\'e9}",
}


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """A copy with some bytes changed, left out, doubled, or cut off."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 200)]
            case _:
                data[at:at] = chance.randbytes(chance.randint(1, 4))
    return bytes(data[: chance.randrange(len(data) + 1)] if not chance.randrange(4) else data)


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """A damaged copy; of an archive, now and then only one of its members is damaged."""
    if not seed.startswith(b"PK") or not chance.randrange(4):
        return mutated(seed, chance)
    buffer = BytesIO()
    with ZipFile(BytesIO(seed)) as archive, ZipFile(buffer, "w") as copy:
        names = archive.namelist()
        chosen = chance.choice(names)
        for name in names:
            data = archive.read(name)
            copy.writestr(name, mutated(data, chance) if name == chosen and data else data)
    return buffer.getvalue()
