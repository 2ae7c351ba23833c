"""Buckets of object stores that speak S3, read as folders are."""

import errno
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from askmesh.errors import AskmeshError, InvalidRequestError, UnavailableError
from askmesh.folders._files import FileStatus
from askmesh.uploads import MAX_CONTENT_BYTES

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Store

SCHEME = "s3://"
REVISION = "etag"
"""The attribute of a document that says which revision of an object it was read from."""

_LISTED_TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """What stands in a bucket below a prefix.

    The server and the keys come from the variables that clients of S3 know: `AWS_ENDPOINT_URL`,
    `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, or from the machine's role.
    """

    address: str

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """The last part of the address, as a folder is named."""
        return self.address.removeprefix(SCHEME).strip("/").rpartition("/")[2]

    def files(self) -> Iterator["ObjectFile"]:
        """Yield the objects; hidden ones are among them. Raises `AskmeshError`."""
        bucket, _, prefix = self.address.removeprefix(SCHEME).strip("/").partition("/")
        store = _store(bucket)
        from obstore import (  # noqa: PLC0415 - an extra
            list as list_objects,  # pyright: ignore[reportUnknownVariableType] - Arrow's types
        )

        with _listing_errors(self.address):
            listed = list_objects(store, prefix or None, chunk_size=_LISTED_TOGETHER)
            for each in chain.from_iterable(listed):
                below = each["path"][len(prefix) :].strip("/")
                yield ObjectFile(store, each, below)


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """An object, whose `name` is its key below the prefix until it is named."""

    store: "S3Store"
    meta: "ObjectMeta"
    name: str

    @property
    def ending(self) -> str:
        return PurePosixPath(self.name).suffix

    @property
    def attributes(self) -> Mapping[str, str]:
        return {REVISION: self._revision}

    @property
    def _revision(self) -> str:
        tag = self.meta["e_tag"] or f"{self.meta['last_modified']} {self.meta['size']}"
        return tag.strip('"')

    def status(self) -> FileStatus:
        return FileStatus(self.meta["size"], self.meta["last_modified"], (self._revision,))

    @contextmanager
    def opened(self) -> Generator[BinaryIO]:
        from obstore import get  # noqa: PLC0415 - an extra
        from obstore.exceptions import BaseError  # noqa: PLC0415

        with SpooledTemporaryFile(MAX_CONTENT_BYTES) as file:
            try:
                for part in get(self.store, self.meta["path"]):
                    file.write(part)
            except (BaseError, FileNotFoundError) as error:
                raise OSError(errno.EIO, "it cannot be fetched from its bucket") from error
            file.seek(0)
            yield cast("BinaryIO", file)


def is_bucket(address: str) -> bool:
    """Tell whether an address is that of a bucket."""
    return address.startswith(SCHEME)


def _store(bucket: str) -> "S3Store":
    if find_spec("obstore") is None:
        raise InvalidRequestError(
            "EXTRA_MISSING",
            "Buckets need another library: pip install 'askmesh[s3]'",
            field="path",
        )
    from datetime import timedelta  # noqa: PLC0415

    from obstore.store import S3Store  # noqa: PLC0415 - an extra

    return S3Store(
        bucket,
        client_options={"connect_timeout": "5s", "timeout": "60s", "allow_http": True},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )


@contextmanager
def _listing_errors(address: str) -> Generator[None]:
    from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra

    try:
        yield
    except (BaseError, OSError) as error:
        raise _error_of(address, str(error)) from error


def _error_of(address: str, said: str) -> AskmeshError:
    if "NoSuchBucket" in said:
        return InvalidRequestError(
            "BUCKET_MISSING", f"{address}: there is no such bucket", field="path"
        )
    if "403 Forbidden" in said or "401 Unauthorized" in said:
        return InvalidRequestError(
            "BUCKET_FORBIDDEN",
            f"{address}: the server refuses the keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
            "AWS_REGION say who asks, and AWS_ENDPOINT_URL whom",
            field="path",
        )
    return UnavailableError(
        "BUCKET_UNAVAILABLE", f"{address} does not answer: {said.splitlines()[0][:300]}"
    )
