"""Where the tokenizer is that a profile names."""

from pathlib import Path

from askmesh.inference._own_template import TOKENIZER_FILE
from askmesh.models import LANGUAGE_MODELS, ModelStore, find_language_model


def tokenizer_file(name_or_path: str, store: ModelStore) -> Path:
    """The GGUF or tokenizer.json file; it may not be there. Blocks while a model is fetched.

    Raises:
        ModelError: A model of the catalogue cannot be had.
    """
    if name_or_path in LANGUAGE_MODELS:
        return find_language_model(name_or_path, store)
    path = Path(name_or_path)
    return path / TOKENIZER_FILE if path.is_dir() else path
