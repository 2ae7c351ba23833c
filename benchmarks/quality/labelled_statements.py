"""Label which statements of small organisations' documents answer the questions to them.

    python -m benchmarks.quality.labelled_statements --output FOLDER
        [--organisations FOLDER] [--data DATA] [--home FOLDER]

Each organisation is a file: its documents, and questions with the quotes that answer (`answers`),
those that answer only together (`parts`) and those that only look as if they did (`near`). For each
question the units and snippets are written that reranking would score, with the score of the
packaged cross-encoder and its adapter, by which the hardest are found. With `--data` also pairs of
the tuned articles of SQuAD 2.0, and of the tuned natural questions those that no passage answers.
`train_statements` learns from it.
"""

import argparse
import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from benchmarks.quality import calibrate_reranking
from benchmarks.quality.question_sets import is_learnt_from, is_reported
from benchmarks.quality.squad import Passage
from platformdirs import user_data_path

from askmesh.inference import OnnxCrossEncoder, onnx_cross_encoder
from askmesh.ingestion.reading import read
from askmesh.ingestion.signatures import media_type_of
from askmesh.ingestion.splitting import PassageLimits, split
from askmesh.models import ModelStore
from askmesh.reranking.ports import Candidate
from askmesh.reranking.snippets import snippets
from askmesh.reranking.unit_pairs import unit_pairs
from askmesh.summarization.overlap import question_overlap

ORGANISATIONS = Path(__file__).parent / "organisations"
CANDIDATES = 12
UNITS = 24
HELD_OUT = 12
"""About one organisation in so many is not learnt from."""
SQUAD_QUESTIONS = 500
SQUAD_UNANSWERABLE = 0.6
Kind = Literal["unit", "snippet"]
Label = Literal["answers", "part", "near", "beside", "doubtful"]
TOLD: frozenset[Label] = frozenset(("answers", "part"))
"""What answers, alone or with others."""
_SAME = 0.85
_ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """What would be scored for a question: a unit of evidence, or a snippet of a passage."""

    kind: Kind
    text: str
    label: Label
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its statements."""

    source: str
    question: str
    statements: tuple[Statement, ...]


def is_held_out(source: str) -> bool:
    """Whether figures are published of this organisation, so that nothing is learnt from it."""
    return sha256(source.encode()).digest()[0] % HELD_OUT == 0


def of_organisation(file: Path) -> Iterator[Asked]:
    """Yield the questions to an organisation's documents."""
    for row, passages in questions_to(file):
        yield Asked(file.stem, row["question"], tuple(_statements(row, passages)))


def questions_to(file: Path) -> Iterator[tuple[Mapping[str, Any], list[Passage]]]:
    """Yield an organisation's questions, each with the passages that a search would find for it.

    These are the ones with most words in common, and those that answer.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    passages = passages_in(content["documents"])
    texts = [f"{passage.title} {passage.text}" for passage in passages]
    for row in content["questions"]:
        overlaps = question_overlap(row["question"], texts)
        order = sorted(range(len(texts)), key=lambda place: -overlaps[place])
        answering = [
            at for at in order[CANDIDATES:] if likeness(passages[at].text, told_by(row)) >= _SAME
        ]
        yield row, [passages[at] for at in [*order[:CANDIDATES], *answering]]


def told_by(row: Mapping[str, Any]) -> Sequence[str]:
    """Return the quotes that answer a question, alone or together."""
    return [*row["answers"], *row.get("parts", ())]


def passages_in(documents: Mapping[str, str]) -> list[Passage]:
    """Return the passages of an organisation's documents."""
    return [
        passage
        for name, text in sorted(documents.items())
        for passage in _passages(name, text.encode())
    ]


def _passages(name: str, content: bytes) -> Iterator[Passage]:
    document = read(content, media_type_of(name))
    for place, passage in enumerate(split(document.blocks, PassageLimits())):
        above = dict.fromkeys((document.title or Path(name).stem, *passage.headings))
        yield Passage(f"{name}#{place}", ": ".join(above), passage.text)


def _statements(row: Mapping[str, Any], passages: Sequence[Passage]) -> Iterator[Statement]:
    candidates = [
        Candidate(each.passage_id, f"{each.title}\n{each.text}", len(each.title) + 1)
        for each in passages
    ]
    for candidate, text in zip(candidates, snippets(row["question"], candidates), strict=True):
        yield Statement("snippet", text, _label(text[candidate.body_offset :], row))
    for place, pair in enumerate(unit_pairs(row["question"], candidates, most=400)):
        label = _label(pair.own, row)
        if place < UNITS or label in {*TOLD, "near"}:
            yield Statement("unit", pair.text, label)


