"""The model store refuses what does not match, and keeps what does."""

import hashlib
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from askmesh.models import (
    LocalDirectory,
    ModelFile,
    ModelIntegrityError,
    ModelSpec,
    ModelStore,
    ModelUnavailableError,
    ShowProgress,
    SourceError,
    find_language_model,
)
from askmesh.models._progress import growth_reported

RIGHT = {"weights.bin": b"right weights", "words.json": b"{}"}
SPEC = ModelSpec(
    name="toy",
    revision="r1",
    files=tuple(
        ModelFile(name=name, sha256=hashlib.sha256(content).hexdigest())
        for name, content in RIGHT.items()
    ),
)


@dataclass
class Shelf:
    """A source with these files."""

    files: Mapping[str, bytes]
    name: str = "the shelf"
    asked: list[list[str]] = field(default_factory=list[list[str]])
    before: Callable[[], object] = lambda: None

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: ShowProgress
    ) -> None:
        self.asked.append([file.name for file in files])
        self.before()
        progress(f"{spec.name}: from {self.name}")
        present = [file.name for file in files if file.name in self.files]
        if not present:
            raise SourceError("it is empty")
        for name in present:
            (into / name).write_bytes(self.files[name])


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in RIGHT}


def test_the_first_source_that_has_a_model_gives_it(tmp_path: Path) -> None:
    empty, full, unused = Shelf({}), Shelf(RIGHT), Shelf(RIGHT)
    folder = ModelStore(tmp_path, sources=[empty, full, unused]).resolve(SPEC)
    assert contents(folder) == RIGHT
    assert (len(empty.asked), len(full.asked), len(unused.asked)) == (1, 1, 0)


def test_a_model_that_is_here_needs_no_source(tmp_path: Path) -> None:
    ModelStore(tmp_path, sources=[Shelf(RIGHT)]).resolve(SPEC)
    store = ModelStore(tmp_path, sources=[])
    assert store.has(SPEC)
    assert contents(store.resolve(SPEC)) == RIGHT


def test_a_wrong_hash_is_refused_and_the_next_source_asked_for_that_file(tmp_path: Path) -> None:
    forged = Shelf({**RIGHT, "weights.bin": b"wrong weights"})
    honest = Shelf(RIGHT)
    lines: list[str] = []
    folder = ModelStore(tmp_path, sources=[forged, honest]).resolve(SPEC, lines.append)
    assert contents(folder) == RIGHT
    assert honest.asked == [["weights.bin"]]
    assert any("weights.bin from the shelf is refused" in line for line in lines)


def test_only_wrong_hashes_raise_an_error_that_names_file_expected_and_found(
    tmp_path: Path,
) -> None:
    store = ModelStore(tmp_path, sources=[Shelf({**RIGHT, "weights.bin": b"wrong"}), Shelf({})])
    with pytest.raises(ModelIntegrityError) as caught:
        store.resolve(SPEC)
    assert caught.value.file == "weights.bin"
    assert caught.value.expected == SPEC.files[0].sha256
    assert caught.value.found == hashlib.sha256(b"wrong").hexdigest()
    assert caught.value.found in str(caught.value)


def test_nothing_unverified_is_ever_at_the_final_path(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, sources=[Shelf({**RIGHT, "weights.bin": b"wrong"})])
    with pytest.raises(ModelIntegrityError):
        store.resolve(SPEC)
    assert not store.has(SPEC)
    assert not list(tmp_path.rglob("weights.bin"))


def test_without_any_source_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, sources=[Shelf({})])
    with pytest.raises(ModelUnavailableError, match="ASKMESH_MODEL_DIRECTORY") as caught:
        store.resolve(SPEC)
    assert "\n" not in caught.value.message
    assert "toy/weights.bin" in caught.value.message
    assert "the shelf: it is empty" in caught.value.message


def test_a_folder_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "file" / "home"
    home.parent.touch()
    with pytest.raises(ModelUnavailableError, match="askmesh models pull toy") as caught:
        ModelStore(home, sources=[Shelf(RIGHT)]).resolve(SPEC)
    assert str(home / "models") in caught.value.message
    assert "\n" not in caught.value.message


def test_a_lock_of_somebody_else_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "models" / f".{SPEC.identity}.lock").mkdir(parents=True)
    with pytest.raises(ModelUnavailableError, match="set ASKMESH_HOME"):
        ModelStore(tmp_path, sources=[Shelf(RIGHT)]).resolve(SPEC)


