"""Counting tokens as language models do."""

from pathlib import Path

from tokenizers import Encoding, Tokenizer

from askmesh.errors import StartupError
from askmesh.inference._gguf import gguf_metadata, gguf_tokenizer
from askmesh.inference._own_template import tokenizer_file
from askmesh.inference._ports import TokenCounter
from askmesh.models import ModelStore

_BYTES_PER_TOKEN = 3


class TokenizerTokenCounter:
    """Counts with a model's own tokenizer. Marks of chat templates are one token each."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def count(self, text: str) -> int:
        """Tokens in `text`, without any that a server adds."""
        return len(self._encode(text).ids)

    def truncate(self, text: str, limit: int) -> str:
        """The longest beginning of `text` that has at most `limit` tokens."""
        encoding = self._encode(text)
        if len(encoding.ids) <= limit:
            return text
        end = encoding.offsets[limit - 1][1] if limit > 0 else 0
        while self.count(text[:end]) > limit:  # a character of several tokens was cut in two
            end -= 1
        return text[:end]

    def _encode(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)


class EstimatingTokenCounter:
    """Counts one token for three bytes, which is more than tokenizers make of most texts."""

    def count(self, text: str) -> int:
        """An estimate on the safe side."""
        return -(-len(text.encode()) // _BYTES_PER_TOKEN)

    def truncate(self, text: str, limit: int) -> str:
        """A beginning of `text` that is estimated at `limit` tokens or fewer."""
        return text.encode()[: limit * _BYTES_PER_TOKEN].decode(errors="ignore")


def open_token_counter(tokenizer: str, store: ModelStore) -> TokenCounter:
    """The counter that `LanguageModelProfile.tokenizer` names. Blocks for a moment.

    Tokens are estimated where the tokenizer in a GGUF file is of a kind that is not known here.
    Raise `ModelError` if a model of the catalogue cannot be had, `StartupError` if there is no
    file at the path, or none with a tokenizer that can be read.
    """
    if not tokenizer:
        return EstimatingTokenCounter()
    path = tokenizer_file(tokenizer, store)
    try:
        return _from_gguf(path) if path.suffix == ".gguf" else _from_tokenizer(path)
    except Exception as error:  # the library of tokenizers has no narrower kind
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise StartupError(
            "TOKENIZER_UNREADABLE",
            f"The profile's tokenizer {path} cannot be read: name the GGUF or tokenizer.json file "
            f"of the model, or none ({first_line})",
        ) from error


def _from_gguf(path: Path) -> TokenCounter:
    tokenizer = gguf_tokenizer(gguf_metadata(path))
    return TokenizerTokenCounter(tokenizer) if tokenizer else EstimatingTokenCounter()


def _from_tokenizer(path: Path) -> TokenCounter:
    return TokenizerTokenCounter(Tokenizer.from_file(str(path)))
