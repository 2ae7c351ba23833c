"""Read the inputs that hurt, and tell of each whether it is right or refused as it should be.

    python -m benchmarks.quality.reading_cases DATA/cases [--output FILE]

DATA/cases has a folder for each kind of problem. What is right is written in
reading_cases.toml: for a file, patterns that its text, its notices or its refusal must and must
not have. Files are read in processes, as the service reads them.
"""

import argparse
import asyncio
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from benchmarks.claims import Claim, publish

from askmesh.client import SourceDocument
from askmesh.folders import Unreadable, documents_in
from askmesh.ingestion.reader_pool import ReaderLimits, ReaderPool, reader_pool
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import media_type_of
from askmesh.ingestion.splitting import PassageLimits

EXPECTED = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Case:
    """What must be found and must not be found in what becomes of a file."""

    name: str
    want: tuple[str, ...]
    bad: tuple[str, ...] = ()

    def failures(self, outcome: str) -> list[str]:
        """Return what is wrong with an outcome."""
        missing = [f"not found: {each}" for each in self.want if not re.search(each, outcome)]
        return missing + [f"found: {each}" for each in self.bad if re.search(each, outcome)]


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["file"]
    return [Case(e["name"], tuple(e["want"]), tuple(e.get("bad", ()))) for e in listed]


async def outcome_of(pool: ReaderPool, document: SourceDocument) -> str:
    """Return what becomes of a document, in words: its facts and passages, or why it is refused."""
    try:
        media_type = document.media_type or media_type_of(document.source)
        read = await pool.read(document.content, media_type, PassageLimits())
    except DocumentRefusedError as refusal:
        return f"refused {refusal.reason}: {refusal.detail}"
    passages = "\n\n".join("\n".join([*each.headings, each.text]) for each in read.passages)
    facts = "; ".join(f"{name}={value}" for name, value in read.attributes.items())
    notices = "; ".join(read.notices)
    return f"title={read.title}; {facts}\nnotices={notices}\n{passages}"


async def outcomes_in(folder: Path) -> Mapping[str, str]:
    """Return what becomes of all files, by their names below the folder."""
    unreadable: list[Unreadable] = []
    passed_over: dict[str, int] = {}

    def pass_over(kind: str) -> None:
        passed_over[kind] = passed_over.get(kind, 0) + 1

    outcomes: dict[str, str] = {}
    limits = ReaderLimits(processes=1, memory_bytes=3 * 2**30)
    async with reader_pool(limits) as pool:
        for document in documents_in([folder], unreadable.append, pass_over):
            # Names may be written in one of two ways that look alike.
            name = normalize("NFC", document.source.removeprefix(f"{folder.name}/"))
            outcomes[name] = await outcome_of(pool, document)
    for each in unreadable:
        outcomes[each.name.removeprefix(f"{folder.name}/")] = f"unreadable: {each.reason}"
    return outcomes | {f"passed over {kind}": str(count) for kind, count in passed_over.items()}


async def measure(folder: Path, output: Path | None) -> None:
    """Read all files and write the claims."""
    cases = read_cases(EXPECTED)
    outcomes = await outcomes_in(folder)
    failures = {
        case.name: found for case in cases if (found := case.failures(outcomes.get(case.name, "")))
    }
    claims = [
        Claim("files of the cases whose outcome is known", len(cases)),
        Claim("of them, neither right nor refused as they should be", len(failures), "= 0"),
    ]
    shown = {case.name: outcomes.get(case.name, "not there")[:400] for case in cases}
    publish(
        output,
        benchmark="reading-cases",
        settings={"expected": EXPECTED.name},
        results={"failures": failures, "outcomes": shown},
        claims=claims,
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(measure(options.folder, options.output))


if __name__ == "__main__":
    main()
