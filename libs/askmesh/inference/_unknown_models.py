"""Profiles of models that nobody wrote one for."""

from pathlib import Path

from askmesh.inference._gguf import gguf_metadata

_CONTEXT_TOKENS = 2048  # what the Triton server for CPUs gives one generation
_OUTPUT_TOKENS = 160


def values_at(address: str) -> dict[str, object]:
    """Values for a chat model of a server of its own, which renders and counts by itself."""
    _, _, name = address.partition("#")
    if not name:
        raise ValueError("the address of a model ends in its name, as in https://host/v1#name")
    return {
        "name": name,
        "context_tokens": 8192,
        "max_output_tokens": 512,
        "evidence": "passages",
        "max_evidence": 8,
        "support_bar": 0.2,
        "policy": "mark",
        "decides_doubts": True,
    }


def values_for(model: Path) -> dict[str, object]:
    """Values for a model of which nothing is known but its file."""
    metadata = gguf_metadata(model)
    trained = metadata.get(f"{metadata.get('general.architecture')}.context_length")
    context = min(_CONTEXT_TOKENS, trained) if isinstance(trained, int) else _CONTEXT_TOKENS
    return {
        "name": str(metadata.get("general.name", model.stem)),
        "context_tokens": context,
        "max_output_tokens": min(_OUTPUT_TOKENS, context // 4),
        "evidence": "sentences",
        "max_evidence": 3,
        "tokenizer": str(model),
    }
