"""Query understanding's settings, from variables that begin with QUERY_UNDERSTANDING_."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from askmesh.config import ServiceSettings


class Settings(ServiceSettings):
    """Where to listen, and which language model may help."""

    model_config = SettingsConfigDict(env_prefix="QUERY_UNDERSTANDING_", frozen=True)

    address: str = "127.0.0.1:7402"
    metrics_address: str = "127.0.0.1:7502"

    triton_address: str = ""
    """`host:port` of a Triton server. Empty: rules alone make the plans."""
    triton_model: str = "ensemble"
    """The language model in Triton."""
    language_model_profile: str = "smollm2-135m-instruct"
    """How to talk to the model: the name of a packaged profile, or the path of a TOML file."""
    rewriting_seconds: float = Field(default=1.0, gt=0)
    """The longest time that the model may take over one question."""
