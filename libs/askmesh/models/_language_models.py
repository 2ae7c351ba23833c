"""Language models by name or path."""

from pathlib import Path

from askmesh.models._catalog import LANGUAGE_MODELS
from askmesh.models._errors import ModelUnavailableError
from askmesh.models._spec import ShowProgress, silent
from askmesh.models._store import ModelStore


def find_language_model(
    name_or_path: str, store: ModelStore, progress: ShowProgress = silent
) -> Path:
    """The GGUF file of a language model of the catalogue, or the file at that path. Blocks.

    Raises:
        ModelError: There is no such model, no such file, or the model cannot be had.
    """
    if spec := LANGUAGE_MODELS.get(name_or_path):
        return store.resolve(spec, progress) / spec.files[0].name
    path = Path(name_or_path)
    if path.suffix == ".gguf" and path.is_file():
        return path.absolute()
    raise ModelUnavailableError(
        f"There is no language model {name_or_path}: name one of {', '.join(LANGUAGE_MODELS)}, "
        "or the path of a .gguf file"
    )
