"""The settings of the retrieval service, from variables that begin with RETRIEVAL_."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from askmesh.config import CallSettings, DocumentSettings


class Settings(DocumentSettings, CallSettings):
    """Where the documents are, and how to search them."""

    model_config = SettingsConfigDict(env_prefix="RETRIEVAL_", frozen=True)

    address: str = "127.0.0.1:7403"
    metrics_address: str = "127.0.0.1:7503"
    min_active_calls: int = Field(default=4, ge=1)
    """So many searches are served at once however slow they get; between the two bounds, as many as
    do not slow each other down."""
    cache: SecretStr = SecretStr("memory:")
    """Where searches and vectors of queries are kept: "memory:" or "redis://..."."""

    index_folder: Path | None = None
    """Where indexes are kept, by one process at a time; by default a folder in `home`."""

    keyword_weight: float = Field(default=1.0, ge=0)
    """How much a rank in keyword search counts."""
    vector_weight: float = Field(default=1.5, ge=0)
    """How much a rank in vector search counts."""
    candidates_per_index: int = Field(default=100, ge=1, le=1000)
    """How many passages of each search take part in the fusion."""
    title_boost: float = Field(default=0.25, ge=0)
    """How much more a word counts in keyword search when it stands in the title."""
    headings_boost: float = Field(default=0.25, ge=0)
    """How much more a word counts in keyword search when it stands in a heading."""

    search_seconds: float = Field(default=2.0, gt=0)
    """How long to wait for each search before going on without it."""
    documents_seconds: float = Field(default=1.0, gt=0)
    """How long to wait for the document store before using the index's own copies."""
    poll_seconds: float = Field(default=0.5, gt=0)
    """How often to ask the document store for changes."""
