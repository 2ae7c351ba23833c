"""Asking with earlier turns, and chatting: follow-up questions carry what was said before."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from support.commands import askmesh
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, answer, gateway_at


def turns(question: gateway_pb2.StreamAnswerRequest) -> list[tuple[str, str]]:
    return [(turn.question, turn.answer) for turn in question.conversation]


async def test_a_chat_carries_the_earlier_turns() -> None:
    gateway, base_port = ScriptedGateway(answer(1)), free_base_port()
    async with gateway_at(f"127.0.0.1:{base_port}", gateway):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "askmesh.cli", "chat", "--base-port", str(base_port)),
            stdin=PIPE,
            stdout=PIPE,
        )
        async with asyncio.timeout(60):
            shown, _ = await process.communicate(b"What?\n\nAnd why?\n")
    assert process.returncode == 0
    assert shown.decode().count("word0") == 2
    assert [question.question for question in gateway.questions] == ["What?", "And why?"]
    assert list(map(turns, gateway.questions)) == [[], [("What?", "word0 ")]]


async def test_a_question_can_be_asked_within_a_conversation_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "turns.json"
    file.write_text(json.dumps([{"question": "What?", "answer": "That."}]), encoding="utf-8")
    gateway, base_port = ScriptedGateway(answer(1)), free_base_port()
    command = ("ask", "--base-port", str(base_port), "--conversation", str(file), "And why?")
    async with gateway_at(f"127.0.0.1:{base_port}", gateway):
        result = await asyncio.to_thread(askmesh, *command)
    assert result.returncode == 0, result.stderr
    assert list(map(turns, gateway.questions)) == [[("What?", "That.")]]


def test_a_file_that_is_no_conversation_is_named(tmp_path: Path) -> None:
    file = tmp_path / "turns.json"
    file.write_text("{}", encoding="utf-8")
    result = askmesh("ask", "--conversation", str(file), "And why?")
    assert result.returncode == 1
    assert f"{file} is not a list of" in result.stderr


async def test_the_table_of_an_answer_comes_alone_as_csv() -> None:
    table = answer_pb2.TableDelta(
        columns=["Room", "Seats"], rows=[answer_pb2.TableRow(cells=["Alder", "20"])]
    )
    first, last = answer(1)
    events = [gateway_pb2.AnswerEvent(answer_id="a", sequence=1, table_delta=table), last]
    gateway, base_port = ScriptedGateway(events), free_base_port()
    async with gateway_at(f"127.0.0.1:{base_port}", gateway):
        command = ("ask", "--base-port", str(base_port), "--csv", "Which rooms?")
        result = await asyncio.to_thread(askmesh, *command)
        gateway.events = [first, last]
        without = await asyncio.to_thread(askmesh, *command)
    assert result.stdout == "Room,Seats\nAlder,20\n"
    assert without.returncode == 1
    assert "The answer has no table: word0" in without.stderr
