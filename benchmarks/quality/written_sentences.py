"""What a language model writes about passages, kept so that the check can be tried on it again.

    python -m benchmarks.quality.written_sentences DATA/squad20_dev --work FILE
        [--part reported] [--questions 300] [--triton 127.0.0.1:7410] [--home FOLDER]

Questions of SQuAD, one a passage, are answered from that passage and those most like it, by the
committed default model under the product's own instructions, but in eight sentences, from five
units of evidence: more sentences a minute, and more that differ from what they rest on. A line has
the question, the sources, which units were shown, and the sentences, before any check. An
interrupted run goes on; `--skip` leaves out questions that were read before.
"""

import argparse
import asyncio
import json
import random
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.quality.fit_answerability import scored_sources
from benchmarks.quality.question_sets import is_reported
from benchmarks.quality.squad import Question, Squad
from platformdirs import user_data_path

from askmesh.inference import (
    CrossEncoder,
    LanguageModel,
    LanguageModelProfile,
    TokenCounter,
    onnx_cross_encoder,
    open_profile,
    open_token_counter,
    triton_language_model,
)
from askmesh.models import ModelStore
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.sentence_buffer import SentenceBuffer
from askmesh.summarization.showing import AssemblyLimits
from askmesh.summarization.values import Source, SourceSentence, SummaryRequest
from askmesh.telemetry import silent_telemetry

PROFILE = "qwen2.5-coder-1.5b-instruct"
SEED = 7
OTHERS = 2
SHOWN_UNITS = 5
OUTPUT_TOKENS = 260
LIMITS = AssemblyLimits(
    answer_floor=0.0,
    unscored_answer_floor=0.0,
    doubt_floor=0.0,
    evidence_share=0.0,
    max_tokens=170,
)
ASKED = "Write one short, complete sentence that says what was asked and no more; up to three if"
ASKED_HERE = "Write eight complete sentences that say what was asked and what belongs to it, as"
HINT = "\nAnswer in eight short sentences, each with another fact."


def rows(path: Path) -> list[Mapping[str, Any]]:
    """Return the objects of a file, one a line; none if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def questions(squad: Squad, part: str) -> Iterator[Question]:
    """Yield one question with an answer for each passage of one half of the articles."""
    found = list(squad.questions)
    random.Random(SEED).shuffle(found)
    seen: set[str] = set()
    for question in found:
        title = squad.passages[question.gold_passage].title
        of_part = is_reported(title) == (part == "reported")
        if of_part and question.answers and question.gold_passage not in seen:
            seen.add(question.gold_passage)
            yield question


class Writer:
    """Has answers written by the model, without a check."""

    def __init__(
        self,
        encoder: CrossEncoder,
        model: LanguageModel,
        profile: LanguageModelProfile,
        counter: TokenCounter,
    ) -> None:
        self._encoder = encoder
        self._model = model
        broad = replace(profile, max_evidence=SHOWN_UNITS, max_output_tokens=OUTPUT_TOKENS)
        self._prompts = PromptWriter(broad, counter)
        self._assembly = Assembly(broad, counter, self._prompts, LIMITS)

    async def written(self, squad: Squad, question: Question) -> dict[str, object] | None:
        """Return what is kept of a question; nothing if there is no evidence for it."""
        passages = squad.sources(question, distractors=OTHERS)
        sources = await scored_sources(self._encoder, question.text, passages)
        evidence = self._assembly.evidence(
            SummaryRequest(question=question.text, sources=tuple(sources))
        )
        if not isinstance(evidence, Evidence):
            return None
        shown = [(i.source_number, i.unit.start, i.unit.end) for i in evidence.shown]
        return {
            "id": question.question_id,
            "question": question.text,
            "sources": [asdict(source) for source in sources],
            "shown": shown,
            "written": [sentence async for sentence in self._sentences(evidence)],
        }

    async def _sentences(self, evidence: Evidence) -> AsyncGenerator[str]:
        request = self._prompts.text_request(
            f"{evidence.question.text}{HINT}",
            evidence.shown,
            wanted=evidence.question.wanted,
            max_tokens=None,
            seed=SEED,
        )
        prompt = request.prompt.replace(ASKED, ASKED_HERE)
        buffer = SentenceBuffer()
        async with aclosing(self._model.generate(replace(request, prompt=prompt))) as chunks:
            async for chunk in chunks:
                for sentence in buffer.feed(chunk.text):
                    yield sentence
                if chunk.finish_reason is not None:
                    for sentence in buffer.rest(cut_off=chunk.finish_reason == "length"):
                        yield sentence


def source_of(row: Mapping[str, Any]) -> Source:
    """Return a source as it was kept."""
    return Source(
        passage_id=row["passage_id"],
        document_id=row["document_id"],
        title=row["title"],
        text=row["text"],
        score=row["score"],
        sentences=tuple(SourceSentence(**each) for each in row["sentences"]),
    )


async def write(arguments: argparse.Namespace) -> None:
    """Have answers written, those that are not there yet."""
    squad, store = Squad(arguments.data), ModelStore(arguments.home)
    known = {row["id"] for row in rows(arguments.work)}
    profile = open_profile(PROFILE, store)
    counter = open_token_counter(profile.tokenizer, store)
    asked = list(questions(squad, arguments.part))[arguments.skip :][: arguments.questions]
    waiting = iter([each for each in asked if each.question_id not in known])
    async with (
        onnx_cross_encoder(store) as encoder,
        triton_language_model(
            arguments.triton, "ensemble", silent_telemetry(), profile=profile
        ) as model,
        asyncio.TaskGroup() as group,
    ):
        writer = Writer(encoder, model, profile, counter)
        for _ in range(arguments.at_once):
            group.create_task(_write_each(writer, squad, waiting, arguments.work))


async def _write_each(
    writer: Writer, squad: Squad, waiting: Iterator[Question], work: Path
) -> None:
    for question in waiting:
        if line := await writer.written(squad, question):
            with work.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--part", choices=("tuned", "reported"), default="reported")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--triton", default="127.0.0.1:7410")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    asyncio.run(write(parser.parse_args()))


if __name__ == "__main__":
    main()
