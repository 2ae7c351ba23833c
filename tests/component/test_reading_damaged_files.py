"""Damaged files of every form: each is read or refused, and no process is lost."""

import os
import random

import pytest

from askmesh.ingestion.reader_pool import ReaderLimits, reader_pool
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import PassageLimits
from support.damaged_files import SEEDS, damaged

FILES = int(os.environ.get("ASKMESH_FUZZ_FILES", "300"))


@pytest.mark.timeout(36_000 if FILES > 300 else 120)
@pytest.mark.parametrize("name", SEEDS)
async def test_damaged_files_are_read_or_refused(name: str) -> None:
    seed = SEEDS[name]
    count = FILES if name == seed.media_type.name else FILES // 5
    chance = random.Random(name)
    reasons: list[str] = []
    async with reader_pool(ReaderLimits(processes=1, seconds=20)) as pool:
        for _ in range(count):
            content = damaged(seed.content, chance)
            try:
                await pool.read(content, seed.media_type, PassageLimits())
            except DocumentRefusedError as refusal:
                reasons.append(refusal.reason)
    assert not {"READER_CRASHED", "READING_TOO_SLOW"} & set(reasons)
    assert len(reasons) < count
