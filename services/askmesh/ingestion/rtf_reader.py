"""RTF: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from striprtf.striprtf import rtf_to_text

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.text_reader import read_text


def read_rtf(content: bytes) -> ReadDocument:
    """Return the text, with the lists and tables that its layout shows."""
    text: str = rtf_to_text(content.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    return read_text("\n\n".join(line for line in text.split("\n") if line.strip()))
