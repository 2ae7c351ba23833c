"""Zipped documents that would unpack to more than anybody reads."""

from io import BytesIO
from zipfile import ZipFile

from askmesh.ingestion.refusals import DocumentRefusedError

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_MEMBERS = 20_000


def check_unpacked_size(content: bytes) -> None:
    """Raise `DocumentRefusedError` if `content`, a ZIP archive, says that it is too large."""
    with ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED_BYTES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", "It unpacks to too much data.")
