"""A piece of an answer in the sources' own words or figures."""

from dataclasses import dataclass

from askmesh.summarization.evidence import EvidenceUnit


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of an answer: its text, the units behind it, and what is cited of the first.

    `after` is shown after the marks of its sources: a block of code, the steps of a list.
    """

    text: str
    units: tuple[EvidenceUnit, ...] = ()
    quote: str = ""
    after: str = ""
