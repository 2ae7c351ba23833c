"""Names that are a part of longer ones: what is said of a "Nova Max" is not said of the "Nova"."""

import re

from askmesh.summarization.statements import NAME_RUN

_RUN = re.compile(rf"(?:\b(?:The|A|An|Our|Your) )?({NAME_RUN}(?:[ -]\d+)?)")


def names_a_part(question: str, claim: str, told: str, evidence: str) -> bool:
    """Tell whether `told` has a name of a question only in a longer one, and `evidence` alone.

    A claim that has the longer one, too, is no matter.
    """
    said = {*_names(question)} & {*_names(claim)}
    parts = _parts(said, told) if said else said
    return bool(parts) and bool(parts & {*_names(evidence)})


def _parts(said: set[str], told: str) -> set[str]:
    names = _names(told)
    longer = (name for name in said if any(other.startswith(f"{name} ") for other in names))
    return {*longer} - {*names}


def _names(text: str) -> list[str]:
    return [name.rstrip(".'\u2019") for name in _RUN.findall(text)]