def _label(own: str, row: Mapping[str, Any]) -> Label:
    alone = likeness(own, row["answers"])
    together = likeness(own, row.get("parts", ()))
    if alone >= _SAME:
        return "answers"
    if together >= _SAME:
        return "part"
    if max(alone, together) >= _ALIKE:
        return "doubtful"
    return "near" if likeness(own, row.get("near", ())) >= _SAME else "beside"


def likeness(text: str, quotes: Sequence[str]) -> float:
    """Return the share of the words of one that the other has, of the quote that is most alike."""
    return max((_common(text, quote) for quote in quotes), default=0.0)


def _common(text: str, quote: str) -> float:
    said, quoted = (Counter(_WORD.findall(each.lower())) for each in (text, quote))
    both = (said & quoted).total()
    of_quote = both / max(1, quoted.total())
    return max(of_quote, both / said.total()) if said.total() >= _FEWEST_WORDS else of_quote


def of_articles(data: Path) -> Iterator[Asked]:
    """Yield the questions to articles that are not reported, with the pairs that calibrate."""
    passages, questions = calibrate_reranking.read_articles(data / "squad20_dev")
    learnt = [each for each in questions if is_learnt_from(passages[each.passage_id].title)]
    sample = calibrate_reranking.sampled(
        learnt, passages, SQUAD_QUESTIONS, unanswerable=SQUAD_UNANSWERABLE
    )
    found: dict[int, list[Statement]] = {}
    sorts: tuple[tuple[Kind, Iterable[calibrate_reranking.Pair]], ...] = (
        ("snippet", calibrate_reranking.passage_pairs(sample, passages)),
        ("unit", calibrate_reranking.unit_pairs_of(sample, passages)),
    )
    for kind, pairs in sorts:
        for pair in pairs:
            label: Label = "answers" if pair.positive else "beside"
            found.setdefault(pair.question, []).append(Statement(kind, pair.text, label))
    for number, statements in found.items():
        yield Asked("articles", sample[number].text, tuple(statements))


def of_natural_questions(data: Path) -> Iterator[Asked]:
    """Yield the questions that are not reported and that none of their passages answers."""
    for line in (data / "nomiracl_en/data.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row["answerable"] and not is_reported(row["id"]):
            passages = [Passage(p["id"], p["title"], p["text"]) for p in row["passages"]]
            asked = {"question": row["question"], "answers": ()}
            yield Asked("natural", row["question"], tuple(_statements(asked, passages)))


async def scored(asked: Asked, encoder: OnnxCrossEncoder) -> Asked:
    """Return it with the scores of its statements."""
    scores = await encoder.score(asked.question, [each.text for each in asked.statements])
    pairs = zip(asked.statements, scores, strict=True)
    return Asked(
        asked.source,
        asked.question,
        tuple(Statement(each.kind, each.text, each.label, score or 0.0) for each, score in pairs),
    )


def load(file: Path) -> Iterator[Asked]:
    """Yield what was written."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        statements = tuple(Statement(**each) for each in row["statements"])
        yield Asked(row["source"], row["question"], statements)


async def _write(arguments: argparse.Namespace) -> None:
    every = [
        asked
        for file in sorted(arguments.organisations.glob("*.json"))
        for asked in of_organisation(file)
    ]
    if arguments.data:
        every += [*of_articles(arguments.data), *of_natural_questions(arguments.data)]
    async with onnx_cross_encoder(ModelStore(arguments.home)) as encoder:
        with arguments.output.open("w", encoding="utf-8") as file:
            for done, asked in enumerate(every, start=1):
                file.write(json.dumps(asdict(await scored(asked, encoder))) + "\n")
                print(f"\r{done} of {len(every)} questions", end="", flush=True)


def main() -> None:
    """Label, score and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True, help="a file with a line a question")
    parser.add_argument("--organisations", type=Path, default=ORGANISATIONS)
    parser.add_argument("--data", type=Path, help="a folder with squad20_dev and nomiracl_en")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    asyncio.run(_write(parser.parse_args()))


if __name__ == "__main__":
    main()
