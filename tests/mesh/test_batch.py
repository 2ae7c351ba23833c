"""A file of questions through a whole mesh, by the command line."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.commands import askmesh
from support.mesh import RunningMesh

pytestmark = pytest.mark.timeout(300)  # a busy machine starts commands slowly

LOOK_SECONDS = 0.02
QUESTIONS: list[dict[str, object]] = [
    {"id": "milk", "question": "How often are the goats of Hollin Farm milked?"},
    {"id": "cheese", "question": "Who makes the ash cheese?"},
    {"id": "table", "question": "List the goat breeds of Hollin Farm.", "wants_table": True},
    {"id": "cup", "question": "Who won the football world cup in 1998?"},
    {"id": "long", "question": "x" * 4001},
]


def lines_of(output: Path) -> dict[str, dict[str, Any]]:
    """Return the lines by their ids, each of which is there once."""
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert max(Counter(line["id"] for line in lines).values()) == 1
    return {line["id"]: line for line in lines}


def test_a_killed_batch_is_completed_by_the_same_command(farm: RunningMesh, tmp_path: Path) -> None:
    file, output = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    file.write_text("".join(f"{json.dumps(question)}\n" for question in QUESTIONS))
    command = ("batch", "--base-port", str(farm.base_port), "--output", str(output), str(file))
    process = subprocess.Popen(
        (sys.executable, "-m", "askmesh.cli", *command), stderr=subprocess.DEVNULL
    )
    while not (output.exists() and output.read_bytes()) and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
    process.kill()
    process.wait(20)

    result = askmesh(*command, seconds=120)
    assert result.returncode == 1, result.stderr  # one question is too long
    lines = lines_of(output)
    assert lines.keys() == {str(question["id"]) for question in QUESTIONS}
    assert lines["long"]["error"]["reason"] == "QUESTION_TOO_LONG"
    assert lines["long"]["line"] == 5
    assert "twice a day" in lines["milk"]["text"]
    assert lines["milk"]["citations"][0]["document_id"]
    assert lines["table"]["table"]["rows"]
    assert (lines["cup"]["outcome"], lines["cup"]["citations"]) == ("abstained", [])

    again = askmesh(*command)
    assert again.returncode == 1
    assert lines_of(output) == lines


def test_equal_questions_of_a_batch_are_generated_once(farm: RunningMesh, tmp_path: Path) -> None:
    file, output = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    question = "Which of the cheeses of Hollin Farm is made of the morning's milk, and by whom?"
    file.write_text("".join(f"{json.dumps({'question': question})}\n" for _ in range(1000)))
    command = ("batch", "--base-port", str(farm.base_port), "--output", str(output), str(file))
    result = askmesh(*command, seconds=180)
    assert result.returncode == 0, result.stderr
    lines = lines_of(output)
    assert len(lines) == 1000
    assert len({line["text"] for line in lines.values()}) == 1
    statuses = Counter(line["cache_status"] for line in lines.values())
    assert statuses["miss"] <= 1
