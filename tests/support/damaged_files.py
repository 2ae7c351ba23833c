"""Files of every form, and damaged copies of them."""

import random
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile

from askmesh.uploads import MediaType
from support.archives import zip_file
from support.office import (
    clauses_file,
    docx_file,
    eml_file,
    epub_file,
    odt_file,
    pptx_file,
    slide_show_file,
    xlsx_file,
)
from support.outlook import msg_file
from support.pdf import form_pdf, pdf

TEXT = (
    b"---\ntitle: A\n---\n# Guide\n\n1. one\n   - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    b"<table><tr><th>x</th></tr></table>\n\n```py\nx = 1\n```\n\nkey: value\nother: 2\n"
)
_OF_FORMS = {
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
_INVITATION = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:A\r\nDTSTART;TZID=X:20260304T090000\r\n"
    b"LOCATION:B\\, C\r\nDESCRIPTION:D\\nE\r\n  F\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class Seed(NamedTuple):
    """A whole file, and the form in which it is sent."""

    media_type: MediaType
    content: bytes


SEEDS: Mapping[str, Seed] = {
    **{media_type.name: Seed(media_type, content) for media_type, content in _OF_FORMS.items()},
    "SUBTITLES": Seed(
        MediaType.PLAIN_TEXT,
        b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v A>One\ntwo.\n\n"
        b"2\n00:05.000 --> 00:06.000\nThree.\n",
    ),
    "CALENDAR": Seed(MediaType.PLAIN_TEXT, _INVITATION),
    "ADDRESSES": Seed(
        MediaType.PLAIN_TEXT,
        b"BEGIN:VCARD\r\nN:A;B;;;\r\nFN:B A\r\nTEL;TYPE=WORK:1\r\nADR:;;C;D;;E;F\r\nEND:VCARD\r\n",
    ),
    "LOG": Seed(
        MediaType.PLAIN_TEXT, b"2026-02-03 10:00:00 INFO a\n at b\n at c\nERROR 2026-02-03 d\n"
    ),
    "QUOTES": Seed(
        MediaType.PLAIN_TEXT, b"A\n> B wrote:\n> 1 Open\n> 2 Shut\n>> C  D\n>> E  F\n--\nG\n"
    ),
    "SHEET": Seed(MediaType.CSV, b"A;A;A\n\nB:;1;;C:;2\nD:;3;;E:;4\n\nF;G;H\nI\n1;2;3\nJ\n4;5;6\n"),
    "NOTES": Seed(
        MediaType.MARKDOWN, b"A[^1] ~~b~~ <s>c</s>\n\n> [!note] d\n\nT\n: e\n\n[^1]: f\n\n    g\n"
    ),
    "INVITATION": Seed(
        MediaType.EML,
        b"Subject: A\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n" + _INVITATION,
    ),
    "FORM": Seed(
        MediaType.PDF,
        form_pdf("BT /F1 11 Tf 50 800 Td (A) Tj 4 Ts /F1 7 Tf (1) Tj ET", [("B", "C", 120, 796)]),
    ),
    "SLIDE_SHOW": Seed(MediaType.PPTX, slide_show_file()),
    "CLAUSES": Seed(MediaType.DOCX, clauses_file()),
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
