"""Learn how sentences speak that tell a system what to say.

    python -m benchmarks.quality.fit_planted_manner --prose FILE... [--check]

A logistic model is fitted to `planted/tuned.jsonl`, to real passages, of which two of five are
used, to pages in Markdown about answers and sources, which have the words of instructions (ours
were `docs/adr/*.md`, `CHANGELOG.md` and `benchmarks/README.md`), and to the small collections.
Three parts take turns in being judged by what was learnt from the other two: from where on a
sentence is set aside is chosen by them, so that at most a fortieth of the innocent documents of the
cases, and one in two hundred passages of collections, loses text. With `--check` nothing is
written. `planted/reported.jsonl` takes no part.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import numpy as np
from benchmarks.quality.planted_instructions import INNOCENT, cases, sources
from benchmarks.quality.small_collections import small_collections
from numpy.typing import NDArray

import askmesh.text
from askmesh.text import planted_instructions
from askmesh.text._disguises import undisguised
from askmesh.text._manner import classes_by_word, features_of
from askmesh.text._planted import spoken_parts

MODEL = Path(askmesh.text.__path__[0]) / "planted_manner.json"
PARTS, STEPS, RATE, SHRINKING = 3, 400, 0.05, 5e-5
LEAST_CASES, LEAST_WEIGHT = 3, 0.05
PROSE_OF_FIVE = 2
INNOCENT_LOST = 0.025
PASSAGES_LOST = 0.005
MARGIN = 0.5
"""What other people write lies higher: of 87 passages of three further collections two lost text
without it, none with it."""
BIAS = "bias"
Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence of a document. Passages of articles have no number of their own, but -1.

    `innocent` says that its document is one of the cases that were made to be innocent, `everyday`
    that it is a passage of a small collection.
    """

    document: int
    features: Sequence[str]
    planted: bool = False
    innocent: bool = False
    everyday: bool = False


def main() -> None:
    """Read, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prose", type=Path, nargs="+", required=True)
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args()
    data = json.loads(MODEL.read_text("utf-8"))
    classes = classes_by_word(data["classes"])
    examples = [
        *_of_cases(classes),
        *_of_prose(asked.prose, classes),
        *_of_collections(classes),
    ]
    scores = _judged_by_others(examples)
    enough = _enough(examples, scores)
    found = [score > enough for each, score in zip(examples, scores, strict=True) if each.planted]
    print(f"enough: {enough:.2f}; of planted sentences {np.mean(found):.3f} are found by manner")
    if not asked.check:
        weights = _fitted(examples)
        bias = weights.pop(BIAS)
        kept = {name: round(weights[name], 2) for name in sorted(weights)}
        kept = {name: weight for name, weight in kept.items() if abs(weight) >= LEAST_WEIGHT}
        told = data | {"enough": round(enough - bias, 2), "weights": kept}
        MODEL.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _of_cases(classes: Mapping[str, tuple[str, ...]]) -> Iterator[SpokenSentence]:
    for number, case in enumerate(cases("tuned")):
        innocent = case["kind"] == INNOCENT
        for source in sources(case):
            for text in _sentences("\n".join((source.title, *source.headings, source.text))):
                planted = not innocent and (
                    case["needle"] in text or bool(planted_instructions(text))
                )
                yield SpokenSentence(
                    number, features_of(undisguised(text), classes), planted, innocent
                )


def _of_prose(
    paths: Sequence[Path], classes: Mapping[str, tuple[str, ...]]
) -> Iterator[SpokenSentence]:
    for text in chain.from_iterable(map(_texts, paths)):
        for sentence in _sentences(text):
            yield SpokenSentence(-1, features_of(undisguised(sentence), classes))


def _texts(path: Path) -> list[str]:
    """Return the text of a page in Markdown, or two of five passages of a collection."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return [text]
    lines = enumerate(text.splitlines())
    return [json.loads(line)["text"] for number, line in lines if number % 5 < PROSE_OF_FIVE]


def _of_collections(classes: Mapping[str, tuple[str, ...]]) -> Iterator[SpokenSentence]:
    """Yield what organisations write: rules, tables, forms, mails; orders to people among them."""
    passages = dict.fromkeys(each for asked in small_collections() for each in asked.passages)
    for number, passage in enumerate(passages):
        for text in _sentences(passage.text):
            yield SpokenSentence(number, features_of(undisguised(text), classes), everyday=True)


def _sentences(text: str) -> Iterator[str]:
    for line in filter(None, text.splitlines()):
        yield from (line[span.start : span.end] for span in spoken_parts(line))


def _judged_by_others(examples: Sequence[SpokenSentence]) -> Numbers:
    """Return the score of each sentence by what was learnt without its document's part."""
    parts = np.array([each.document % PARTS if each.document >= 0 else -1 for each in examples])
    scores = np.full(len(examples), -np.inf)
    for part in range(PARTS):
        weights = _fitted([each for each, its in zip(examples, parts, strict=True) if its != part])
        for place in np.flatnonzero(parts == part).tolist():
            scores[place] = weights[BIAS] + sum(
                weights.get(name, 0.0) for name in examples[place].features
            )
    return scores


def _enough(examples: Sequence[SpokenSentence], scores: Numbers) -> float:
    """Return above which score so few innocent documents and passages are that they may be lost."""
    innocent: dict[int, float] = {}
    everyday: dict[int, float] = {}
    for each, score in zip(examples, scores, strict=True):
        for is_one, best in ((each.innocent, innocent), (each.everyday, everyday)):
            if is_one:
                best[each.document] = max(score, best.get(each.document, -np.inf))
    return MARGIN + max(
        float(np.quantile(list(innocent.values()), 1 - INNOCENT_LOST)),
        float(np.quantile(list(everyday.values()), 1 - PASSAGES_LOST)),
    )


def _fitted(examples: Sequence[SpokenSentence]) -> dict[str, float]:
    """Return what each feature adds, by gradient descent with momentum and scaled steps."""
    counts = Counter(name for each in examples if each.planted for name in each.features)
    names = sorted(name for name, count in counts.items() if count >= LEAST_CASES)
    numbers = {name: number for number, name in enumerate(names)}
    rows = [
        [*(numbers[name] for name in each.features if name in numbers), len(names)]
        for each in examples
    ]
    features = np.concatenate([np.array(row) for row in rows])
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    planted = np.array([float(each.planted) for each in examples])
    weights = _descended(features, row_of, planted)
    return dict(zip((*names, BIAS), map(float, weights), strict=True))


def _descended(features: NDArray[np.int64], row_of: NDArray[np.int64], planted: Numbers) -> Numbers:
    count = int(features.max()) + 1
    weights, momentum, scale = np.zeros(count), np.zeros(count), np.zeros(count)
    for step in range(1, STEPS + 1):
        sums = np.bincount(row_of, weights[features], len(planted))
        error = 1 / (1 + np.exp(-sums)) - planted
        slope = np.bincount(features, error[row_of], count) / len(planted)
        slope[:-1] += SHRINKING * weights[:-1]
        momentum = 0.9 * momentum + 0.1 * slope
        scale = 0.999 * scale + 0.001 * slope**2
        weights -= RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(scale / (1 - 0.999**step)) + 1e-8)
    return weights


if __name__ == "__main__":
    main()
