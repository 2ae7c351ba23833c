"""Measure how ingestion cuts documents, beside other ways to cut them.

    python -m benchmarks.quality.chunking DATA/chunking_eval [--documents NAME ...]
        [--home FOLDER] [--vectors FILE] [--output FILE]

Questions have the spans of the document that answer them. For each question the nearest chunks of
its document are taken, so many characters, the same for every strategy: recall is the share
of the spans that they hold, precision the share of them that is of the spans, IoU what both share
of all they are. The size of a strategy's chunks is chosen by its recall on some documents, and
figures are of the others, or of those named; strategies are compared at the default size, too.
Questions are drawn again and again to tell how much of a difference between two strategies is
chance.
"""

import argparse
import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import cast

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.chunking_strategies import Chunk, Strategy, strategies
from numpy.typing import NDArray
from platformdirs import user_data_path
from tokenizers import Tokenizer

from askmesh.inference import Embedder, onnx_embedder
from askmesh.models import BGE_SMALL_EN, ModelStore

CHOSEN_ON = ("chatlogs",)
SIZES = (400, 500, 600, 700, 900)
DEFAULT_SIZE = 900
DRAWS = 10_000
BUDGET_CHARACTERS = 3000
OURS = "passages by structure"
TOGETHER = 64

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and where its document answers it."""

    text: str
    document: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over questions."""

    recall: float
    precision: float
    iou: float


class Vectors:
    """Vectors by text, kept in a file between runs."""

    def __init__(self, embedder: Embedder, path: Path | None) -> None:
        self._embedder = embedder
        self._path = path
        self._known: dict[str, NDArray[np.float32]] = {}
        if path is not None and path.exists():
            with np.load(path) as stored:
                self._known = dict(zip(map(str, stored["keys"]), stored["rows"], strict=True))

    async def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row for each text."""
        missing = {_key(text): text for text in texts if _key(text) not in self._known}
        keys = list(missing)
        for at in range(0, len(keys), TOGETHER):
            some = keys[at : at + TOGETHER]
            rows = await self._embedder.embed_passages([missing[key] for key in some])
            self._known.update(zip(some, rows, strict=True))
        self._keep(len(missing))
        return np.stack([self._known[_key(text)] for text in texts])

    async def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question."""
        key = _key(f"?{text}")
        if key not in self._known:
            self._known[key] = await self._embedder.embed_query(text)
        return self._known[key]

    def _keep(self, new: int) -> None:
        if new and self._path is not None:
            with self._path.open("wb") as file:
                rows = np.stack(list(self._known.values()))
                np.savez(file, allow_pickle=False, keys=np.array(list(self._known)), rows=rows)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of a folder."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [_question(json.loads(line)) for line in lines if line.strip()]


def _question(fields: dict[str, object]) -> Question:
    references = cast("list[dict[str, int]]", fields["references"])
    spans = tuple((each["start_index"], each["end_index"]) for each in references)
    return Question(str(fields["question"]), str(fields["document"]), spans)


def scores_of(spans: Sequence[Span], chunks: Sequence[Chunk]) -> Scores:
    """Return what `chunks` hold of `spans`. What two chunks hold counts twice against them."""
    wanted = set[int]().union(*(range(*span) for span in spans))
    held = set[int]().union(*(range(chunk.start, chunk.end) for chunk in chunks))
    both = len(wanted & held)
    taken = sum(chunk.end - chunk.start for chunk in chunks)
    return Scores(both / len(wanted), both / max(1, taken), both / (taken + len(wanted) - both))


def nearest(
    chunks: Sequence[Chunk], vectors: NDArray[np.float32], query: NDArray[np.float32]
) -> list[Chunk]:
    """Return the chunks that are nearest to a question, the last one cut where the budget ends."""
    taken: list[Chunk] = []
    room = BUDGET_CHARACTERS
    for at in map(int, np.argsort(-(vectors @ query), kind="stable")):
        if room <= 0:
            break
        chunk = chunks[at]
        taken.append(replace(chunk, end=min(chunk.end, chunk.start + room)))
        room -= chunk.end - chunk.start
    return taken


async def measured(
    strategy: Strategy,
    size: int,
    texts: dict[str, str],
    questions: Sequence[Question],
    vectors: Vectors,
) -> list[Scores]:
    """Return the scores of a strategy on each of the questions of `texts`."""
    each: list[Scores] = []
    for name, text in texts.items():
        chunks = strategy(text, size)
        rows = await vectors.of([chunk.text for chunk in chunks])
        for question in questions:
            if question.document == name:
                found = nearest(chunks, rows, await vectors.query(question.text))
                each.append(scores_of(question.spans, found))
    return each


def mean_of(each: Sequence[Scores]) -> Scores:
    """Return the means of scores."""
    return Scores(*(round(fmean(getattr(s, f) for s in each), 4) for f in Scores.__slots__))


