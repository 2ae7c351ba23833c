"""Query understanding's settings, from variables that begin with QUERY_UNDERSTANDING_."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from askmesh.config import CallSettings, HomeSettings, TritonTransportSettings


class Settings(HomeSettings, CallSettings, TritonTransportSettings):
    """Where to listen, and which language model may help."""

    model_config = SettingsConfigDict(env_prefix="QUERY_UNDERSTANDING_", frozen=True)

    address: str = "127.0.0.1:7402"
    metrics_address: str = "127.0.0.1:7502"

    triton_address: str = ""
    """`host:port` of a Triton server. Empty: rules alone make the plans."""
    triton_model: str = "ensemble"
    """The language model in Triton."""
    profile: str = "smollm2-135m-instruct"
    """The language model's profile: one that comes with askmesh, or the path of a TOML file.

    It says whether the model may complete questions."""
    rewriting_seconds: float = Field(default=4.0, gt=0)
    """The longest time that the model may take to complete one question."""
