"""How the check of sentences agrees with people who read the same answers.

    python -m benchmarks.quality.support_check FOLDER --output benchmarks/results/support-check.json

FOLDER holds files of judged answers, one JSON object a line: `ragtruth_qa.jsonl`,
`attributed_claims.jsonl`, `faithbench.jsonl` with judged sentences,
`mtrag_human_faithfulness.jsonl` with judged answers. Half of the passages, by a hash, is for
choosing constants (`--part tuned`); the claims come from the other half.

A sentence is released if it passes the check, or claims nothing (the lead-in of a list). Answers
are flagged if a sentence is marked. `--list 40` prints sentences of each kind of error.
"""

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim, publish

from askmesh.inference import load_profile
from askmesh.summarization.support import Fault, Finding, Grounds
from askmesh.text import sentences, stems

STRICT, MARKING = "qwen2.5-coder-1.5b-instruct", "llama-3.1-8b-instruct"
CLAIMS_NOTHING = frozenset({Fault.FRAGMENT, Fault.ABSENCE})
SENTENCES = ("ragtruth_qa", "attributed_claims", "faithbench")
ANSWERS = "mtrag_human_faithfulness"
# In these answers, passages are named by number; ours are cited by marks, which are taken off.
_MARK = re.compile(r"\(?\bpassages? ?\d(?:(?:,| and|, and) \d)*\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of a passage."""

    source_number: int
    text: str
    breadcrumb: str
    is_setting: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with people's judgement of it, and the check's."""

    answer: str
    text: str
    is_supported: bool
    verdict: Finding[Piece]
    coverage: float
    """The share of its words that stand anywhere in the passages: what we compare with."""

    def passes(self, bar: float) -> bool:
        """Whether it is released, or not marked."""
        fault = self.verdict.fault
        if fault is not None:
            return fault in CLAIMS_NOTHING
        return self.verdict.support >= bar

    @property
    def score(self) -> float:
        """The check's own order of sentences, by which one bar after another is tried."""
        if self.verdict.fault is None:
            return self.verdict.support
        return 1.0 if self.verdict.fault in CLAIMS_NOTHING else self.verdict.support / 2

    def fault(self, bar: float) -> str:
        """What the check has against it."""
        verdict = self.verdict
        if verdict.fault is None:
            return "NONE" if verdict.support >= bar else "COVERAGE"
        return verdict.contradiction.name if verdict.contradiction else verdict.fault.name


def rows(folder: Path, name: str, part: str) -> Iterator[Mapping[str, Any]]:
    """Yield the judged answers of one half of the passages."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            digest = hashlib.sha256(str(row["group"]).encode()).hexdigest()
            if (int(digest, 16) % 2 == 0) == (part == "tuned"):
                yield row


def pieces(row: Mapping[str, Any]) -> list[Piece]:
    """Return the sentences of all passages."""
    return [
        Piece(number, passage["text"][span.start : span.end], passage["title"])
        for number, passage in enumerate(row["passages"], start=1)
        for span in sentences(passage["text"])
    ]


def judged(folder: Path, name: str, part: str) -> list[Judged]:
    """Return the sentences that people judged, each checked."""
    found: list[Judged] = []
    for row in rows(folder, name, part):
        said = [(item["text"], item["supported"]) for item in row["sentences"]]
        found += checked(row, [one for one in said if one[1] is not None])
    return found


def checked(row: Mapping[str, Any], said: Sequence[tuple[str, bool]]) -> Iterator[Judged]:
    """Yield the sentences of an answer, each checked."""
    evidence = pieces(row)
    grounds = Grounds(row["question"], evidence, support_bar=0.0)
    known = stems(" ".join(piece.text for piece in evidence))
    for text, is_supported in said:
        words = stems(text)
        verdict = grounds.check(_MARK.sub(" ", text))
        coverage = len(words & known) / len(words) if words else 0.0
        yield Judged(row["id"], text, is_supported, verdict, coverage)


def judged_answers(folder: Path, part: str) -> list[tuple[bool, list[Judged]]]:
    """Return for each answer whether people found it faithful, and its sentences."""
    found: list[tuple[bool, list[Judged]]] = []
    for row in rows(folder, ANSWERS, part):
        if row["faithful"] is not None:
            text, is_faithful = row["answer"], row["faithful"]
            said = [(text[span.start : span.end], is_faithful) for span in sentences(text)]
            found.append((is_faithful, list(checked(row, said))))
    return found


def of_sentences(items: Sequence[Judged], bar: float) -> dict[str, object]:
    """Return how sentences fare at a bar, and what the check has against which."""
    good = [item for item in items if item.is_supported]
    bad = [item for item in items if not item.is_supported]
    faults = Counter((item.fault(bar), item.is_supported) for item in items)
    return {
        "supported": len(good),
        "unsupported": len(bad),
        "released_of_supported": _share(item.passes(bar) for item in good),
        "released_of_unsupported": _share(item.passes(bar) for item in bad),
        "unsupported_among_released": _share(
            not item.is_supported for item in items if item.passes(bar)
        ),
        "auroc": _auroc([item.score for item in good], [item.score for item in bad]),
        "auroc_of_coverage": _auroc([i.coverage for i in good], [i.coverage for i in bad]),
        "released_by_coverage": _released_at(
            [item.coverage for item in good],
            [item.coverage for item in bad],
            sum(item.passes(bar) for item in bad),
        ),
        "f1_of_unsupported": _f1((not i.is_supported, not i.passes(bar)) for i in items),
        "faults": {
            name: {
                "of_supported": round(faults[name, True] / len(good), 3),
                "of_unsupported": round(faults[name, False] / len(bad), 3),
            }
            for name in sorted({name for name, _ in faults})
        },
    }


def answer_f1(answers: Sequence[tuple[bool, Sequence[Judged]]], bar: float) -> float:
    """Return F1 of finding the answers that are not all supported."""
    return _f1((not good, not all(i.passes(bar) for i in said)) for good, said in answers)


def flagging_all_f1(answers: Sequence[tuple[bool, Sequence[Judged]]]) -> float:
    """Return F1 of flagging every answer."""
    return _f1((not good, True) for good, _ in answers)


def by_answer(items: Sequence[Judged]) -> list[tuple[bool, list[Judged]]]:
    """Return sentences answer by answer; an answer is good if all of its sentences are."""
    answers: dict[str, list[Judged]] = {}
    for item in items:
        answers.setdefault(item.answer, []).append(item)
    return [(all(item.is_supported for item in said), said) for said in answers.values()]


def _share(flags: Iterator[bool]) -> float:
    found = list(flags)
    return round(sum(found) / len(found), 3) if found else 0.0


def _auroc(good: Sequence[float], bad: Sequence[float]) -> float:
    wins = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    return round(wins / (len(good) * len(bad)), 3)


def _released_at(good: Sequence[float], bad: Sequence[float], released_bad: int) -> float:
    """Return the share of `good` above a bar that at most so many of `bad` reach."""
    bars = sorted(set(good), reverse=True)
    fitting = [bar for bar in bars if sum(value >= bar for value in bad) <= released_bad]
    return _share(value >= min(fitting, default=2.0) for value in good)


def _f1(pairs: Iterator[tuple[bool, bool]]) -> float:
    counts = Counter(pairs)
    wrong = counts[True, False] + counts[False, True]
    return round(2 * counts[True, True] / max(1, 2 * counts[True, True] + wrong), 3)


def measure(folder: Path, part: str) -> tuple[dict[str, Any], list[Claim]]:
    """Return all results of one half, and what is claimed of them."""
    strict, marking = (load_profile(name).support_bar for name in (STRICT, MARKING))
    results: dict[str, Any] = {}
    for name in SENTENCES:
        items = judged(folder, name, part)
        answers = by_answer(items)
        results[name] = {
            "strict": of_sentences(items, strict),
            "mark": of_sentences(items, marking),
            "answer_f1_marking": answer_f1(answers, marking),
            "answer_f1_flagging_all": flagging_all_f1(answers),
        }
    answers = judged_answers(folder, part)
    results[ANSWERS] = {
        "answers": len(answers),
        "answer_f1_marking": answer_f1(answers, marking),
        "answer_f1_flagging_all": flagging_all_f1(answers),
    }
    return results, claims(results)


def claims(results: Mapping[str, Any]) -> list[Claim]:
    """Return what is claimed."""
    ragtruth = results["ragtruth_qa"]
    sets = {"RAGTruth QA": "ragtruth_qa", "attributed claims": "attributed_claims"}
    found = [
        Claim(
            "RAGTruth QA: answers with an unsupported part found by marking, F1",
            ragtruth["answer_f1_marking"],
            ">= 0.5",
            f"flagging every answer: {ragtruth['answer_f1_flagging_all']}",
        )
    ]
    for label, name in (*sets.items(), ("FaithBench", "faithbench")):
        strict = results[name]["strict"]
        goals = (">= 0.7", "<= 0.07") if name == "ragtruth_qa" else (None, None)
        found += [
            Claim(
                f"{label}: released of supported",
                strict["released_of_supported"],
                goals[0],
                f"by word coverage, with no more unsupported: {strict['released_by_coverage']}",
            ),
            Claim(f"{label}: released of unsupported", strict["released_of_unsupported"], goals[1]),
            Claim(
                f"{label}: AUROC of the support of sentences",
                strict["auroc"],
                baseline=f"word coverage: {strict['auroc_of_coverage']}",
            ),
        ]
    mtrag = results[ANSWERS]
    found.append(
        Claim(
            "MTRAG: unfaithful answers found by marking, F1",
            mtrag["answer_f1_marking"],
            baseline=f"flagging every answer: {mtrag['answer_f1_flagging_all']}",
        )
    )
    found.append(
        Claim(
            "RAGTruth QA: unsupported among released sentences",
            ragtruth["strict"]["unsupported_among_released"],
        )
    )
    return found


def show_errors(folder: Path, part: str, count: int) -> None:
    """Print some sentences that are wrongly rejected, and some that are wrongly released."""
    bar = load_profile(STRICT).support_bar
    for name in SENTENCES:
        items = [i for i in judged(folder, name, part) if i.passes(bar) is not i.is_supported]
        for is_supported in (True, False):
            wrong = [item for item in items if item.is_supported is is_supported]
            for item in random.Random(1).sample(wrong, min(count, len(wrong))):
                print(name, "rejected" if is_supported else "released", item.fault(bar), item.text)
                print("    ", [unit.text for unit in item.verdict.units])


def main() -> None:
    """Read the arguments, measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("tuned", "reported"), default="reported")
    parser.add_argument("--list", type=int, help="print so many errors of each kind, and no report")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    if arguments.list:
        show_errors(arguments.folder, arguments.part, arguments.list)
        return
    results, claimed = measure(arguments.folder, arguments.part)
    bars = {name: load_profile(name).support_bar for name in (STRICT, MARKING)}
    publish(
        arguments.output,
        benchmark="support_check",
        settings={"part": arguments.part, "support_bars": bars},
        results=results,
        claims=claimed,
    )


if __name__ == "__main__":
    main()
