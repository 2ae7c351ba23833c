"""What a GGUF file says about its model: the key-value pairs before its tensors."""

import mmap
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

_MAGIC = b"GGUF"
_OLDEST_VERSION = 2
_NUMBERS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING = 8
_ARRAY = 9

Metadata = dict[str, object]


def gguf_metadata(path: Path) -> Metadata:
    """All key-value pairs of the file. Takes a fraction of a second, whatever the file's size.

    Raise `ValueError` if this is no GGUF file, or it is cut off.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("it is no GGUF file")
        try:
            return _Reader(data).pairs()
        except (struct.error, IndexError, KeyError) as error:
            raise ValueError("its metadata is damaged") from error


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._place = len(_MAGIC)

    def pairs(self) -> Metadata:
        version, _, count = self._numbers("IQQ")
        if int(version) < _OLDEST_VERSION:
            raise ValueError(f"its version {version} is too old")
        return {self._string(): self._value(self._numbers("I")[0]) for _ in range(int(count))}

    def _value(self, kind: float) -> object:
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._numbers(_NUMBERS[int(kind)])[0]
        kind, count = self._numbers("IQ")
        if kind in _NUMBERS:
            return list(self._numbers(f"{int(count)}{_NUMBERS[int(kind)]}"))
        read: Callable[[], object] = self._string if kind == _STRING else self._nested
        return [read() for _ in range(int(count))]

    def _nested(self) -> object:
        return self._value(_ARRAY)

    def _numbers(self, form: str) -> tuple[float, ...]:
        numbers = struct.unpack_from(f"<{form}", self._data, self._place)
        self._place += struct.calcsize(f"<{form}")
        return numbers

    def _string(self) -> str:
        (length,) = struct.unpack_from("<Q", self._data, self._place)
        start = self._place + 8
        self._place = start + length
        return self._data[start : self._place].decode("utf-8", errors="replace")


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