def test_a_file_that_was_changed_later_is_fetched_again(tmp_path: Path) -> None:
    folder = ModelStore(tmp_path, sources=[Shelf(RIGHT)]).resolve(SPEC)
    (folder / "weights.bin").write_bytes(b"damaged")
    store = ModelStore(tmp_path, sources=[Shelf(RIGHT)])
    assert not store.has(SPEC)
    assert contents(store.resolve(SPEC)) == RIGHT


def test_a_file_with_another_time_but_the_right_content_is_kept(tmp_path: Path) -> None:
    folder = ModelStore(tmp_path, sources=[Shelf(RIGHT)]).resolve(SPEC)
    (folder / "weights.bin").touch()
    assert ModelStore(tmp_path, sources=[]).has(SPEC)


def test_revisions_live_side_by_side(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, sources=[Shelf(RIGHT)])
    other = ModelSpec(name="toy", revision="r2", files=SPEC.files)
    assert store.resolve(SPEC) != store.resolve(other)


def test_two_that_resolve_at_once_fetch_once(tmp_path: Path) -> None:
    both = threading.Barrier(2)
    shelf = Shelf(RIGHT)

    def resolve() -> Path:
        both.wait(60)
        return ModelStore(tmp_path, sources=[shelf]).resolve(SPEC)

    with ThreadPoolExecutor(2) as threads:
        folders = [threads.submit(resolve) for _ in range(2)]
    assert folders[0].result() == folders[1].result()
    assert len(shelf.asked) == 1


def test_what_a_killed_process_left_behind_is_not_used(tmp_path: Path) -> None:
    partial = tmp_path / "models" / f".{SPEC.identity}.partial"
    partial.mkdir(parents=True)
    (partial / "weights.bin").write_bytes(b"half of")
    folder = ModelStore(tmp_path, sources=[Shelf(RIGHT)]).resolve(SPEC)
    assert contents(folder) == RIGHT
    assert not partial.exists()


def test_a_fetch_that_failed_is_gone_on_with(tmp_path: Path) -> None:
    half = Shelf({"weights.bin": RIGHT["weights.bin"]})
    with pytest.raises(ModelUnavailableError):
        ModelStore(tmp_path, sources=[half]).resolve(SPEC)
    rest = Shelf({"words.json": RIGHT["words.json"]})
    assert contents(ModelStore(tmp_path, sources=[rest]).resolve(SPEC)) == RIGHT
    assert rest.asked == [["words.json"]]


def test_a_download_tells_how_far_it_is_while_it_runs(tmp_path: Path) -> None:
    sized = replace(SPEC, files=tuple(replace(f, size=2_000_000) for f in SPEC.files))
    lines: list[str] = []
    told = threading.Event()

    def tell(line: str) -> None:
        lines.append(line)
        if " of " in line:
            told.set()

    shelf = Shelf(RIGHT, before=lambda: told.wait(60))
    ModelStore(tmp_path, sources=[shelf], report_seconds=0.01).resolve(sized, tell)
    assert "toy: 0 of 4 MB (0.0 MB/s)" in lines


def test_a_model_that_has_no_room_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    huge = replace(SPEC, files=tuple(replace(f, size=1 << 60) for f in SPEC.files))
    shelf = Shelf(RIGHT)
    with pytest.raises(ModelUnavailableError, match=r"needs \d+ MB .* make room"):
        ModelStore(tmp_path, sources=[shelf]).resolve(huge)
    assert not shelf.asked


def test_a_language_model_is_named_or_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.touch()
    store = ModelStore(tmp_path, sources=[])
    assert find_language_model(str(path), store) == path
    with pytest.raises(ModelUnavailableError, match=r"smollm2-135m-instruct.*\.gguf"):
        find_language_model("nobody-knows-it", store)


def test_a_local_directory_has_a_folder_for_each_model(tmp_path: Path) -> None:
    (tmp_path / "shared" / "toy").mkdir(parents=True)
    for name, content in RIGHT.items():
        (tmp_path / "shared" / "toy" / name).write_bytes(content)
    store = ModelStore(tmp_path / "home", sources=[LocalDirectory(tmp_path / "shared")])
    assert contents(store.resolve(SPEC)) == RIGHT


def test_telling_how_far_a_download_is_outlives_folders_that_come_and_go(tmp_path: Path) -> None:
    told: list[str] = []
    with growth_reported(SPEC, tmp_path, told.append, every_seconds=0):
        while len(told) < 200:
            for name in map(str, range(40)):
                (tmp_path / "unpacked" / name / "data").mkdir(parents=True)
            shutil.rmtree(tmp_path / "unpacked")
    assert len(told) >= 200
