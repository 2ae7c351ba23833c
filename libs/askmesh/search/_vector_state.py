"""All vectors at one moment, and the manifest that says on disk which segments they are."""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from askmesh.passages import AccessList, Filter
from askmesh.search._folders import replace_durably
from askmesh.search._types import Hit, Vector
from askmesh.search._vector_columns import Keys
from askmesh.search._vector_segments import DamagedError, SegmentFiles, SegmentFolder, VectorSegment

_VERSION = 4
_MERGE_RATIO = 2


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The segments at one moment, so that searches and updates never wait for each other.

    `known_lists` has the access lists of tenants for whom somebody asked, by their keys.
    """

    revision: int = 0
    store_id: str = ""
    segments: tuple[VectorSegment, ...] = ()
    known_lists: dict[str, Mapping[str, AccessList]] = field(
        default_factory=dict[str, Mapping[str, AccessList]]
    )

    def count(self, tenant: str, condition: Filter) -> int:
        """Return how many passages of the tenant are live and meet the condition."""
        return sum(segment.count(tenant, condition) for segment in self.segments)

    def access_lists(self, tenant: str) -> Mapping[str, AccessList]:
        """Return by their keys the access lists of the tenant's live documents.

        They are the same object in all states in which the tenant's documents are the same.
        """
        known = self.known_lists.get(tenant)
        if known is None:
            lists = [segment.access_lists(tenant) for segment in self.segments]
            known = self.known_lists[tenant] = {
                key: each for part in lists for key, each in part.items()
            }
        return known

    def search(self, tenant: str, vector: Vector, limit: int, condition: Filter) -> list[Hit]:
        """Return the best `limit` passages that meet the condition, best first."""
        found = [
            (score, row, segment)
            for segment in self.segments
            for score, row in segment.search(tenant, vector, limit, condition)
        ]
        found.sort(key=lambda each: -each[0])
        return [segment.hit(score, row) for score, row, segment in found[:limit]]

    def without(self, keys: Mapping[str, Keys]) -> "State":
        """Return the state with the documents of these keys, by tenant, dead."""
        segments = (segment.without(keys) for segment in self.segments)
        lists = self.known_lists.copy()  # as a whole: others may add to them meanwhile
        for tenant in keys:
            lists.pop(tenant, None)
        live = tuple(each for each in segments if each.live.any())
        return replace(self, segments=live, known_lists=lists)

    def to_merge(self) -> list[VectorSegment]:
        """Return segments to make one of, so that few stay, each at least half live.

        Each is at least twice as large as the next; so a vector is copied a number of times
        logarithmic in how many there are.
        """
        by_size = sorted(self.segments, key=VectorSegment.live_rows)
        merged, rows = by_size[:1], by_size[0].live_rows() if by_size else 0
        for segment in by_size[1:]:
            if segment.live_rows() >= _MERGE_RATIO * rows:
                break
            merged.append(segment)
            rows += segment.live_rows()
        if len(merged) > 1:
            return merged
        return [each for each in by_size if _is_mostly_dead(each)][:1]

    def merged(self, before: Sequence[VectorSegment], merged: VectorSegment) -> "State | None":
        """Return the state with one segment in the place of others, None if they are gone.

        What died in them since then is dead in the new one, too.
        """
        now = {segment.files.name: segment for segment in self.segments}
        if not all(segment.files.name in now for segment in before):
            return None
        for segment in before:
            merged = merged.without(now.pop(segment.files.name).died_since(segment))
        live = (each for each in (*now.values(), merged) if each.live.any())
        return replace(self, segments=tuple(live))


def save(path: Path, state: State, dimension: int) -> None:
    """Replace the manifest. After a crash at any moment it is the old one or the new one, whole."""
    content = {
        "version": _VERSION,
        "dimension": dimension,
        "revision": state.revision,
        "store_id": state.store_id,
        "segments": [{**asdict(each.files), "live": _packed(each)} for each in state.segments],
    }
    body = json.dumps(content).encode()
    replace_durably(path, [hashlib.sha256(body).hexdigest().encode(), b"\n", body])


def load(path: Path, folder: SegmentFolder, dimension: int) -> State:
    """Return the state that was saved. Raises `DamagedError`, and `OSError` if there is none."""
    digest, _, body = path.read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedError("the manifest of the vectors does not match its checksum")
    content = json.loads(body)
    if (content["version"], content["dimension"]) != (_VERSION, dimension):
        raise DamagedError("the vectors have another version or another dimension")
    segments = tuple(_segment(folder, **entry) for entry in content["segments"])
    return State(content["revision"], content["store_id"], segments)


def _is_mostly_dead(segment: VectorSegment) -> bool:
    return segment.live_rows() * _MERGE_RATIO < len(segment.vectors)


def _packed(segment: VectorSegment) -> list[Any]:
    bits = zlib.compress(np.packbits(segment.live).tobytes())
    return [len(segment.live), base64.b64encode(bits).decode()]


def _segment(folder: SegmentFolder, live: list[Any], **files: str) -> VectorSegment:
    count, packed = live
    bits = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8)
    return folder.read(SegmentFiles(**files), np.unpackbits(bits, count=count).astype(np.bool_))
