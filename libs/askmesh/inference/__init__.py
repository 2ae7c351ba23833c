"""Models as ports: embeddings, cross-encoders, language models and their adapters."""

from askmesh.inference._adapters import SHORT_STATEMENTS, Adapter
from askmesh.inference._chat import chat_language_model
from askmesh.inference._chat_template import ChatTemplate
from askmesh.inference._entries import LanguageModelEntry, Purpose
from askmesh.inference._onnx_models import (
    OnnxCrossEncoder,
    OnnxEmbedder,
    onnx_cross_encoder,
    onnx_embedder,
)
from askmesh.inference._ports import (
    Bias,
    CrossEncoder,
    Embedder,
    EncoderUnavailableError,
    FinishReason,
    GenerationChunk,
    GenerationRequest,
    Guide,
    LanguageModel,
    LanguageModelBusyError,
    LanguageModelRejectionError,
    LanguageModelUnavailableError,
    TokenCounter,
)
from askmesh.inference._profiles import (
    PLAIN,
    LanguageModelProfile,
    ProfileError,
    in_words_of,
    load_profile,
    open_profile,
    packaged_profiles,
    prompt_prefix,
    render_prompt,
)
from askmesh.inference._tokens import (
    EstimatingTokenCounter,
    TokenizerTokenCounter,
    open_token_counter,
)
from askmesh.inference._triton import TritonLanguageModel, triton_language_model
from askmesh.inference._vector_bytes import vector_from_bytes, vector_to_bytes

__all__ = [
    "PLAIN",
    "SHORT_STATEMENTS",
    "Adapter",
    "Bias",
    "ChatTemplate",
    "CrossEncoder",
    "Embedder",
    "EncoderUnavailableError",
    "EstimatingTokenCounter",
    "FinishReason",
    "GenerationChunk",
    "GenerationRequest",
    "Guide",
    "LanguageModel",
    "LanguageModelBusyError",
    "LanguageModelEntry",
    "LanguageModelProfile",
    "LanguageModelRejectionError",
    "LanguageModelUnavailableError",
    "OnnxCrossEncoder",
    "OnnxEmbedder",
    "ProfileError",
    "Purpose",
    "TokenCounter",
    "TokenizerTokenCounter",
    "TritonLanguageModel",
    "chat_language_model",
    "in_words_of",
    "load_profile",
    "onnx_cross_encoder",
    "onnx_embedder",
    "open_profile",
    "open_token_counter",
    "packaged_profiles",
    "prompt_prefix",
    "render_prompt",
    "triton_language_model",
    "vector_from_bytes",
    "vector_to_bytes",
]
