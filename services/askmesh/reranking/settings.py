"""Reranking's settings, from variables that begin with RERANKING_."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from askmesh.config import HomeSettings, InnerSettings
from askmesh.reranking.calibration import FLOOR


class Settings(HomeSettings, InnerSettings):
    """Where to listen, where the model is, and how much time a ranking may take."""

    model_config = SettingsConfigDict(env_prefix="RERANKING_", frozen=True)

    address: str = "127.0.0.1:7404"
    metrics_address: str = "127.0.0.1:7504"

    cache: SecretStr = SecretStr("memory:")
    """Where scores of pairs are kept: "memory:" or "redis://..."."""
    threads: int = Field(default=0, ge=0)
    """Threads that score pairs. 0: one for each core."""

    budget_seconds: float = Field(default=0.9, gt=0)
    """The longest time that one ranking may take once it has begun, while others wait for it; less
    where more wait than may run at once."""
    unhurried_seconds: float = Field(default=2.0, gt=0)
    """The same while nobody waits: a machine that is busy with other things needs it."""
    least_seconds: float = Field(default=0.1, gt=0)
    """A ranking that would have less is not begun. However many wait, one may take so much."""
    reserve_seconds: float = Field(default=0.3, ge=0)
    """How much of the caller's time to leave to the stages that follow."""
    passage_share: float = Field(default=0.6, gt=0, le=1)
    """The share of the time that passages may take where sentences are wanted too."""

    active_rankings: int = Field(default=2, ge=1)
    """How many rankings run at once: a fixed number, as the threads that score are one."""
    waiting_rankings: int = Field(default=8, ge=0)
    """How many more may wait; the rest are refused with RESOURCE_EXHAUSTED."""
    ranking_wait_seconds: float = Field(default=2.0, ge=0)
    """How long a ranking may wait for its turn, if it will have it by then."""

    floor: float = Field(default=FLOOR, ge=0, le=1)
    """The probability below which a passage is no evidence."""
