"""What sentences of an answer are checked against."""

from dataclasses import dataclass

from askmesh.summarization.support import Grounds


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence."""

    source_number: int
    text: str
    breadcrumb: str = ""
    is_setting: bool = False


def grounds(*pieces: Piece, question: str = "When did the oil crisis begin?") -> Grounds[Piece]:
    """Return what checks sentences of an answer to the question."""
    return Grounds(question, pieces, support_bar=0.7)