def most_ahead(ours: Sequence[Scores], theirs: Sequence[Scores], field: str) -> float:
    """Return by how much `ours` may be ahead: what 97.5 of 100 draws of questions stay below."""
    pairs = zip(ours, theirs, strict=True)
    ahead = np.array([getattr(our, field) - getattr(their, field) for our, their in pairs])
    drawn = np.random.default_rng(1).choice(ahead, (DRAWS, len(ahead))).mean(axis=1)
    return round(float(np.quantile(drawn, 0.975)), 4)


@dataclass(frozen=True, slots=True)
class Reported:
    """The scores of a strategy: by size where one is chosen, then of it and the default."""

    by_size: dict[int, Scores]
    size: int
    chosen: list[Scores]
    default: list[Scores]

    @property
    def in_words(self) -> dict[str, object]:
        """What is written of it."""
        return {
            "size": self.size,
            "chosen_on": {str(size): asdict(scores) for size, scores in self.by_size.items()},
            "reported": asdict(mean_of(self.chosen)),
            "default_size": asdict(mean_of(self.default)),
        }


async def measure(
    folder: Path, documents: Sequence[str], home: Path, kept: Path | None, output: Path | None
) -> None:
    """Choose sizes, measure all strategies and write the claims."""
    questions = read_questions(folder)
    some, others = _texts_in(folder, documents)
    store = ModelStore(home)
    reported: dict[str, Reported] = {}
    async with onnx_embedder(store) as embedder:
        vectors = Vectors(embedder, kept)
        for name, strategy in strategies(_tokenizer(store)).items():
            by_size = {
                s: mean_of(await measured(strategy, s, some, questions, vectors)) for s in SIZES
            }
            size = max(by_size, key=lambda each: by_size[each].recall)
            reported[name] = Reported(
                by_size,
                size,
                await measured(strategy, size, others, questions, vectors),
                await measured(strategy, DEFAULT_SIZE, others, questions, vectors),
            )
            print(name, reported[name].in_words, flush=True)
    _publish(reported, list(others), output)


def _texts_in(folder: Path, documents: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts that sizes are chosen on, and those, or some of them, that tell."""
    paths = sorted((folder / "corpora").glob("*.md"), key=lambda path: path.stem)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    some = {name: text for name, text in texts.items() if name in CHOSEN_ON}
    others = {name: text for name, text in texts.items() if name not in CHOSEN_ON}
    return some, {name: others[name] for name in others if not documents or name in documents}


def _tokenizer(store: ModelStore) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(store.resolve(BGE_SMALL_EN) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _publish(reported: dict[str, Reported], documents: Sequence[str], output: Path | None) -> None:
    chosen = {name: each.chosen for name, each in reported.items()}
    default = {name: each.default for name, each in reported.items()}
    publish(
        output,
        benchmark="chunking",
        settings={
            "chosen_on": CHOSEN_ON,
            "reported_on": documents,
            "sizes": SIZES,
            "budget_characters": BUDGET_CHARACTERS,
            "model": BGE_SMALL_EN.identity,
        },
        results={name: each.in_words for name, each in reported.items()},
        claims=[
            *_claims(chosen, "each of the size that holds most on other documents"),
            *_claims(default, f"each of the default size of {DEFAULT_SIZE} characters"),
            _of_default(default[OURS], chosen[OURS]),
        ],
    )


def _claims(reported: dict[str, list[Scores]], sizes: str) -> list[Claim]:
    means = {name: mean_of(each) for name, each in reported.items()}
    ours = means[OURS]
    claims: list[Claim] = []
    for field in Scores.__slots__:
        others = {name: getattr(s, field) for name, s in means.items() if name != OURS}
        best = max(others, key=lambda name: others[name])
        value = getattr(ours, field)
        claims.append(
            Claim(
                f"{field} of the spans that answer, passages by structure, {sizes}",
                value,
                f">= {others[best]}",
                f"{best}: {others[best]}",
            )
        )
        claims.append(
            Claim(
                f"by how much {field} may be ahead, {sizes}, at 97.5 of 100; below 0 it is behind",
                most_ahead(reported[OURS], reported[best], field),
                ">= 0",
                best,
            )
        )
    return claims


def _of_default(as_set: Sequence[Scores], chosen: Sequence[Scores]) -> Claim:
    best = mean_of(chosen).recall
    return Claim(
        f"recall with the default of {DEFAULT_SIZE} characters",
        mean_of(as_set).recall,
        f">= {best}",
        "passages by structure of the size that holds most on other documents",
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", nargs="*", default=(), help="report on these only")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--vectors", type=Path, help="keeps vectors between runs")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(
        measure(options.folder, options.documents, options.home, options.vectors, options.output)
    )


if __name__ == "__main__":
    main()
