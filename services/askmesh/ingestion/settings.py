"""The settings of ingestion, from variables that begin with INGESTION_."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from askmesh.config import DocumentSettings, EdgeSettings


class Settings(DocumentSettings, EdgeSettings):
    """Where documents go, and how they are split."""

    model_config = SettingsConfigDict(env_prefix="INGESTION_", frozen=True)

    address: str = "127.0.0.1:7401"
    metrics_address: str = "127.0.0.1:7501"

    cache: SecretStr = SecretStr("")
    """Where vectors of passages are kept, to be reused: "memory:", "sqlite:PATH" or "redis://...".
    Empty: a file in `home`."""

    passage_characters: int = Field(default=900, ge=200, le=3000)
    """The size of a passage to aim at. None is larger than half as much again."""

    max_documents: int = Field(default=0, ge=0)
    """How many documents a tenant may have; 0 for any number."""
    max_passages: int = Field(default=0, ge=0)
    """How many passages all documents of a tenant may have together; 0 for any number. A passage
    takes about 4 KB in the store and 2 KB in each retrieval."""

    @property
    def cache_address(self) -> str:
        """The address of the cache, by default one that outlives the process."""
        return self.cache.get_secret_value() or f"sqlite:{self.home / 'vectors.sqlite'}"
