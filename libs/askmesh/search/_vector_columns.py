"""What a segment of vectors knows about its documents and passages, by columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import Filter, access_from_text, access_to_text, lies_at, microseconds
from askmesh.search._access import AccessLists
from askmesh.search._keys import number_of
from askmesh.search._texts import Numbers, Texts, starts_of
from askmesh.search._vector_rows import NO_TIME, DocumentRows, attribute_key, document_key

Keys: TypeAlias = NDArray[np.uint64]
Folders: TypeAlias = np.ndarray[Any, np.dtypes.StringDType[Any]]


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
    names: Texts
    name_keys: Keys
    attribute_starts: Numbers
    attribute_keys: Keys
    access: AccessLists
    access_of: Numbers
    passage_ids: Texts

    @classmethod
    def of(cls, documents: Sequence[DocumentRows]) -> "Columns":
        """Return the columns of documents, which are in order."""
        places = [_split(document.source) for document in documents]
        folders = {folder: at for at, folder in enumerate(dict.fromkeys(f for f, _ in places))}
        access = {each: at for at, each in enumerate(dict.fromkeys(d.access for d in documents))}
        ends: dict[str, int] = {doc.tenant: at for at, doc in enumerate(documents, start=1)}
        return cls(
            tenants=_slices(list(ends), list(ends.values())),
            keys=np.array([doc.key for doc in documents], np.uint64),
            starts=starts_of([len(doc.passage_ids) for doc in documents]),
            times=np.array([doc.time for doc in documents], np.int64),
            folders=_strings(list(folders)),
            folder_of=np.array([folders[folder] for folder, _ in places], np.int64),
            names=Texts.of([name for _, name in places]),
            name_keys=np.array([_name_key(name) for _, name in places], np.uint64),
            attribute_starts=starts_of([len(doc.attributes) for doc in documents]),
            attribute_keys=np.array([key for doc in documents for key in doc.attributes], "u8"),
            access=AccessLists.of(access),
            access_of=np.array([access[doc.access] for doc in documents], np.int64),
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
            admitted &= (times != NO_TIME) & (times < microseconds(condition.modified_before))
        if condition.readable is not None:
            admitted &= self.access.readable(condition.readable)[self.access_of[documents]]
        for pair in condition.attributes.items():
            admitted &= self._carrying(attribute_key(*pair))[documents]
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


def to_arrays(columns: Columns) -> dict[str, NDArray[Any]]:
    """Return the columns as arrays of plain numbers."""
    tenants = Texts.of(list(columns.tenants))
    folders = Texts.of(columns.folders.tolist())
    access = Texts.of([access_to_text(each) for each in columns.access.lists])
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
        "access": access.data,
        "access_starts": access.starts,
        "access_of": columns.access_of,
        "passage_ids": columns.passage_ids.data,
        "passage_id_starts": columns.passage_ids.starts,
    }


def from_arrays(arrays: dict[str, NDArray[Any]]) -> Columns:
    """Return the columns that `to_arrays` was given."""
    tenants = Texts(arrays["tenants"], arrays["tenant_starts"])
    folders = Texts(arrays["folders"], arrays["folder_starts"])
    access = Texts(arrays["access"], arrays["access_starts"])
    return Columns(
        tenants=_slices(list(tenants), arrays["tenant_ends"].tolist()),
        keys=arrays["keys"],
        starts=arrays["starts"],
        times=arrays["times"],
        folders=_strings(list(folders)),
        folder_of=arrays["folder_of"],
        names=Texts(arrays["names"], arrays["name_starts"]),
        name_keys=arrays["name_keys"],
        attribute_starts=arrays["attribute_starts"],
        attribute_keys=arrays["attribute_keys"],
        access=AccessLists.of(map(access_from_text, access)),
        access_of=arrays["access_of"],
        passage_ids=Texts(arrays["passage_ids"], arrays["passage_id_starts"]),
    )


def _slices(tenants: Sequence[str], ends: Sequence[int]) -> dict[str, slice]:
    return dict(zip(tenants, map(slice, [0, *ends], ends), strict=False))


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
