"""What a segment of vectors knows about its documents and passages, by columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import DocumentChange, Filter, lies_at
from askmesh.search._keys import number_of
from askmesh.search._types import UnindexableDocumentError, Vector, microseconds

Numbers: TypeAlias = NDArray[np.int64]
Keys: TypeAlias = NDArray[np.uint64]
Folders: TypeAlias = np.ndarray[Any, np.dtypes.StringDType[Any]]
_NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class DocumentRows:
    """One document: what filters look at, its passages, and their vectors."""

    tenant: str
    key: int
    source: str
    time: int
    attributes: Sequence[int]
    passage_ids: Sequence[str]
    vectors: Vector


def document_key(tenant: str, document_id: str) -> int:
    """Return the number that stands for a document."""
    return number_of("document", tenant, document_id)


def document_rows(change: DocumentChange, dimension: int) -> DocumentRows:
    """Return the rows of a document that is not deleted. Raises `UnindexableDocumentError`."""
    first = change.passages[0].passage
    try:
        return DocumentRows(
            tenant=change.tenant,
            key=document_key(change.tenant, change.document_id),
            source=first.source,
            time=_NO_TIME if first.modified_time is None else microseconds(first.modified_time),
            attributes=[_attribute_key(*pair) for pair in first.attributes.items()],
            passage_ids=[embedded.passage.passage_id for embedded in change.passages],
            vectors=_finite([embedded.embedding for embedded in change.passages], dimension),
        )
    except (ValueError, TypeError) as error:
        raise UnindexableDocumentError(change.tenant, change.document_id, str(error)) from error


def unfit_vectors(
    changes: Sequence[DocumentChange], dimension: int
) -> list[UnindexableDocumentError]:
    """Return what is wrong with the vectors of changes, for each that cannot be indexed."""
    unfit: list[UnindexableDocumentError] = []
    for change in changes:
        try:
            if change.passages:
                document_rows(change, dimension)
        except UnindexableDocumentError as error:
            unfit.append(error)
    return unfit


def _finite(embeddings: Sequence[Vector], dimension: int) -> Vector:
    if any(embedding.shape != (dimension,) for embedding in embeddings):
        raise ValueError(f"its vectors do not have {dimension} dimensions")
    vectors = np.stack(embeddings).astype("<f4")
    if not np.isfinite(vectors).all():
        raise ValueError("its vectors are not finite")
    return vectors


def _attribute_key(name: str, value: str) -> int:
    return number_of("attribute", name, value)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """One entry for each document, in the order of tenants and keys; passage ids by row.

    `starts` says where the rows of each document start, and at its end how many there are;
    `attribute_starts` likewise for the keys of attributes.
    """

    tenants: dict[str, slice]
    keys: Keys
    starts: Numbers
    times: Numbers
    folders: Folders
    folder_of: Numbers
    names: "Texts"
    name_keys: Keys
    attribute_starts: Numbers
    attribute_keys: Keys
    passage_ids: "Texts"

    @classmethod
    def of(cls, documents: Sequence[DocumentRows]) -> "Columns":
        """Return the columns of documents, which are in order."""
        places = [_split(document.source) for document in documents]
        folders = {folder: at for at, folder in enumerate(dict.fromkeys(f for f, _ in places))}
        ends: dict[str, int] = {doc.tenant: at for at, doc in enumerate(documents, start=1)}
        return cls(
            tenants=_slices(list(ends), list(ends.values())),
            keys=np.array([doc.key for doc in documents], np.uint64),
            starts=_starts([len(doc.passage_ids) for doc in documents]),
            times=np.array([doc.time for doc in documents], np.int64),
            folders=_strings(list(folders)),
            folder_of=np.array([folders[folder] for folder, _ in places], np.int64),
            names=Texts.of([name for _, name in places]),
            name_keys=np.array([_name_key(name) for _, name in places], np.uint64),
            attribute_starts=_starts([len(doc.attributes) for doc in documents]),
            attribute_keys=np.array([key for doc in documents for key in doc.attributes], "u8"),
            passage_ids=Texts.of([name for doc in documents for name in doc.passage_ids]),
        )

    def rows_of(self, documents: slice) -> slice:
        """Return the rows of a range of documents."""
        return slice(int(self.starts[documents.start]), int(self.starts[documents.stop]))

    def positions(self, tenant: str, keys: Keys) -> Numbers:
        """Return where the documents with these keys are, of those that are here."""
        documents = self.tenants.get(tenant, slice(0, 0))
        held = self.keys[documents]
        at = np.searchsorted(held, keys)
        there = at < len(held)
        there[there] = held[at[there]] == keys[there]
        positions: Numbers = at[there] + documents.start
        return positions

    def admitted(self, documents: slice, tenant: str, condition: Filter) -> NDArray[np.bool_]:
        """Return for each document of a range whether it meets the condition."""
        admitted = np.ones(documents.stop - documents.start, np.bool_)
        if condition.document_ids:
            keys = [document_key(tenant, item) for item in condition.document_ids]
            admitted &= np.isin(self.keys[documents], np.array(keys, np.uint64))
        if condition.sources:
            lying = [self._lying_at(place)[documents] for place in condition.sources]
            admitted &= np.logical_or.reduce(lying)
        if condition.modified_after is not None:
            admitted &= self.times[documents] >= microseconds(condition.modified_after)
        if condition.modified_before is not None:
            times = self.times[documents]
            admitted &= (times != _NO_TIME) & (times < microseconds(condition.modified_before))
        for pair in condition.attributes.items():
            admitted &= self._carrying(_attribute_key(*pair))[documents]
        return admitted

    def source(self, document: int) -> str:
        """Return where a document came from."""
        return str(self.folders[self.folder_of[document]]) + self.names[document]

    def _lying_at(self, place: str) -> NDArray[np.bool_]:
        """Tell for each document what `askmesh.passages.lies_at` tells."""
        if place.endswith("/"):
            inside = _lie_in(self.folders, place)
            return inside[self.folder_of]
        lying = np.zeros(len(self.keys), np.bool_)
        for document in np.flatnonzero(self.name_keys == _name_key(_split(place)[1])).tolist():
            lying[document] = lies_at(self.source(document), place)
        return lying

    def _carrying(self, key: int) -> NDArray[np.bool_]:
        found = np.flatnonzero(self.attribute_keys == np.uint64(key))
        carrying = np.zeros(len(self.keys), np.bool_)
        carrying[np.searchsorted(self.attribute_starts, found, side="right") - 1] = True
        return carrying


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts in one block of memory, taken out one at a time."""

    data: NDArray[np.uint8]
    starts: Numbers

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """Return the texts in one block."""
        encoded = [text.encode() for text in texts]
        return cls(np.frombuffer(b"".join(encoded), np.uint8), _starts(list(map(len, encoded))))

    def __getitem__(self, number: int) -> str:
        return self.data[self.starts[number] : self.starts[number + 1]].tobytes().decode()

    def __len__(self) -> int:
        return len(self.starts) - 1


