"""The Python language reference that ships inside Python, as documents."""

from collections.abc import Iterator
from importlib import import_module

from askmesh.client import MediaType, SourceDocument

SOURCE_FOLDER = "python-language-reference/"


def language_reference() -> Iterator[SourceDocument]:
    """Yield one document per topic of Python's built-in help."""
    topics: dict[str, str] = import_module("pydoc_data.topics").topics
    for name, text in sorted(topics.items()):
        yield SourceDocument(
            source=f"{SOURCE_FOLDER}{name}.txt",
            content=text.encode(),
            media_type=MediaType.PLAIN_TEXT,
        )
