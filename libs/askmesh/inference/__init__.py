"""Models as ports: embeddings, cross-encoders, language models, their adapters and fakes."""

from askmesh.inference._fake_language_model import ScriptedLanguageModel
from askmesh.inference._ports import (
    CrossEncoder,
    Embedder,
    EmbeddingCache,
    FinishReason,
    GenerationChunk,
    GenerationRequest,
    LanguageModel,
    LanguageModelBusyError,
    LanguageModelUnavailableError,
    TokenCounter,
)
from askmesh.inference._profiles import (
    LanguageModelProfile,
    ProfileError,
    load_profile,
    packaged_profiles,
    render_prompt,
)
from askmesh.inference._triton import TritonLanguageModel, triton_language_model

__all__ = [
    "CrossEncoder",
    "Embedder",
    "EmbeddingCache",
    "FinishReason",
    "GenerationChunk",
    "GenerationRequest",
    "LanguageModel",
    "LanguageModelBusyError",
    "LanguageModelProfile",
    "LanguageModelUnavailableError",
    "ProfileError",
    "ScriptedLanguageModel",
    "TokenCounter",
    "TritonLanguageModel",
    "load_profile",
    "packaged_profiles",
    "render_prompt",
    "triton_language_model",
]