def to_arrays(columns: Columns) -> dict[str, NDArray[Any]]:
    """Return the columns as arrays of plain numbers."""
    tenants = Texts.of(list(columns.tenants))
    folders = Texts.of(columns.folders.tolist())
    return {
        "tenants": tenants.data,
        "tenant_starts": tenants.starts,
        "tenant_ends": np.array([part.stop for part in columns.tenants.values()], np.int64),
        "keys": columns.keys,
        "starts": columns.starts,
        "times": columns.times,
        "folders": folders.data,
        "folder_starts": folders.starts,
        "folder_of": columns.folder_of,
        "names": columns.names.data,
        "name_starts": columns.names.starts,
        "name_keys": columns.name_keys,
        "attribute_starts": columns.attribute_starts,
        "attribute_keys": columns.attribute_keys,
        "passage_ids": columns.passage_ids.data,
        "passage_id_starts": columns.passage_ids.starts,
    }


def from_arrays(arrays: dict[str, NDArray[Any]]) -> Columns:
    """Return the columns that `to_arrays` was given."""
    tenants = Texts(arrays["tenants"], arrays["tenant_starts"])
    folders = Texts(arrays["folders"], arrays["folder_starts"])
    return Columns(
        tenants=_slices(_all(tenants), arrays["tenant_ends"].tolist()),
        keys=arrays["keys"],
        starts=arrays["starts"],
        times=arrays["times"],
        folders=_strings(_all(folders)),
        folder_of=arrays["folder_of"],
        names=Texts(arrays["names"], arrays["name_starts"]),
        name_keys=arrays["name_keys"],
        attribute_starts=arrays["attribute_starts"],
        attribute_keys=arrays["attribute_keys"],
        passage_ids=Texts(arrays["passage_ids"], arrays["passage_id_starts"]),
    )


def _all(texts: Texts) -> list[str]:
    return [texts[number] for number in range(len(texts))]


def _slices(tenants: Sequence[str], ends: Sequence[int]) -> dict[str, slice]:
    return dict(zip(tenants, map(slice, [0, *ends], ends), strict=False))


def _starts(sizes: Sequence[int]) -> Numbers:
    starts: Numbers = np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.int64)
    return starts


def _strings(texts: Sequence[str]) -> Folders:
    return cast("Folders", np.array(texts, dtype=np.dtypes.StringDType()))


def _split(source: str) -> tuple[str, str]:
    folder, slash, name = source.rpartition("/")
    return folder + slash, name


def _name_key(name: str) -> int:
    return number_of("name", name)


def _lie_in(folders: Folders, place: str) -> NDArray[np.bool_]:
    lying: NDArray[np.bool_] = np.strings.startswith(folders, place)
    if not place.startswith("/"):
        lying |= np.strings.find(folders, f"/{place}") >= 0
    return lying
