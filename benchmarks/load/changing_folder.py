"""A folder of small documents that changes as folders of organisations do."""

import hashlib
import random
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class ChangingFolder:
    """Writes, changes, renames and deletes its files, by chance alone; no two are ever alike."""

    path: Path
    chance: random.Random
    entries: dict[str, int] = field(default_factory=dict[str, int])  # the last of each file
    written: int = 0

    @property
    def names(self) -> list[str]:
        """The names of its files."""
        return sorted(self.entries)

    def add(self, count: int) -> None:
        """Add files."""
        for _ in range(count):
            self._write(f"record-{self.written:05}.md")

    def change(self, share: float) -> None:
        """Change, rename, delete and add a share of the files each."""
        count = max(1, round(len(self.names) * share))
        for name in self.chance.sample(self.names, count):
            self._write(name)
        for name in self.chance.sample(self.names, count):
            moved = f"moved-{self.written:05}.md"
            (self.path / name).rename(self.path / moved)
            self.entries[moved] = self.entries.pop(name)
            self.written += 1
        for name in self.chance.sample(self.names, count):
            (self.path / name).unlink()
            del self.entries[name]
        self.add(count)

    def contents(self) -> dict[str, str]:
        """Return the hash of every file's content, by the name of its document."""
        return {
            self.document(name): hashlib.sha256((self.path / name).read_bytes()).hexdigest()
            for name in self.entries
        }

    def document(self, name: str) -> str:
        """Return the name of a file's document."""
        return f"{self.path.name}/{name}"

    def _write(self, name: str) -> None:
        self.written += 1
        self.entries[name] = self.written
        words = " ".join(self.chance.choices(_WORDS.split(), k=60))
        self.path.mkdir(exist_ok=True)
        text = f"# Record {self.written}\n\nEntry {self.written} says: {words}.\n"
        (self.path / name).write_text(text, encoding="utf-8")


_WORDS = (
    "barley cellar damp early fence gravel harvest iron jar kettle ladder meadow needle orchard "
    "plough quiet river shed timber under valley water yard north south dry heavy light"
)
