"""A folder that is kept in step, by the command line."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.commands import askmesh
from support.mesh import RunningMesh


def sync(mesh: RunningMesh, folder: Path, *options: str) -> CompletedProcess[str]:
    where = ("--base-port", str(mesh.base_port), "--home", str(folder.parent))
    return askmesh("ingest", *where, "--sync", *options, str(folder))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for number in range(8):
        (folder / f"note-{number}.md").write_text(f"# Note {number}\n\nShelf {number} is dry.\n")
    return folder


def test_a_folder_is_followed_but_not_when_most_of_it_would_be_deleted(
    farm: RunningMesh, shelf: Path
) -> None:
    assert "8 created" in sync(farm, shelf).stdout
    (shelf / "note-0.md").unlink()
    (shelf / "note-1.md").rename(shelf / "moved.md")
    followed = sync(farm, shelf)
    assert followed.returncode == 0
    assert "1 deleted" in followed.stdout
    unchanged = sync(farm, shelf, "--dry-run")
    assert unchanged.returncode == 0
    assert "would be ingested" not in unchanged.stdout
    assert "deleted" not in unchanged.stdout
    (shelf / "new.md").write_text("# New\n\nIt stands beside the others.\n")
    assert "1 documents would be ingested" in sync(farm, shelf, "--dry-run").stdout
    (shelf / "new.md").unlink()
    assert "1 moved" in followed.stdout
    for number in range(2, 8):
        (shelf / f"note-{number}.md").unlink()
    refused = sync(farm, shelf)
    assert refused.returncode != 0
    assert "--allow-deletions" in refused.stdout + refused.stderr
    for number in range(20, 30):
        (shelf / f"other-{number}.md").write_text(f"# Other {number}\n\nAnother shelf.\n")
    for options in ((), ("--dry-run",)):
        assert "--allow-deletions" in sync(farm, shelf, *options).stderr
    assert "6 deleted" in sync(farm, shelf, "--allow-deletions").stdout
