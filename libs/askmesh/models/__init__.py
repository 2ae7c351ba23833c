"""Models by name, revision and SHA-256: fetched from the first source that has them, verified."""

from askmesh.models._catalog import (
    BGE_SMALL_EN,
    CATALOG,
    ENCODERS,
    LANGUAGE_MODELS,
    MINILM_CROSS_ENCODER,
    QWEN25_CODER_0_5B_INSTRUCT,
    QWEN25_CODER_1_5B_INSTRUCT,
    SMOLLM2_135M_INSTRUCT,
)
from askmesh.models._hub import HuggingFaceHub
from askmesh.models._packages import PythonPackage
from askmesh.models._sources import LocalDirectory, ModelSource
from askmesh.models._spec import (
    ModelError,
    ModelFile,
    ModelIntegrityError,
    ModelSpec,
    ModelUnavailableError,
    PackagePart,
    ShowProgress,
    SourceError,
    is_address,
    is_elsewhere,
)
from askmesh.models._store import ModelStore, default_sources, find_language_model

__all__ = [
    "BGE_SMALL_EN",
    "CATALOG",
    "ENCODERS",
    "LANGUAGE_MODELS",
    "MINILM_CROSS_ENCODER",
    "QWEN25_CODER_0_5B_INSTRUCT",
    "QWEN25_CODER_1_5B_INSTRUCT",
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
    "PackagePart",
    "PythonPackage",
    "ShowProgress",
    "SourceError",
    "default_sources",
    "find_language_model",
    "is_address",
    "is_elsewhere",
]
