"""Events of an audit, on their way and in their files."""

import asyncio
import io
import json
import os
import resource
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry

from askmesh.auditing import AuditEvent, AuditFolder, AuditSettings, AuditTrail, audit_trail
from askmesh.auditing._folder import FolderSink
from askmesh.cli.audit import audit
from askmesh.errors import StartupError, UnavailableError
from askmesh.identity import Caller, Role
from askmesh.telemetry import ServiceMetrics

ANN = Caller("blue", "ann", frozenset(), frozenset({Role.READER}))
BOB = Caller("blue", "bob", frozenset(), frozenset({Role.READER}))


def event(caller: Caller, hour: int = 1, day: int = 1, **details: str | list[str]) -> AuditEvent:
    time = datetime(2026, 1, day, hour, tzinfo=UTC)
    texts = {"question": f"What does {caller.user} want?"}
    return AuditEvent("answer.asked", caller, details, texts, time)


class Disk:
    """A sink that may be full."""

    def __init__(self) -> None:
        self.full = False
        self.kept: list[AuditEvent] = []

    def write(self, events: Sequence[AuditEvent]) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        self.kept += events
        return len(events)


async def test_nothing_may_happen_while_it_cannot_be_recorded_and_nothing_is_lost() -> None:
    disk, metrics = Disk(), ServiceMetrics(CollectorRegistry())
    trail = AuditTrail(disk, metrics)
    trail.require()
    disk.full = True
    trail.record(event(ANN))
    assert not await trail.flush()
    with pytest.raises(UnavailableError, match="cannot be recorded"):
        trail.require()
    assert metrics.registry.get_sample_value("askmesh_audit_works") == 0
    disk.full = False
    trail.record(event(BOB))
    assert await trail.flush()
    trail.require()
    assert [each.caller for each in disk.kept] == [ANN, BOB]
    assert metrics.registry.get_sample_value("askmesh_audit_events_total") == 2


@dataclass
class SlowDisk:
    """A sink that writes when it may, and knows how many write at once."""

    begun: threading.Event = field(default_factory=threading.Event)
    may_write: threading.Event = field(default_factory=threading.Event)
    kept: list[AuditEvent] = field(default_factory=list[AuditEvent])
    writers: int = 0
    most_writers: int = 0

    def write(self, events: Sequence[AuditEvent]) -> int:
        self.writers += 1
        self.most_writers = max(self.most_writers, self.writers)
        self.begun.set()
        self.may_write.wait(20)
        self.kept += events
        self.writers -= 1
        return len(events)


async def test_what_is_being_written_at_the_end_is_written_once() -> None:
    disk = SlowDisk()
    trail = AuditTrail(disk, ServiceMetrics(CollectorRegistry()))
    trail.record(event(ANN))
    async with asyncio.TaskGroup() as group:
        group.create_task(trail.keep_writing())
        await asyncio.to_thread(disk.begun.wait, 60)
        trail.record(event(BOB))
        trail.end()
        disk.may_write.set()
    assert [each.caller for each in disk.kept] == [ANN, BOB]
    assert disk.most_writers == 1


