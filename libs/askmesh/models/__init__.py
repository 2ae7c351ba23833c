"""Models by name, revision and SHA-256: fetched from the first source that has them, verified."""

from askmesh.models._catalog import (
    BGE_SMALL_EN,
    CATALOG,
    MINILM_CROSS_ENCODER,
    SMOLLM2_135M_INSTRUCT,
)
from askmesh.models._errors import (
    ModelError,
    ModelIntegrityError,
    ModelUnavailableError,
    SourceError,
)
from askmesh.models._hub import HuggingFaceHub
from askmesh.models._sources import LocalDirectory, ModelSource, PythonPackage
from askmesh.models._spec import ModelFile, ModelSpec, Progress
from askmesh.models._store import ModelStore, default_sources

__all__ = [
    "BGE_SMALL_EN",
    "CATALOG",
    "MINILM_CROSS_ENCODER",
    "SMOLLM2_135M_INSTRUCT",
    "HuggingFaceHub",
    "LocalDirectory",
    "ModelError",
    "ModelFile",
    "ModelIntegrityError",
    "ModelSource",
    "ModelSpec",
    "ModelStore",
    "ModelUnavailableError",
    "Progress",
    "PythonPackage",
    "SourceError",
    "default_sources",
]
