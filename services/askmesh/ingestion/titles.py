"""Titles of documents that do not state one."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from askmesh.uploads import media_type_of_ending

_BETWEEN_WORDS = re.compile(r"[\s_]+|(?<=[^\W\d])-+|-+(?=[^\W\d])")


def title_from(source: str) -> str:
    """Return the name of a file, made readable; the whole of `source` if it names none.

    `docs/sprayer-manual_v2.txt` is "sprayer manual v2". Dates keep their hyphens.
    """
    path = PurePosixPath(unquote(re.split(r"[?#]", source, maxsplit=1)[0]).replace("\\", "/"))
    name = path.stem if media_type_of_ending(path.suffix) else path.name
    return _BETWEEN_WORDS.sub(" ", name).strip() or source
