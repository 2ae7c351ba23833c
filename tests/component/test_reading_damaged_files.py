"""Damaged files of every form: each is read or refused, and no process is lost."""

import os
import random

import pytest

from askmesh.ingestion.reader_pool import ReaderLimits, reader_pool
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits
from askmesh.uploads import MediaType
from support.damaged_files import SEEDS, damaged

FILES = int(os.environ.get("ASKMESH_FUZZ_FILES", "300"))


@pytest.mark.timeout(36_000 if FILES > 300 else 120)
@pytest.mark.parametrize("media_type", SEEDS, ids=lambda media_type: media_type.name)
async def test_damaged_files_are_read_or_refused(media_type: MediaType) -> None:
    chance = random.Random(media_type.name)
    reasons: list[str] = []
    async with reader_pool(ReaderLimits(processes=1, seconds=20)) as pool:
        for _ in range(FILES):
            content = damaged(SEEDS[media_type], chance)
            try:
                await pool.read(content, media_type, PassageLimits())
            except DocumentRefusedError as refusal:
                reasons.append(refusal.reason)
    assert not {"READER_CRASHED", "READING_TOO_SLOW"} & set(reasons)
    assert len(reasons) < FILES
