"""Settings about who calls."""

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from askmesh.config._loading import ServiceSettings

Callers: TypeAlias = Literal["anybody", "certified"]


class EdgeSettings(ServiceSettings):
    """Settings of a service that clients call."""

    authentication: Literal["none", "credentials", "insecure-none"] = "none"
    """How callers say who they are. "none": they need not, and the service listens on this machine
    only. "credentials": by keys, tokens, or either. "insecure-none": they need not, anywhere."""
    key_file: str = ""
    """The file of keys, as `askmesh keys` writes it; empty if there are none. It also has the names
    in certificates that stand for callers; they count where `tls_callers` are certified."""
    oidc_issuer: str = ""
    """The identity provider, as its tokens name it; empty if there is none."""
    oidc_audience: str = ""
    """For whom tokens must be."""
    oidc_keys_url: str = ""
    """Where the provider publishes its keys: a JSON Web Key Set."""
    oidc_user_claim: str = "sub"
    oidc_tenant_claim: str = "tenant"
    oidc_groups_claim: str = "groups"
    oidc_roles_claim: str = "roles"
    """Which claims of a token say who calls; roles that are none of askmesh do not count."""
    audit: str = ""
    """Where to record who asks, reads and changes what: a folder, "stdout:", or "otlp:" for the
    collector of `otlp_endpoint`. Empty: nowhere."""
    audit_days: int = Field(default=365, ge=1)
    """For how many days files of the folder are kept."""
    audit_texts: bool = False
    """Whether questions are recorded, too."""

    tls_callers: Callers = "anybody"
    """Who may connect by TLS; "certified": those whose certificate an authority has signed."""

    @property
    def callers_are_certified(self) -> bool:
        return self.tls_callers == "certified"

    @model_validator(mode="after")
    def _knows_credentials(self) -> Self:
        if self.authentication == "credentials" and not (self.key_file or self.oidc_issuer):
            raise ValueError("credentials need a KEY_FILE or an OIDC_ISSUER")
        if self.oidc_issuer and not (self.oidc_audience and self.oidc_keys_url):
            raise ValueError("an OIDC_ISSUER needs an OIDC_AUDIENCE and an OIDC_KEYS_URL")
        if self.audit == "otlp:" and not self.otlp_endpoint:
            raise ValueError('an AUDIT of "otlp:" needs an OTLP_ENDPOINT')
        return self


class InnerSettings(ServiceSettings):
    """Settings of a service that only the gateway calls."""

    authentication: Literal["signed", "insecure-none"] = "signed"
    """Whom the service believes. "signed": whom the gateway has signed, or, without a
    `verifying_key_file`, whoever is on this machine. "insecure-none": without one, everybody."""
    tls_callers: Callers | Literal["insecure-plain"] = "certified"
    """Who may connect by TLS; "certified": those whose certificate an authority has signed. In
    plain text, whoever is on this machine; with "insecure-plain" others, too."""

    @property
    def callers_are_certified(self) -> bool:
        return self.tls_callers == "certified"

    caller_names: str = ""
    """The names in certificates of those who may call, with their kinds, separated by commas, as in
    "dns:gateway.mesh,uri:spiffe://example.org/gateway". Empty: of whoever may connect."""

    verifying_key_file: str = ""
    """The public key by which the gateway's tokens are told from others; whoever calls without one
    is refused. Empty: callers are believed."""


class CallSettings(InnerSettings):
    """Settings of a service that bounds how many calls it serves at once."""

    max_active_calls: int = Field(default=64, ge=1)
    """More calls than these at once are refused with RESOURCE_EXHAUSTED, or wait."""
    call_wait_seconds: float = Field(default=0.25, ge=0)
    """How long a call may wait for a place, if one will be free by then."""