async def test_what_is_lost_at_the_end_is_told(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk()
    disk.full = True
    trail = AuditTrail(disk, ServiceMetrics(CollectorRegistry()))
    trail.record(event(ANN))
    trail.end()
    await trail.keep_writing()
    assert "1 events of the audit are lost" in caplog.text


async def keep_what_is_no_text(folder: Path) -> None:
    """Record something that no line can be made of, and wait without end."""
    settings = AuditSettings("gateway", str(folder), 9999, with_texts=False)
    async with audit_trail(settings, ServiceMetrics(CollectorRegistry())) as trail:
        assert trail is not None
        trail.record(AuditEvent("answer.asked", ANN, {"documents": cast("str", object())}))
        await asyncio.Event().wait()


async def test_a_defect_of_the_writer_ends_the_service(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(keep_what_is_no_text(tmp_path), 60)
    assert caught.group_contains(TypeError)


async def test_whether_the_audit_can_be_written_is_told_from_the_start(tmp_path: Path) -> None:
    metrics = ServiceMetrics(CollectorRegistry())
    settings = AuditSettings("gateway", str(tmp_path), 9999, with_texts=False)
    async with audit_trail(settings, metrics):
        assert metrics.registry.get_sample_value("askmesh_audit_works") == 1


def files_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.jsonl"))


async def write(folder: Path, *events: AuditEvent, days: int = 9999, texts: bool = False) -> None:
    """Write events as a gateway does that ends at once."""
    settings = AuditSettings("gateway", str(folder), days, texts)
    async with audit_trail(settings, ServiceMetrics(CollectorRegistry())) as trail:
        assert trail is not None
        for each in events:
            trail.record(each)


async def test_what_waits_is_written_at_the_end_for_its_owner_alone(tmp_path: Path) -> None:
    await write(tmp_path / "audit", event(ANN, answer_id="a"))
    (line,) = AuditFolder(tmp_path / "audit").lines(lambda _: True)
    expected = {"service": "gateway", "action": "answer.asked", "tenant": "blue", "user": "ann"}
    assert line == {"time": "2026-01-01T01:00:00.000+00:00", **expected, "answer_id": "a"}
    (file,) = files_in(tmp_path / "audit")
    assert file.stat().st_mode & 0o077 == 0


async def test_texts_are_kept_only_where_somebody_wants_them(tmp_path: Path) -> None:
    await write(tmp_path, event(ANN))
    await write(tmp_path, event(BOB), texts=True)
    questions = [line.get("question") for line in AuditFolder(tmp_path).lines(lambda _: True)]
    assert questions == [None, "What does bob want?"]


async def test_files_are_kept_for_as_many_days_as_were_asked_for(tmp_path: Path) -> None:
    for service in ("gateway", "ingestion"):
        AuditFolder(tmp_path).append(service, date(2020, 1, 1), [b"{}\n"])
    await write(tmp_path, AuditEvent("answer.asked", ANN, {}), days=30)
    old, new = sorted(file.name for file in files_in(tmp_path))
    assert old.startswith("2020-01-01.ingestion."), "another service's days are its own"
    assert not new.startswith("2020")


@contextmanager
def no_room_beyond(size: int) -> Generator[None]:
    """Let no file grow beyond a size for the time of a block."""
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


FIRST = date(2026, 1, 1)


def lines_of(*callers: Caller) -> list[bytes]:
    return [event(caller).line("gateway", with_texts=True) for caller in callers]


def users_in(folder: Path) -> list[str]:
    return [str(line["user"]) for line in AuditFolder(folder).lines(lambda _: True)]


def test_a_disk_that_is_full_within_a_line_gets_no_part_of_it(tmp_path: Path) -> None:
    folder, (line,) = AuditFolder(tmp_path), lines_of(ANN)
    folder.append("gateway", FIRST, [line])
    with no_room_beyond(len(line) * 5 // 2), pytest.raises(OSError, match="large"):
        folder.append("gateway", FIRST, lines_of(BOB, BOB, BOB))
    (file,) = files_in(tmp_path)
    assert file.read_bytes() == line
    folder.append("gateway", FIRST, lines_of(BOB, BOB, BOB))
    assert users_in(tmp_path) == ["ann", "bob", "bob", "bob"]


def test_what_a_killed_writer_leaves_of_a_line_is_passed_over_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = AuditFolder(tmp_path)
    folder.append("gateway", FIRST, lines_of(ANN))
    (file,) = files_in(tmp_path)
    with file.open("ab") as opened:
        opened.write('{"tenant": "blue", "user": "ann", "question": "Wo ist ä'.encode()[:-1])
    folder.append("gateway", FIRST, lines_of(BOB))
    assert users_in(tmp_path) == ["ann", "bob"]
    assert f"line 2 of {file.name} is damaged" in caplog.text
    assert folder.forget("blue", "ann") == 1
    assert b"ann" not in file.read_bytes()


async def test_a_day_that_is_written_is_not_written_again_for_the_next_one(tmp_path: Path) -> None:
    sink = FolderSink(AuditFolder(tmp_path), "gateway", 9999, with_texts=False)
    trail = AuditTrail(sink, ServiceMetrics(CollectorRegistry()))
    trail.record(event(ANN))
    assert await trail.flush()
    (first,) = files_in(tmp_path)
    second = tmp_path / first.name.replace("2026-01-01", "2026-01-02")
    second.mkdir()
    trail.record(event(BOB))
    trail.record(event(ANN, day=2))
    assert not await trail.flush()
    second.rmdir()
    assert await trail.flush()
    assert users_in(tmp_path) == ["ann", "bob", "ann"]


async def test_names_may_hold_what_is_no_character(tmp_path: Path) -> None:
    half = Caller("blue", "an\ud800", frozenset(), frozenset())
    await write(tmp_path, event(half), event(BOB, document_id="北京.pdf"))
    assert users_in(tmp_path) == ["an\ud800", "bob"]
    assert AuditFolder(tmp_path).forget("blue", "bob") == 1
    lines = exported(tmp_path)
    assert [line["user"] for line in lines if "document_id" not in line] == ["an\ud800"]
    (file,) = files_in(tmp_path)
    assert "北京.pdf" in file.read_text(encoding="utf-8")


async def test_a_folder_that_cannot_be_written_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError, match="name a folder that can be written"):
        await write(tmp_path / "file")


async def test_standard_output_gets_utf_8_whatever_it_is_for() -> None:
    written = io.BytesIO()
    output = io.TextIOWrapper(written, "ascii")
    settings = AuditSettings("gateway", "stdout:", 9999, with_texts=False)
    with redirect_stdout(output):
        async with audit_trail(settings, ServiceMetrics(CollectorRegistry())) as trail:
            assert trail is not None
            trail.record(event(ANN, document_id="北京.pdf"))
    assert "北京.pdf" in written.getvalue().decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days of two services, with texts."""
    kept = AuditFolder(tmp_path)
    for service, day, told in (
        ("gateway", 2, event(ANN, 3, 2)),
        ("ingestion", 1, event(BOB, 2, document_id="a")),
        ("gateway", 1, event(ANN, 1)),
        ("gateway", 1, event(Caller("red", "ann", frozenset(), frozenset()), 4)),
    ):
        kept.append(service, date(2026, 1, day), [told.line(service, with_texts=True)])
    return tmp_path


def exported(folder: Path, *options: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(audit, ["export", "--folder", str(folder), *options])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_an_export_has_all_services_in_the_order_of_time_and_can_be_narrowed(folder: Path) -> None:
    assert [each["user"] for each in exported(folder)] == ["ann", "bob", "ann", "ann"]
    assert len(exported(folder, "--user", "ann", "--tenant", "blue")) == 2
    (later,) = exported(folder, "--since", "2026-01-02")
    assert later["time"].startswith("2026-01-02")
    assert len(exported(folder, "--until", "2026-01-01T02:00:00")) == 1
    assert [each["user"] for each in exported(folder, "--document", "a")] == ["bob"]


def test_an_export_of_a_user_has_also_who_let_that_user_read(folder: Path) -> None:
    for told in (event(BOB, 9, allowed=["user:ann"]), event(BOB, 9, denied=["user:ann"])):
        AuditFolder(folder).append(
            "ingestion", date(2026, 1, 1), [told.line("ingestion", with_texts=False)]
        )
    users = [each["user"] for each in exported(folder, "--user", "ann", "--tenant", "blue")]
    assert users == ["ann", "bob", "bob", "ann"]


def test_a_user_who_is_forgotten_is_in_no_line_and_others_stay(folder: Path) -> None:
    listed = (
        b'{"time": "2026-01-01T09", "tenant": "blue", "user": "bob", "allowed": ["user:ann"]}\n'
    )
    AuditFolder(folder).append("ingestion", date(2026, 1, 1), [listed])
    options = ["forget", "--folder", str(folder), "--tenant", "blue", "--user", "ann"]
    assert "3 lines" in CliRunner().invoke(audit, options).output
    blue = exported(folder, "--tenant", "blue")
    assert "ann" not in json.dumps(blue)
    assert len({each["user"] for each in blue}) == 2
    assert len(exported(folder, "--user", "bob")) == 2
    assert len(exported(folder, "--tenant", "red", "--user", "ann")) == 1


def test_forgetting_leaves_files_to_whose_they_are_and_as_they_are_without_room(
    tmp_path: Path,
) -> None:
    folder = AuditFolder(tmp_path)
    folder.append("gateway", FIRST, lines_of(ANN))
    (file,) = files_in(tmp_path)
    file.chmod(0o640)
    names = {each.name for each in tmp_path.iterdir()}
    with no_room_beyond(10), pytest.raises(OSError, match="large"):
        folder.forget("blue", "ann")
    assert users_in(tmp_path) == ["ann"]
    assert {each.name for each in tmp_path.iterdir()} == names
    assert folder.forget("blue", "ann") == 1
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_whoever_owns_the_folder_owns_the_lock_that_root_makes(tmp_path: Path) -> None:
    os.chown(tmp_path, 65_534, 65_534)
    AuditFolder(tmp_path).append("gateway", FIRST, lines_of(ANN))
    assert (tmp_path / "lock").stat().st_uid == 65_534
