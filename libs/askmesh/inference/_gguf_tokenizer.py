"""The tokenizer inside a GGUF file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import gguf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

_CONTROL = 3
_USER_DEFINED = 4


def gguf_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that gives the token ids that llama.cpp gives, for byte-level BPE vocabularies.

    Raises:
        ValueError: The file's tokenizer is of another kind.
    """
    fields = cast("dict[str, Any]", gguf.GGUFReader(str(path)).fields)
    kind = _value(fields, "model"), _value(fields, "pre")
    if kind not in {("gpt2", "smollm"), ("gpt2", "gpt-2")}:
        raise ValueError(f"{path} has a tokenizer of the kind {kind}, which cannot be rebuilt here")
    tokens: list[str] = _value(fields, "tokens")
    merges = [tuple(merge.split(" ")) for merge in _value(fields, "merges")]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: place for place, token in enumerate(tokens)},
            merges=cast("list[tuple[str, str]]", merges),
        )
    )
    tokenizer.pre_tokenizer = _pre_tokenizer(digits_apart=kind[1] == "smollm")
    tokenizer.decoder = decoders.ByteLevel()
    marks = _marks(tokens, _value(fields, "token_type"))
    tokenizer.add_special_tokens(marks)  # pyright: ignore[reportUnknownMemberType]
    return tokenizer


def _pre_tokenizer(*, digits_apart: bool) -> pre_tokenizers.PreTokenizer:
    words = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if not digits_apart:
        return words
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), words])


def _marks(tokens: Sequence[str], kinds: Sequence[int]) -> list[AddedToken]:
    return [
        AddedToken(token, special=True, normalized=False)
        for token, kind in zip(tokens, kinds, strict=True)
        if kind in {_CONTROL, _USER_DEFINED}
    ]


def _value(fields: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - as many types as names
    return fields[f"tokenizer.ggml.{name}"].contents()
