"""Scanned pages, read in a process as the service reads them."""

import pytest

from askmesh.ingestion import recognition
from askmesh.ingestion.reader_pool import ReaderLimits, reader_pool
from askmesh.ingestion.recognition import Recogniser
from askmesh.ingestion.splitting import PassageLimits
from askmesh.uploads import MediaType
from support.pdf import scanned_pdf

pytestmark = pytest.mark.skipif(
    not recognition.is_installed(), reason="text recognition (askmesh[ocr]) is not installed"
)
LEASE = "The lease of the workshop ends\non 30 June 2027."


async def test_text_of_scanned_pages_is_recognised_and_that_is_told() -> None:
    content = scanned_pdf([LEASE, "The key is in the blue box."])
    async with reader_pool(ReaderLimits(processes=1, memory_bytes=3 * 2**30)) as pool:
        document = await pool.read(content, MediaType.PDF, PassageLimits())
    text = " ".join(passage.text for passage in document.passages)
    assert "The lease of the workshop ends on 30 June 2027." in text
    assert "The key is in the blue box." in text
    assert document.notices == ("2 of 2 pages were scanned: their text is recognised.",)


def test_recognition_begins_no_page_when_its_time_is_over() -> None:
    assert not Recogniser(seconds=-1).has_time
