"""`askmesh capacity` asks a mesh ever more, and writes what it takes."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from askmesh.cli.capacity import capacity_table
from askmesh.errors import OverloadedError
from askmesh.load import AskedQuestion, Capacity, End, Step, summarised
from support.commands import askmesh
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, answer, gateway_at

QUICK = ("--begin", "1200", "--most", "2400", "--seconds", "1")
"""Twenty questions within a second, then forty."""


@asynccontextmanager
async def mesh(gateway: ScriptedGateway) -> AsyncGenerator[int]:
    base_port = free_base_port()
    async with gateway_at(f"127.0.0.1:{base_port}", gateway):
        yield base_port


async def measured(gateway: ScriptedGateway, folder: Path, *options: str) -> tuple[str, Any]:
    file, output = folder / "questions.jsonl", folder / "capacity.json"
    file.write_text('{"question": "One?"}\n{"question": "Two?"}\n', encoding="utf-8")
    async with mesh(gateway) as port:
        arguments = ("--base-port", str(port), "--output", str(output), *options, str(file))
        result = await asyncio.to_thread(askmesh, "capacity", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout, json.loads(output.read_text(encoding="utf-8"))


async def test_a_mesh_that_keeps_its_promise_takes_all_that_is_tried(tmp_path: Path) -> None:
    gateway = ScriptedGateway(answer(2))
    printed, written = await measured(gateway, tmp_path, *QUICK, "--first-text-ms", "60000")
    assert "takes at least 2400 questions a minute" in printed
    assert written["capacity_per_minute"] == 2400
    assert written["is_limit"] is False
    assert written["slo"]["first_text_p99_ms"] == 60000
    assert [step["summary"]["ends"]["whole"] for step in written["steps"]] == [
        step["summary"]["asked"] for step in written["steps"]
    ]
    assert {question.question for question in gateway.questions} == {"One?", "Two?"}


async def test_a_mesh_that_refuses_takes_less_than_the_first_rate(tmp_path: Path) -> None:
    full = OverloadedError("TOO_MANY_ANSWERS", "full", retry_after_seconds=1)
    printed, written = await measured(ScriptedGateway([], failure=full), tmp_path, *QUICK)
    assert "begin with less" in printed
    assert "(0.0% whole)" in printed
    assert (written["capacity_per_minute"], written["is_limit"]) == (0, True)
    assert written["steps"][0]["summary"]["reasons"] == {
        "TOO_MANY_ANSWERS": written["steps"][0]["summary"]["asked"]
    }


def test_rates_stand_in_eighty_columns_with_whole_words_and_figures() -> None:
    summary = summarised([AskedQuestion(0.0, 60.0, End.WHOLE, (), 59.9)] * 10_000, 60.0)
    console = Console(width=80, record=True, file=StringIO())
    console.print(capacity_table(Capacity(0.0, (Step(6000.0, summary, "late"),))))
    head, row = (line.split() for line in console.export_text().splitlines())
    assert " ".join(head) == "a minute asked whole degraded refused failed p50 ms p99 ms SLO"
    assert " ".join(row) == "6000 10000 10000 0 0 0 59900 59900 missed"


async def test_without_a_mesh_nothing_is_measured(tmp_path: Path) -> None:
    file, output = tmp_path / "questions.jsonl", tmp_path / "capacity.json"
    file.write_text('{"question": "One?"}\n', encoding="utf-8")
    arguments = ("--base-port", str(free_base_port()), "--output", str(output), str(file))
    result = await asyncio.to_thread(askmesh, "capacity", *arguments)
    assert result.returncode == 1
    assert "No mesh answers" in result.stderr
    assert not output.exists()


async def test_a_rate_of_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"question": "One?"}\n', encoding="utf-8")
    arguments = ("capacity", "--begin", "0", str(tmp_path / "questions.jsonl"))
    result = await asyncio.to_thread(askmesh, *arguments)
    assert result.returncode == 2
    assert "--begin" in result.stderr


async def test_without_questions_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    result = await asyncio.to_thread(askmesh, "capacity", str(tmp_path / "none.jsonl"))
    assert result.returncode == 2
    assert "has no questions" in result.stderr
