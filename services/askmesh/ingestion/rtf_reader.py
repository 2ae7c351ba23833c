"""RTF: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

import re
from dataclasses import replace

from striprtf.striprtf import rtf_to_text

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.text_reader import read_text

_FACT = re.compile(r"\{\\(title|author|keywords) ?([^{}]*)\}")
_MADE = re.compile(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_HEAD = 64 * 1024
# The library leaves notes out; they are told where they hang.
_NOTE = re.compile(r"\{\\footnote\b")


def read_rtf(content: bytes) -> ReadDocument:
    """Return the text, with the lists and tables that its layout shows, and who wrote it when."""
    rtf = content.decode("latin-1")
    facts = {
        name: _plain("{\\rtf1\\ansi " + value + "}") for name, value in _FACT.findall(rtf[:_HEAD])
    }
    if made := _MADE.search(rtf, 0, _HEAD):
        facts["date"] = "-".join(number.zfill(2) for number in made.groups())
    lines = [line for line in _plain(_NOTE.sub("{ ", rtf)).split("\n") if line.strip()]
    document = read_text("".join(map(_apart, lines)))
    title = facts.get("title") or document.title
    return replace(document, title=title, attributes=attributes_of(facts))


def _apart(line: str) -> str:
    """Return a line as a paragraph, or as a row of a table, which the library ends with a bar."""
    return f"|{line}\n" if line.endswith("|") else f"\n{line}\n\n"


def _plain(rtf: str) -> str:
    text: str = rtf_to_text(rtf, errors="replace")  # type: ignore[no-untyped-call]
    return text
