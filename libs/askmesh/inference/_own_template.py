"""The chat template and the marks that a model brings: in a GGUF file, or beside tokenizer.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from askmesh.inference._chat_template import ChatTemplate
from askmesh.inference._gguf import gguf_marks, gguf_metadata
from askmesh.models import LANGUAGE_MODELS, ModelStore, find_language_model

TOKENIZER_FILE = "tokenizer.json"
_SHORTEST_MARK = 3

_Json = Mapping[str, object]


def own_template(path: Path) -> ChatTemplate:
    """The template of the model whose GGUF or tokenizer.json file this is; empty without one.

    Raise `OSError` if it cannot be read, `ValueError` if it is damaged.
    """
    return _from_gguf(path) if path.suffix == ".gguf" else _from_tokenizer(path)


def _from_gguf(path: Path) -> ChatTemplate:
    metadata = gguf_metadata(path)
    tokens = cast("list[str]", metadata.get("tokenizer.ggml.tokens", []))

    def token(role: str) -> str:
        place = metadata.get(f"tokenizer.ggml.{role}_token_id")
        return tokens[place] if isinstance(place, int) and place < len(tokens) else ""

    server_begins = metadata.get("tokenizer.ggml.add_bos_token", True)
    return ChatTemplate(
        source=str(metadata.get("tokenizer.chat_template", "")),
        marks=tuple(filter(_is_mark, gguf_marks(metadata))),
        begin="" if server_begins else token("bos"),
        end=token("eos"),
    )


def _from_tokenizer(path: Path) -> ChatTemplate:
    tokenizer, config = _json(path), _json_or_nothing(path.with_name("tokenizer_config.json"))
    added = cast("list[_Json]", tokenizer.get("added_tokens", []))
    server_begins = config.get("add_bos_token", True)
    return ChatTemplate(
        source=_template_beside(path, config),
        marks=tuple(filter(_is_mark, (str(token["content"]) for token in added))),
        begin="" if server_begins else _text(config.get("bos_token")),
        end=_text(config.get("eos_token")),
    )


def _template_beside(path: Path, config: _Json) -> str:
    file = path.with_name("chat_template.jinja")
    if file.is_file():
        return file.read_text(encoding="utf-8")
    template = config.get("chat_template") or ""
    if isinstance(template, str):
        return template
    named = {str(item["name"]): str(item["template"]) for item in cast("list[_Json]", template)}
    return named.get("default", "")


def _text(token: object) -> str:
    return (
        str(cast("_Json", token).get("content", ""))
        if isinstance(token, dict)
        else str(token or "")
    )


def _json(path: Path) -> _Json:
    content = json.loads(path.read_bytes())
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds no object")  # noqa: TRY004 - callers know ValueError only
    return cast("_Json", content)


def _json_or_nothing(path: Path) -> _Json:
    return _json(path) if path.is_file() else {}


def _is_mark(token: str) -> bool:
    """Some vocabularies mark words and white space, too: those are text."""
    edges = token[:1] + token[-1:]
    return len(token) >= _SHORTEST_MARK and not any(c.isalnum() or c.isspace() for c in edges)


def tokenizer_file(name_or_path: str, store: ModelStore) -> Path:
    """The GGUF or tokenizer.json file; it may not be there. Blocks while a model is fetched.

    Raise `ModelError` if a model of the catalogue cannot be had.
    """
    if name_or_path in LANGUAGE_MODELS:
        return find_language_model(name_or_path, store)
    path = Path(name_or_path)
    return path / TOKENIZER_FILE if path.is_dir() else path
