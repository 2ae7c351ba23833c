"""Answers and sentences as language models write them, of which is known whether they are told.

To made-up organisations belong answers of a small model: right ones, and wrong ones in the words of
the evidence (`claims`); and one of either sort in the same manner, so that nobody tells them apart
without the evidence (`pairs`). To made-up passages, as a search finds them, belong sentences of
answers (`passages`). Each comes with evidence to read it with.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.quality.labelled_statements import (
    ORGANISATIONS,
    is_held_out,
    likeness,
    passages_in,
)
from benchmarks.quality.support_check import Piece, pieces

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.grounds import Ground, GroundT
from askmesh.summarization.support import Finding, Grounds
from askmesh.summarization.values import Source

CLAIMS = Path(__file__).parent / "claims"
PAIRS = Path(__file__).parent / "pairs"
PASSAGES = Path(__file__).parent / "passages"
OTHERS = 6
MOST_CHARACTERS = 450
"""No more of the evidence is read with a claim."""
_SAME = 0.85
_MOST_MISLEADING = 3


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, whether the evidence tells it, and what the rules of the check find.

    `evidence` is chosen as for an answer in the making; `quoted` is what its author had in mind,
    `misleading` what is near and tells nothing of it: both are empty where nobody knows.
    """

    source: str
    question: str
    claim: str
    is_told: bool
    kind: str
    evidence: str
    finding: Finding[Any]
    quoted: str = ""
    misleading: str = ""

    @property
    def is_of_pair(self) -> bool:
        """Whether there is one of the other sort in the same manner."""
        return self.kind.startswith(("plain-", "free-"))


def of_organisations(support_bar: float, *, held_out: bool) -> Iterator[JudgedClaim]:
    """Yield the answers to the documents of organisations, those of `claims`, then of `pairs`."""
    for folder in (CLAIMS, PAIRS):
        for file in sorted(folder.glob("*.json")):
            if is_held_out(file.stem) is not held_out:
                continue
            _, sources = _organisation(file.stem)
            for row in json.loads(file.read_text(encoding="utf-8")):
                yield _of_organisation(file.stem, row, sources, support_bar)


def of_quotes(support_bar: float, share: float) -> Iterator[JudgedClaim]:
    """Yield statements of organisations as they stand, of a share of what is learnt from.

    What answers a question is told; what only looks as if it did is not.
    """
    for file in sorted(ORGANISATIONS.glob("*.json")):
        questions, sources = _organisation(file.stem)
        for asked in questions:
            if is_held_out(file.stem) or not _is_of_share(asked["question"], share):
                continue
            for quotes, is_told in ((asked["answers"], True), (asked["near"], False)):
                row = {"question": asked["question"], "evidence": quotes, "right": is_told}
                if quotes:
                    said = {"claim": quotes[0], "kind": "quoted" if is_told else "near"}
                    yield _of_organisation(file.stem, row | said, sources, support_bar)


def of_sentences(support_bar: float, share: float) -> Iterator[JudgedClaim]:
    """Yield a share of the sentences of passages as they stand, each with a question to these."""
    for source, row in _passage_sets(held_out=False):
        evidence = pieces(row)
        for number, piece in enumerate(evidence):
            if _is_of_share(piece.text, share):
                question = row["answers"][number % len(row["answers"])]["question"]
                said = {"text": piece.text, "supported": True, "kind": "verbatim"}
                yield _of_passages(source, question, said, evidence, support_bar)


def of_passages(support_bar: float, *, held_out: bool) -> Iterator[JudgedClaim]:
    """Yield the sentences about passages."""
    for source, row in _passage_sets(held_out=held_out):
        evidence = pieces(row)
        for answer in row["answers"]:
            for said in answer["sentences"]:
                yield _of_passages(source, answer["question"], said, evidence, support_bar)


def _passage_sets(*, held_out: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in sorted(PASSAGES.glob("*.json")):
        for number, row in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            if is_held_out(source := f"{file.stem} {number}") is held_out:
                yield source, row


def _organisation(name: str) -> tuple[Sequence[Mapping[str, Any]], list[Source]]:
    """Return the questions to an organisation's documents, and their passages."""
    content = json.loads((ORGANISATIONS / f"{name}.json").read_text(encoding="utf-8"))
    passages = passages_in(content["documents"])
    sources = [Source(passage_id=p.passage_id, title=p.title, text=p.text) for p in passages]
    return content["questions"], sources


def _is_of_share(text: str, share: float) -> bool:
    return sha256(text.encode()).digest()[1] < 256 * share


def _of_organisation(
    source: str, row: Mapping[str, Any], sources: Sequence[Source], support_bar: float
) -> JudgedClaim:
    ranked = rank_units(row["question"], sources)
    quoted = [each for each in ranked if likeness(each.own, row["evidence"]) >= _SAME]
    shown = [*quoted, *[each for each in ranked[:OTHERS] if each not in quoted]]
    grounds = Grounds(row["question"], shown, support_bar=support_bar)
    finding = grounds.check(row["claim"])
    near = [each for each in ranked[: OTHERS + 2] if each not in quoted]
    return JudgedClaim(
        source=source,
        question=row["question"],
        claim=row["claim"],
        is_told=row["right"],
        kind=row["kind"],
        evidence=beside_a_claim(_under(grounds, row["claim"]), shown),
        quoted=beside_a_claim(quoted, shown),
        misleading=beside_a_claim(near[:_MOST_MISLEADING], ()),
        finding=finding,
    )


def _of_passages(
    source: str,
    question: str,
    said: Mapping[str, Any],
    evidence: Sequence[Piece],
    support_bar: float,
) -> JudgedClaim:
    grounds = Grounds(question, evidence, support_bar=support_bar)
    finding, under = grounds.check(said["text"]), _under(grounds, said["text"])
    return JudgedClaim(
        source=source,
        question=question,
        claim=said["text"],
        is_told=said["supported"],
        kind=said["kind"],
        evidence=beside_a_claim(under, _nearest_first(under, evidence)),
        finding=finding,
    )


def beside_a_claim(chosen: Sequence[GroundT], others: Iterable[GroundT]) -> str:
    """Return evidence as it is read: first what a claim rests on, then others if they fit.

    What stands in one place is written below it once.
    """
    below: dict[str, list[str]] = {}
    for unit in _fitting(chosen, others):
        below.setdefault(unit.breadcrumb, []).append(" ".join(unit.text.split()))
    return "\n".join(line for place, texts in below.items() for line in (place, *texts) if line)


def _fitting(chosen: Sequence[GroundT], others: Iterable[GroundT]) -> Iterator[Ground]:
    left = MOST_CHARACTERS
    for unit in (*chosen, *[each for each in others if each not in chosen]):
        left -= len(unit.text)
        if left < 0 and unit not in chosen:
            return
        yield unit


def _under(grounds: Grounds[GroundT], claim: str) -> tuple[GroundT, ...]:
    """Return the units that hold most of a claim, however short it is."""
    return grounds.check(claim, is_sentence=False).units


def _nearest_first(chosen: Sequence[Piece], evidence: Sequence[Piece]) -> list[Piece]:
    numbers = {each.source_number for each in chosen}
    return sorted(evidence, key=lambda each: each.source_number not in numbers)
