"""What models do for the rest of askmesh: ports and the values that pass through them."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from askmesh.errors import AskmeshError, OverloadedError, UnavailableError

FinishReason = Literal["stop", "length"]


class EncoderUnavailableError(UnavailableError):
    """An embedder or a cross-encoder failed. The reason is ENCODER_UNAVAILABLE."""

    def __init__(self, message: str) -> None:
        super().__init__("ENCODER_UNAVAILABLE", message)


class LanguageModelUnavailableError(UnavailableError):
    """The language model cannot be reached, failed, or stopped answering. Another one may do."""


class LanguageModelBusyError(OverloadedError):
    """The language model's queue is full; the request was refused before any work was done."""


class LanguageModelRejectionError(AskmeshError):
    """The language model is well and does not take this request: it is too long, or filtered."""


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product says how near two texts are.

    Raises `EncoderUnavailableError` where it cannot, and no other error.
    """

    @property
    def model(self) -> str:
        """Name and revision (`name@revision`): vectors of different models never mix."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts that will be searched: (len(texts), dimension), unit length."""
        ...

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Vector of a text that is searched for: (dimension,), unit length."""
        ...


class CrossEncoder(Protocol):
    """Judges how well texts answer a query by reading both together."""

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        """Raw logits in the order of `texts`; None where the budget ran out before a text's turn.

        A score never depends on the other texts of the call or on other calls at the same time.
        Texts that stand first are scored first. Cancelling takes waiting texts out of the queue.
        Raise `EncoderUnavailableError` if the texts cannot be scored now.
        """
        ...


class TokenCounter(Protocol):
    """Counts as the language model counts."""

    def count(self, text: str) -> int:
        """Tokens in `text`."""
        ...

    def truncate(self, text: str, limit: int) -> str:
        """The longest beginning of `text` that has at most `limit` tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Guide:
    """What a completion must look like: a JSON schema, or a grammar in extended BNF.

    Grammars begin at `root` and are written as llama.cpp and XGrammar read them:
    `root ::= ("yes" | "no") "."`.
    """

    kind: Literal["json_schema", "ebnf_grammar"]
    text: str


@dataclass(frozen=True, slots=True)
class Bias:
    """What is added to the logits of a word's tokens before one is chosen."""

    word: str
    logit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One text to be written.

    With a `system` text, which instructs, `prompt` is what a user says: the model gets both in its
    own chat template. Without one, a model that completes texts takes `prompt` as it stands.

    A model that cannot be guided writes without the guide: see `LanguageModel.can_be_guided`.
    Where biases cannot be sent, it writes without them.
    """

    prompt: str
    system: str = ""
    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 1
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    guide: Guide | None = None
    biases: tuple[Bias, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationChunk:
    """A piece of generated text: what is new since the last piece, and the totals so far.

    `finish_reason` is set on the last chunk, and only there; that chunk's text may be empty.
    """

    text: str
    finish_reason: FinishReason | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


class LanguageModel(Protocol):
    """Writes texts, piece by piece."""

    async def can_be_guided(self) -> bool:
        """Whether completions keep to the guide of their request, as far as tokens suffice.

        Raise `LanguageModelUnavailableError` if the model cannot be reached.
        """
        ...

    async def shows_life(self, seconds: float) -> bool:
        """Whether its server answers within so many seconds, however much it has to write.

        True where that cannot be told without having something written.
        """
        ...

    def generate(self, request: GenerationRequest) -> AsyncGenerator[GenerationChunk]:
        """Stream the completion. Stop strings are not part of it.

        Closing the generator, or cancelling the task that reads it, stops the generation.
        Raise `LanguageModelBusyError` before the first chunk if there is no room now,
        `LanguageModelRejectionError` if the model does not take the request, and
        `LanguageModelUnavailableError` if the model cannot be reached, or was lost while it wrote.
        """
        ...
