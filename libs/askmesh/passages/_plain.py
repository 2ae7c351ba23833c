"""Passages and times in plain values, which every database and JSON keep without loss."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from askmesh.passages._access import access_from_text, access_to_text
from askmesh.passages._passage import Passage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def passage_to_plain(passage: Passage) -> dict[str, Any]:
    """Return the values by name, in the order of the fields of `Passage`."""
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "text": passage.text,
        "title": passage.title,
        "headings": list(passage.headings),
        "source": passage.source,
        "position": passage.position,
        "revision": passage.revision,
        "modified_micros": to_micros(passage.modified_time),
        "attributes": dict(passage.attributes),
        "access": None if passage.access is None else access_to_text(passage.access),
    }


def passage_from_plain(plain: Mapping[str, Any]) -> Passage:
    """Return the passage that `passage_to_plain` was given. Other values may stand beside it."""
    values = {name: plain[name] for name in PLAIN_FIELDS if name != "modified_micros"}
    values["headings"] = tuple(values["headings"])
    values["attributes"] = dict(values["attributes"])
    access = values["access"]
    values["access"] = None if access is None else access_from_text(access)
    return Passage(**values, modified_time=from_micros(plain["modified_micros"]))


def microseconds(time: datetime) -> int:
    """Return the microseconds from 1970 to an aware time; databases round their own time types."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def to_micros(time: datetime | None) -> int | None:
    """Return the microseconds from 1970 to an aware time, if there is one."""
    return None if time is None else microseconds(time)


def from_micros(micros: int | None) -> datetime | None:
    """Return what `to_micros` was given, in UTC."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


PLAIN_FIELDS = tuple(passage_to_plain(Passage("", "", "")))
