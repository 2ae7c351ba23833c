"""The gateway's settings, from variables that begin with GATEWAY_."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from askmesh.config import EdgeSettings
from askmesh.transport import TlsFiles


class Settings(EdgeSettings):
    """Where the other services are, and how much the gateway takes on."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    address: str = "127.0.0.1:7400"
    metrics_address: str = "127.0.0.1:7500"
    query_understanding_address: str = "127.0.0.1:7402"
    retrieval_address: str = "127.0.0.1:7403"
    reranking_address: str = "127.0.0.1:7404"
    summarization_address: str = "127.0.0.1:7405"

    upstream_tls_authority_file: str = ""
    """Who signs the certificates of these services. Empty: they are called in plain text."""
    upstream_tls_certificate_file: str = ""
    upstream_tls_key_file: str = ""
    """What the gateway shows to them. All three are read again when they change."""

    signing_key_file: str = ""
    """The private key that signs, for the other services, who asks. Credentials need it."""

    max_active_answers: int = Field(default=32, ge=1)
    """More questions than these at once are refused with RESOURCE_EXHAUSTED."""
    max_batch_answers: int = Field(default=8, ge=1)
    """How many questions of batches are answered at once, of all calls together."""
    max_batch_answers_per_call: int = Field(default=4, ge=1)
    """How many of one call: further ones are not read meanwhile."""
    min_active_answers: int = Field(default=2, ge=1)
    """So many are made at once however slow they get; between the two, as many as do not slow each
    other's sources down."""
    place_wait_seconds: float = Field(default=2.0, ge=0)
    """How long a question may wait for a place. It does only if one will likely be free within half
    of that, and within three quarters of the time until sources are usually ranked."""
    writing_wait_seconds: float = Field(default=1.0, gt=0)
    """A question is refused whose text would wait longer than this for a language model."""
    questions_per_minute: float = Field(default=0.0, ge=0, le=60_000)
    """How often one caller may ask; 0 for any number. Gateways with a Redis count together."""
    question_burst: int = Field(default=10, ge=1)
    """How many questions one caller may ask at once, after a pause."""
    answer_seconds: float = Field(default=60.0, gt=0)
    """The longest time that one answer may take."""
    answer_retention_seconds: float = Field(default=300.0, ge=0)
    """For how long an answer that ended can be resumed."""
    max_retained_answers: int = Field(default=500, ge=0)
    """How many answers that ended are kept at most; the oldest go first."""
    max_retained_bytes: int = Field(default=32 * 1024 * 1024, ge=0)
    """How large all answers that ended may be together; the oldest go first."""
    abandoned_seconds: float = Field(default=30.0, ge=0)
    """After how long an answer that nobody follows is cancelled; at once if places are short."""
    cache: SecretStr = SecretStr("memory:")
    """Where answers are kept to be given again: "memory:", or the address of a Redis."""
    sharing_seconds: float = Field(default=0.5, gt=0)
    """How long Redis may take to tell or learn of an answer, before this gateway goes on alone."""
    answer_cache_seconds: float = Field(default=600.0, ge=0)
    """How long an answer may be given again while documents stay as they are; 0 for never."""
    other_words_error: float = Field(default=0.0, ge=0, le=1)
    """The share of answers to questions in other words that may be wrong; with 0 none are given.

    By measure one in 1,000 at most is: such answers are given from 0.001 on.
    """
    edition: str = ""
    """Changes with whatever answers depend on beside documents, for example models."""
    heartbeat_seconds: float = Field(default=5.0, gt=0)
    """After how long a silence a stream says that it is alive."""

    candidate_count: int = Field(default=12, ge=1, le=200)
    """How many passages to retrieve and rerank."""
    source_count: int = Field(default=5, ge=1, le=50)
    """How many passages an answer may cite."""
    sentence_passage_count: int = Field(default=3, ge=0, le=10)
    """In how many of the best passages to score sentences."""
    understanding_seconds: float = Field(default=1.5, gt=0)
    """How long to wait for query understanding before going on without: rules take milliseconds."""
    follow_up_seconds: float = Field(default=4.5, gt=0)
    """The same where a conversation comes before the question. A model has 4 s to complete it."""
    retrieval_seconds: float = Field(default=3.0, gt=0)
    """How long to wait for a search. Retrieval gives each of its indexes 60 % of this, or 2 s."""
    reranking_seconds: float = Field(default=2.5, gt=0)
    """How long to wait for reranking before going on without."""
    summary_silence_seconds: float = Field(default=2.5, gt=0)
    """How long summarization may be silent. It gives a sign of life every half second."""
    writing_reserve_seconds: float = Field(default=3.0, ge=0)
    """What is kept for writing of the time of a question; half of its time, if that is less."""
    upstream_retry_seconds: float = Field(default=1.0, ge=0)
    """How long a service that failed is left alone before a question tries it again."""
    status_seconds: float = Field(default=0.8, gt=0)
    """How long a service may take to say whether it serves."""

    @property
    def upstream_addresses(self) -> Mapping[str, str]:
        """Where the other services are, in the order of an answer's life."""
        return {
            "query_understanding": self.query_understanding_address,
            "retrieval": self.retrieval_address,
            "reranking": self.reranking_address,
            "summarization": self.summarization_address,
        }

    @property
    def upstream_tls(self) -> TlsFiles | None:
        """How to connect to the services behind; None if in plain text."""
        return self.tls_files("upstream_tls")

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        if self.authentication == "credentials" and not self.signing_key_file:
            raise ValueError(
                "credentials need a SIGNING_KEY_FILE: make one with `askmesh keys mesh`"
            )
        return self
