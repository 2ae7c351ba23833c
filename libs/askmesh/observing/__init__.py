"""A receiver of traces and logs that keeps the last of them, and a page that shows them."""

from askmesh.observing._keeping import Kept, LogLine
from askmesh.observing._observing import MeshObserver, observing
from askmesh.observing._spans import SeenSpan, is_whole, span_from_plain, span_to_plain

__all__ = [
    "Kept",
    "LogLine",
    "MeshObserver",
    "SeenSpan",
    "is_whole",
    "observing",
    "span_from_plain",
    "span_to_plain",
]
