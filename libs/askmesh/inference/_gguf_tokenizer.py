"""The tokenizer inside a GGUF file."""

from collections.abc import Mapping, Sequence
from typing import cast

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

_CONTROL = 3
_USER_DEFINED = 4
_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def gguf_tokenizer(metadata: Mapping[str, object]) -> Tokenizer | None:
    """A tokenizer that gives the token ids that llama.cpp gives, for byte-level BPE vocabularies.

    None where the tokenizer is of another kind.
    """
    splitting = _SPLITTING.get(str(metadata.get("tokenizer.ggml.pre")))
    if splitting is None or metadata.get("tokenizer.ggml.model") != "gpt2":
        return None
    tokens = cast("Sequence[str]", metadata["tokenizer.ggml.tokens"])
    merges = cast("Sequence[str]", metadata["tokenizer.ggml.merges"])
    vocabulary = {token: place for place, token in enumerate(tokens)}
    pairs = cast("list[tuple[str, str]]", [tuple(merge.split(" ")) for merge in merges])
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = splitting
    tokenizer.decoder = decoders.ByteLevel()
    marks = [AddedToken(mark, special=True, normalized=False) for mark in gguf_marks(metadata)]
    tokenizer.add_special_tokens(marks)  # pyright: ignore[reportUnknownMemberType]
    return tokenizer


def gguf_marks(metadata: Mapping[str, object]) -> list[str]:
    """The tokens that are no text: marks of turns, and the like."""
    tokens = cast("Sequence[str]", metadata.get("tokenizer.ggml.tokens", ()))
    kinds = cast("Sequence[int]", metadata.get("tokenizer.ggml.token_type", ()))
    return [
        token
        for token, kind in zip(tokens, kinds, strict=False)
        if kind in {_CONTROL, _USER_DEFINED}
    ]


def _words(digits: str) -> pre_tokenizers.PreTokenizer:
    split = pre_tokenizers.Split(Regex(_WORDS % digits), "isolated")
    return _in_turn(split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))


def _in_turn(*steps: pre_tokenizers.PreTokenizer) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(list(steps))


_GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
_SPLITTING: Mapping[str, pre_tokenizers.PreTokenizer] = {
    "gpt-2": _GPT2,
    "llama-bpe": _words("{1,3}"),
    "qwen2": _words(""),
    "smollm": _in_turn(pre_tokenizers.Digits(individual_digits=True), _GPT2),
}
