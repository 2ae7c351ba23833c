"""Events of an audit, on their way and in their files."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry

from askmesh.auditing import AuditEvent, AuditFolder, AuditSettings, AuditTrail, audit_trail
from askmesh.cli.audit import audit
from askmesh.errors import StartupError, UnavailableError
from askmesh.identity import Caller, Role
from askmesh.telemetry import ServiceMetrics

ANN = Caller("blue", "ann", frozenset(), frozenset({Role.READER}))
BOB = Caller("blue", "bob", frozenset(), frozenset({Role.READER}))


def event(caller: Caller, hour: int = 1, day: int = 1, **details: str) -> AuditEvent:
    time = datetime(2026, 1, day, hour, tzinfo=UTC)
    texts = {"question": f"What does {caller.user} want?"}
    return AuditEvent("answer.asked", caller, details, texts, time)


class Disk:
    """A sink that may be full."""

    def __init__(self) -> None:
        self.full = False
        self.kept: list[AuditEvent] = []

    def write(self, events: Sequence[AuditEvent]) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.kept += events


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
    AuditFolder(tmp_path).append("gateway", date(2020, 1, 1), ["{}"])
    await write(tmp_path, AuditEvent("answer.asked", ANN, {}), days=30)
    (file,) = files_in(tmp_path)
    assert not file.name.startswith("2020")


async def test_a_folder_that_cannot_be_written_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError, match="name a folder that can be written"):
        await write(tmp_path / "file")


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


def test_a_user_who_is_forgotten_is_in_no_line_and_others_stay(folder: Path) -> None:
    listed = '{"time": "2026-01-01T09", "tenant": "blue", "user": "bob", "allowed": ["user:ann"]}'
    AuditFolder(folder).append("ingestion", date(2026, 1, 1), [listed])
    options = ["forget", "--folder", str(folder), "--tenant", "blue", "--user", "ann"]
    assert "3 lines" in CliRunner().invoke(audit, options).output
    blue = exported(folder, "--tenant", "blue")
    assert "ann" not in json.dumps(blue)
    assert len({each["user"] for each in blue}) == 2
    assert len(exported(folder, "--user", "bob")) == 2
    assert len(exported(folder, "--tenant", "red", "--user", "ann")) == 1
