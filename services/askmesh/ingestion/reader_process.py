"""Read documents in a process of its own: python -m askmesh.ingestion.reader_process."""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from askmesh.ingestion.reader_work import (
    LEAVES,
    STAYS,
    Task,
    document_to_bytes,
    framed,
    refusal_to_bytes,
    task_from,
)
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import IN_WORDS
from askmesh.ingestion.splitting import SplitDocument, split

_PR_SET_PDEATHSIG = 1
_MAX_RESIDENT_BYTES = 512 * 2**20


def main(memory_bytes: int) -> None:
    """Answer the tasks on standard input, one after the other, until it ends.

    Ends early after a document that needed much memory, to give it back.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what parsers print is no answer
        _answer_all(sys.stdin.buffer, answers)


def _answer_all(tasks: BinaryIO, answers: BinaryIO) -> None:
    while (task := task_from(tasks)) is not None:
        answer = _answer(task)
        leaves = _resident_bytes() > _MAX_RESIDENT_BYTES
        answers.write(framed((LEAVES if leaves else STAYS) + answer))
        answers.flush()
        if leaves:
            return


def _resident_bytes() -> int:
    """Return how much memory this process has, 0 where that is not known."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _answer(task: Task) -> bytes:
    try:
        return document_to_bytes(_read_and_split(task))
    except DocumentRefusedError as refusal:
        return refusal_to_bytes(refusal)
    except MemoryError:
        return refusal_to_bytes(
            DocumentRefusedError("CONTENT_TOO_LARGE", "Reading it needs too much memory.")
        )
    except Exception as error:  # noqa: BLE001 - the last of one file; any parser may raise anything
        return refusal_to_bytes(_unreadable(task, error))


def _read_and_split(task: Task) -> SplitDocument:
    document = read(task.content, task.media_type)
    return SplitDocument(
        document.title,
        tuple(split(document.blocks, task.limits)),
        document.attributes,
        document.notices,
    )


def _unreadable(task: Task, error: Exception) -> DocumentRefusedError:
    return DocumentRefusedError(
        "CONTENT_UNREADABLE",
        f"It is not {IN_WORDS[task.media_type]} that can be read, or it is damaged "
        f"({type(error).__name__}).",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
