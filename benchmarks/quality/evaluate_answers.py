"""What the checks of the summarizer do to answers, on SQuAD 2.0 with a real language model.

    python -m askmesh.triton_cpu &
    python -m benchmarks.quality.evaluate_answers FOLDER

FOLDER holds `corpus.jsonl` and `queries.jsonl`. Each question comes with its passage and the
passages that have the most words in common with it; a cross-encoder scores passages and sentences.
The language model writes once per question. Its text is judged as it is, and as the summarizer
releases it. The report goes to `benchmarks/results/answer-checks.json`.

The floors and the bar in the settings were chosen on the questions of `--part tuning`, the checks
revised after reading the answers of `--part reading`; the report is made on others.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.quality.answer_measures import judge
from benchmarks.quality.answer_report import Answer, Row, report
from benchmarks.quality.recorded_model import RecordedModel
from benchmarks.quality.squad import Passage, Question, Squad

from askmesh.inference import (
    CrossEncoder,
    LanguageModelProfile,
    TokenCounter,
    onnx_cross_encoder,
    open_profile,
    open_token_counter,
    triton_language_model,
)
from askmesh.models import ModelStore
from askmesh.query_understanding.phrases import phrases, written_numbers
from askmesh.reranking.calibration import PASSAGES, SENTENCES
from askmesh.summarization.assembly import Assembly, AssemblyLimits, Floors
from askmesh.summarization.checked_text import is_no_answer
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.settings import Settings
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.values import (
    Outcome,
    Source,
    SourceSentence,
    SummaryCompleted,
    SummaryRequest,
    TextDelta,
)
from askmesh.summarization.wiring import assembly_limits, summarizer
from askmesh.telemetry import silent_telemetry
from askmesh.text import names, sentences

TUNING_SEED = 1
TUNING_COUNT = 400
READING_SEED = 2
READING_COUNT = 200
REPORT_SEED = 3
SEEDS = {"tuning": TUNING_SEED, "reading": READING_SEED, "report": REPORT_SEED}
RESULTS = Path(__file__).parents[1] / "results"


class Evaluation:
    """Answers questions twice: with the checks and without."""

    def __init__(
        self,
        model: RecordedModel,
        encoder: CrossEncoder,
        profile: LanguageModelProfile,
        counter: TokenCounter,
        settings: Settings,
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._prompts = PromptWriter(profile, counter)
        limits = assembly_limits(settings)
        self._assembly = Assembly(profile, counter, self._prompts, limits)
        self._any_evidence = Assembly(profile, counter, self._prompts, _without_floors(limits))
        self._summarizer: Summarizer = summarizer(
            settings, silent_telemetry(), model, profile, counter
        )

    async def row(self, question: Question, passages: Sequence[Passage]) -> Row:
        """Answer one question."""
        request = SummaryRequest(
            question=question.text,
            sources=tuple([await self._source(question.text, passage) for passage in passages]),
            required_terms=_required_terms(question.text),
        )
        known = [f"{passage.title}. {passage.text}" for passage in passages]
        unchecked_text, unchecked = await self._unchecked(request, question, known)
        checked_text, checked = await self._checked(request, question, known)
        return Row(question, unchecked, checked, unchecked_text, checked_text)

    async def _source(self, question: str, passage: Passage) -> Source:
        spans = sentences(passage.text)
        texts = [passage.text[span.start : span.end] for span in spans]
        whole = f"{passage.title}\n{passage.text}"
        logits = await self._encoder.score(question, [whole, *texts])
        score, *scores = [logit or 0.0 for logit in logits]
        return Source(
            passage_id=passage.passage_id,
            title=passage.title,
            text=passage.text,
            score=PASSAGES.probability(score),
            sentences=tuple(
                SourceSentence(span.start, span.end, SENTENCES.probability(own))
                for span, own in zip(spans, scores, strict=True)
            ),
        )

    async def _unchecked(
        self, request: SummaryRequest, question: Question, known: Sequence[str]
    ) -> tuple[str, Answer]:
        evidence = self._assembly.evidence(request) or self._any_evidence.evidence(request)
        shown = evidence.shown if evidence else ()
        recording = await self._model.record(
            self._prompts.text_request(request.question, shown, max_tokens=None, seed=None)
        )
        last = recording.chunks[-1]
        judgement = judge(
            recording.text,
            question.answers,
            known,
            abstained=not recording.text.strip() or is_no_answer(recording.text),
        )
        return recording.text, Answer(
            judgement=judgement,
            has_reference=bool(question.answers),
            prompt_tokens=last.prompt_tokens,
            completion_tokens=last.completion_tokens,
            model_seconds=recording.times[-1],
            released=judgement.sentence_count,
            refused=0,
        )

    async def _checked(
        self, request: SummaryRequest, question: Question, known: Sequence[str]
    ) -> tuple[str, Answer]:
        self._model.seconds = 0.0
        events = [event async for event in self._summarizer.summarize(request)]
        text = "".join(event.text for event in events if isinstance(event, TextDelta))
        completed = events[-1]
        assert isinstance(completed, SummaryCompleted)
        abstained = completed.outcome is Outcome.ABSTAINED
        judgement = judge(text, question.answers, known, abstained=abstained)
        return text, Answer(
            judgement=judgement,
            has_reference=bool(question.answers),
            prompt_tokens=completed.prompt_tokens,
            completion_tokens=completed.completion_tokens,
            model_seconds=self._model.seconds,
            released=completed.supported_sentences,
            refused=completed.unsupported_sentences,
        )


def _without_floors(limits: AssemblyLimits) -> AssemblyLimits:
    none = Floors(evidence=0.0, quote=0.0, doubtless=0.0)
    return AssemblyLimits(scored=none, unscored=none, max_tokens=limits.max_tokens)


def _required_terms(question: str) -> tuple[str, ...]:
    found = tuple(names(question))
    return tuple(dict.fromkeys((*found, *phrases(question, found), *written_numbers(question))))


async def evaluate(options: argparse.Namespace) -> None:
    """Answer the questions and write the report."""
    changes = {"home": options.home, "triton_address": options.triton}
    settings = Settings().model_copy(update=changes)
    squad = Squad(options.folder)
    questions = _questions(squad, options)
    async with _evaluation(settings, options.recordings) as evaluation:
        rows: list[Row] = []
        for number, question in enumerate(questions, start=1):
            passages = squad.sources(question, distractors=options.distractors)
            rows.append(await evaluation.row(question, passages))
            if number % 10 == 0:
                print(f"{number} of {len(questions)}", file=sys.stderr, flush=True)
    published = report(rows, settings, _sample(options))
    options.output.write_text(json.dumps(published, indent=2) + "\n", encoding="utf-8")
    if options.answers:
        lines = [json.dumps(asdict(row)) for row in rows]
        options.answers.write_text("\n".join(lines) + "\n", encoding="utf-8")


@asynccontextmanager
async def _evaluation(settings: Settings, folder: Path | None) -> AsyncGenerator[Evaluation]:
    store = ModelStore(settings.home)
    profile = await asyncio.to_thread(open_profile, settings.profile, store)
    counter = await asyncio.to_thread(open_token_counter, profile.tokenizer, store)
    async with (
        onnx_cross_encoder(store) as encoder,
        triton_language_model(
            settings.triton_address, settings.triton_model, silent_telemetry()
        ) as model,
    ):
        recorded = RecordedModel(model, folder)
        yield Evaluation(recorded, encoder, profile, counter, settings)


def _questions(squad: Squad, options: argparse.Namespace) -> list[Question]:
    count = int(options.count)
    tuning = squad.sample(TUNING_SEED, TUNING_COUNT)
    if options.part == "tuning":
        return tuning[:count] + tuning[TUNING_COUNT : TUNING_COUNT + count]
    reading = squad.sample(READING_SEED, READING_COUNT, without=tuning)
    if options.part == "reading":
        return reading[:count] + reading[READING_COUNT : READING_COUNT + count]
    return squad.sample(REPORT_SEED, count, without=[*tuning, *reading])


def _sample(options: argparse.Namespace) -> dict[str, object]:
    return {
        "data": "SQuAD 2.0 dev: the question's passage, and others found by words in common",
        "distractors": options.distractors,
        "part": options.part,
        "questions_of_each_kind": options.count,
        "seed": SEEDS[options.part],
        "settings_chosen_on": (
            f"{2 * TUNING_COUNT} other questions, seed {TUNING_SEED}; support_bar and quotes on "
            "the first 80 answerable ones of them; the checks were revised after reading the "
            f"answers to {2 * READING_COUNT} more, seed {READING_SEED}"
        ),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="corpus.jsonl and queries.jsonl")
    parser.add_argument("--part", choices=sorted(SEEDS), default="report")
    parser.add_argument("--count", type=int, default=200, help="questions of each kind")
    parser.add_argument("--distractors", type=int, default=2)
    parser.add_argument("--home", type=Path, default=Settings().home, help="folder of models")
    parser.add_argument("--triton", default=Settings().triton_address)
    parser.add_argument("--output", type=Path, default=RESULTS / "answer-checks.json")
    parser.add_argument("--recordings", type=Path, help="folder that keeps completions for reruns")
    parser.add_argument("--answers", type=Path, help="where to write the answers themselves")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(evaluate(_options()))
