"""What a process that reads documents is asked, what it answers, and how both are written."""

import json
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits, SplitDocument, SplitPassage
from askmesh.uploads import MediaType

LENGTH_BYTES = 8
LEAVES, STAYS = b"-", b"+"
"""What an answer begins with: whether the process that gave it leaves or takes another task."""


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be read and split."""

    content: bytes
    media_type: MediaType
    limits: PassageLimits

    def to_bytes(self) -> bytes:
        """Return the task as bytes of a stream, which `task_from` reads."""
        header = {"media_type": self.media_type.name, **asdict(self.limits)}
        return framed(json.dumps(header).encode()) + framed(self.content)


def task_from(stream: BinaryIO) -> Task | None:
    """Return the next task of a stream, None at its end."""
    if (header := _next_frame(stream)) is None or (content := _next_frame(stream)) is None:
        return None
    fields = json.loads(header)
    media_type = MediaType[fields.pop("media_type")]
    return Task(content, media_type, PassageLimits(**fields))


def framed(data: bytes) -> bytes:
    """Return `data` behind its length."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def frame_length(data: bytes) -> int:
    """Return the length that stands before a frame."""
    return int.from_bytes(data, "big")


def document_to_bytes(document: SplitDocument) -> bytes:
    """Return a document that was read, for `document_from_bytes`."""
    return json.dumps(asdict(document)).encode()


def refusal_to_bytes(refusal: DocumentRefusedError) -> bytes:
    """Return a refusal, which `document_from_bytes` raises."""
    return json.dumps({"refused": [refusal.reason, refusal.detail]}).encode()


def document_from_bytes(data: bytes) -> SplitDocument:
    """Return the document that a process has read. Raises `DocumentRefusedError`."""
    fields: dict[str, Any] = json.loads(data)
    if "refused" in fields:
        raise DocumentRefusedError(*fields["refused"])
    passages = [SplitPassage(tuple(each["headings"]), each["text"]) for each in fields["passages"]]
    return SplitDocument(
        fields["title"], tuple(passages), fields["attributes"], tuple(fields["notices"])
    )


def _next_frame(stream: BinaryIO) -> bytes | None:
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    data = stream.read(frame_length(length))
    return data if len(data) == frame_length(length) else None
