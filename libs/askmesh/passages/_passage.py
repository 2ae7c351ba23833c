"""A passage, with its vector, and a document's passages as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from askmesh.passages._access import AccessList

if TYPE_CHECKING:  # numpy is large, and not everybody who passes passages on has vectors.
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of one document. `passage_id` names it within its tenant.

    `position` counts within the document, from 0. `revision` is the one that brought the passage,
    `access` says who may read the document; document stores set both and ignore what they are
    given, and `access` is None wherever nobody has to know. Times carry a time zone.
    """

    passage_id: str
    document_id: str
    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    source: str = ""
    position: int = 0
    revision: int = 0
    modified_time: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    access: AccessList | None = None


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedPassage:
    """A passage with its vector, of any dimension. Vectors from a document store are read-only."""

    passage: Passage
    embedding: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DocumentChange:
    """The newest state of one document. Without passages it holds nothing to search any more.

    Passages come in the order of their positions.
    """

    tenant: str
    document_id: str
    revision: int
    passages: tuple[EmbeddedPassage, ...] = ()
