"""Whether the check notices small edits: a number, a name, a denial, who did what.

    python -m benchmarks.quality.edited_sentences FOLDER --output FILE

FOLDER holds the `corpus.jsonl` of passages. Sentences of them are edited by rule, and checked
against their own passages.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.quality.question_sets import is_reported

from askmesh.inference import load_profile
from askmesh.summarization.support import Grounds
from askmesh.text import names, sentences

PROFILE = "qwen2.5-coder-1.5b-instruct"
FEWEST_WORDS, MOST_WORDS = 8, 40
_COPULA = re.compile(r"\b(is|are|was|were|can|will|could|would)\b(?! not)")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of a passage."""

    source_number: int
    text: str
    breadcrumb: str
    is_setting: bool = False


Edit = Callable[[str, Sequence[str]], str | None]


def another_number(text: str, _: Sequence[str]) -> str | None:
    """Add three to the first number."""
    match = _NUMBER.search(text)
    return match and f"{text[: match.start()]}{int(match[0]) + 3}{text[match.end() :]}"


def another_name(text: str, known: Sequence[str]) -> str | None:
    """Put another name of the passage in the place of the first one."""
    mine = names(text)
    others = [
        name for name in known if name not in text and not set(name.split()) & set(text.split())
    ]
    return text.replace(mine[0], others[0]) if mine and others else None


def a_denial(text: str, _: Sequence[str]) -> str | None:
    """Deny the first verb that can be denied by "not"."""
    match = _COPULA.search(text)
    return match and f"{text[: match.end()]} not{text[match.end() :]}"


def names_exchanged(text: str, _: Sequence[str]) -> str | None:
    """Let the first two names change places, in a sentence of one clause."""
    mine = names(text)
    if len(mine) != 2 or re.search(r"[,;:()]| and ", text):
        return None
    first, second = mine
    if first in second or second in first:
        return None
    return text.replace(first, "\0").replace(second, first).replace("\0", second)


EDITS: dict[str, Edit] = {
    "another number": another_number,
    "another name of the passage": another_name,
    "a denial": a_denial,
    "two names exchanged": names_exchanged,
}


def passages(folder: Path, count: int) -> Iterator[list[Piece]]:
    """Yield the sentences of some passages, of articles by which nothing was chosen."""
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    reported = [row for row in map(json.loads, lines) if is_reported(row["title"])]
    for row in random.Random(1).sample(reported, count):
        text = row["text"]
        yield [Piece(1, text[span.start : span.end], row["title"]) for span in sentences(text)]


def measure(folder: Path, count: int, bar: float) -> dict[str, list[bool]]:
    """Return for each edit, and for none, whether each sentence was released."""
    released: dict[str, list[bool]] = {name: [] for name in ("none", *EDITS)}
    for pieces in passages(folder, count):
        grounds = Grounds("", pieces, support_bar=bar)
        known = names(" ".join(piece.text for piece in pieces))
        for piece in pieces:
            if FEWEST_WORDS <= len(piece.text.split()) <= MOST_WORDS:
                released["none"].append(grounds.check(piece.text).fault is None)
                for name, edit in EDITS.items():
                    if edited := edit(piece.text, known):
                        released[name].append(grounds.check(edited).fault is None)
    return released


def main() -> None:
    """Read the arguments, measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    bar = load_profile(PROFILE).support_bar
    released = measure(arguments.folder, arguments.passages, bar)
    shares = {name: round(sum(found) / len(found), 3) for name, found in released.items()}
    publish(
        arguments.output,
        benchmark="edited_sentences",
        settings={"passages": arguments.passages, "support_bar": bar},
        results={
            name: {"sentences": len(found), "released": shares[name]}
            for name, found in released.items()
        },
        claims=[
            Claim("Unedited sentences released", shares["none"], ">= 0.98"),
            *(Claim(f"Sentences with {name} released", shares[name], "<= 0.1") for name in EDITS),
        ],
    )


if __name__ == "__main__":
    main()
