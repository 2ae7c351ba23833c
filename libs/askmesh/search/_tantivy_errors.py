"""What tantivy raises, as ours."""

from collections.abc import Generator
from contextlib import contextmanager

from askmesh.search._types import IndexUnavailableError


@contextmanager
def translated() -> Generator[None]:
    """Turn what tantivy raises into ours. Its defects arrive as panics, which are no exceptions."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexUnavailableError("The keyword index does not answer.") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise IndexUnavailableError("The keyword index failed.") from error
        raise
