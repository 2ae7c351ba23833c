"""Settings of the summarization service."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from askmesh.config import (
    CallSettings,
    HomeSettings,
    TritonTransportSettings,
    has_password,
)


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

    answer_floor: float = Field(default=0.28, ge=0, le=1)
    """The probability below which the sources do not answer. Below a half, because a question that
    is refused wrongly costs more than one that the language model, or the reader, refuses later."""

    doubt_floor: float = Field(default=0.035, ge=0, le=1)
    """The probability below which the sources are about something else. Between it and the answer
    floor, a language model that decides doubts is asked in place of refusing."""

    unscored_answer_floor: float = Field(default=0.39, ge=0, le=1)
    """The same where reranking gave no scores."""

    @model_validator(mode="after")
    def _keeps_its_key_apart(self) -> Self:
        if has_password(self.profile):
            raise ValueError("the address of a model holds no password: its key is CHAT_KEY")
        return self
