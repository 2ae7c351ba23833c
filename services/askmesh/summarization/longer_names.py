"""Names that are a part of longer ones: what is said of a "Nova Max" is not said of the "Nova"."""

import re
from collections.abc import Iterable

from askmesh.summarization.statements import NAME_RUN

_RUN = re.compile(rf"(?:\b(?:The|A|An|Our|Your) )?({NAME_RUN})")
_GOES_ON = r"[ -](?:[^\W\d_a-z]|\d)"


def names_a_part(question: str, claim: str, told: str, others: Iterable[str]) -> bool:
    """Tell whether `told` has a name of a question only in a longer one, and others have it alone.

    A claim that has the longer one, too, is no matter.
    """
    texts = list(others)
    return any(
        _is_only_part(name, told) and any(_stands_alone(name, text) for text in texts)
        for name in _RUN.findall(question)
        if name in claim and not _stands_in_longer(name, claim)
    )


def _is_only_part(name: str, text: str) -> bool:
    return _stands_in_longer(name, text) and not _stands_alone(name, text)


def _stands_in_longer(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}{_GOES_ON}", text) is not None


def _stands_alone(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b(?!{_GOES_ON})", text) is not None
