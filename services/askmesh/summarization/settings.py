"""Settings of the summarization service."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, TypeAdapter, ValidationError, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from askmesh.config import (
    CallSettings,
    HomeSettings,
    TritonTransportSettings,
    has_credentials,
)
from askmesh.inference import LanguageModelEntry
from askmesh.models import is_address

_ENTRIES = TypeAdapter(tuple[LanguageModelEntry, ...])


class Settings(HomeSettings, CallSettings, TritonTransportSettings):
    """Settings, read from variables that start with `SUMMARIZATION_`."""

    model_config = SettingsConfigDict(env_prefix="SUMMARIZATION_", frozen=True)

    address: str = "127.0.0.1:7405"
    metrics_address: str = "127.0.0.1:7505"

    triton_address: str = "127.0.0.1:7410"
    """Triton's gRPC address."""

    triton_model: str = "ensemble"
    """The name of the language model in Triton."""

    profile: str = "smollm2-135m-instruct"
    """The language model's profile: one that comes with askmesh, or the path of a TOML file. Or the
    address of a model behind OpenAI's interface, `https://host/v1#name`: it writes, not Triton."""

    chat_key: SecretStr = SecretStr("")
    """The key for a model that is named by its address. Empty: it asks for none."""

    models: Annotated[tuple[LanguageModelEntry, ...], NoDecode] = ()
    """Several language models, as a list in JSON: the first of them writes, the next where it
    cannot, or as `for` says. Empty: the one that is named above."""

    currency: str = ""
    """The currency of the prices of models, such as "EUR"."""

    head_start_seconds: float = Field(default=0.0, ge=0)
    """How long to wait at the start until the language model has read what all prompts begin with,
    so that the first answer is as quick as others. A mesh that shares its language model with
    others need not wait: it has read that already."""

    concurrent_generations: int = Field(default=4, ge=1)
    """How many completions run at once. A text with a table takes two."""

    slot_wait_seconds: float = Field(default=1.0, ge=0)
    """How long an answer waits for room before it quotes its sources instead."""

    first_token_seconds: float = Field(default=12.0, gt=0)
    """How long the language model may take for its first token."""

    generation_seconds: float = Field(default=30.0, gt=0)
    """How long the language model may write."""

    heartbeat_seconds: float = Field(default=0.5, gt=0)
    """How often a stream says that it is alive."""
    deadline_margin_seconds: float = Field(default=0.3, ge=0)
    """How much of the caller's deadline is kept to complete the answer with quotes."""

    evidence_tokens: int = Field(default=4000, ge=1)
    """How much the language model is shown at most, even if it could read more."""

    evidence_share: float = Field(default=0.25, ge=0, le=1)
    """How much of the best unit's score another one needs to be shown to the language model."""

    answer_floor: float = Field(default=0.4, ge=0, le=1)
    """The probability below which the sources do not answer. Below a half, because a question that
    is refused wrongly costs more than one that the language model, or the reader, refuses later."""

    doubt_floor: float = Field(default=0.06, ge=0, le=1)
    """The probability below which the sources are about something else. Between it and the answer
    floor, a language model that decides doubts is asked in place of refusing."""

    unscored_answer_floor: float = Field(default=0.39, ge=0, le=1)
    """The same where reranking gave no scores."""

    @property
    def entries(self) -> tuple[LanguageModelEntry, ...]:
        """The language models that write, one at least."""
        if self.models:
            return self.models
        if is_address(self.profile):
            return (LanguageModelEntry(address=self.profile),)
        return (LanguageModelEntry(profile=self.profile),)

    @model_validator(mode="before")
    @classmethod
    def _reads_models(cls, values: dict[str, object]) -> dict[str, object]:
        """Read the list here, so that an error quotes none of it: it may hold a password."""
        named = values.get("models")
        if not isinstance(named, str):
            return values
        try:
            return {**values, "models": _ENTRIES.validate_json(named or "[]")}
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(["SUMMARIZATION_MODELS", *map(str, first["loc"])])
            raise ValueError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None

    @model_validator(mode="after")
    def _keeps_its_key_apart(self) -> Self:
        if is_address(self.profile) and has_credentials(self.profile):
            raise ValueError("the address of a model holds no password or key: its key is CHAT_KEY")
        servers = {each.server for each in self.models if each.is_chat and not each.key_file}
        if len(servers) > 1 and self.chat_key.get_secret_value():
            raise ValueError(
                "CHAT_KEY is for one server, and MODELS names several without a key_file"
            )
        return self
