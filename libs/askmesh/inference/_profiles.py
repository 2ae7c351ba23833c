"""What a language model is told and allowed: profiles, and prompts in its template."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from askmesh.errors import StartupError

Template = Literal["chatml", "llama3", "plain"]
EvidenceKind = Literal["sentences", "passages"]
CheckPolicy = Literal["strict", "mark"]
_Positive = Annotated[int, Field(gt=0)]


class ProfileError(StartupError):
    """A profile that does not exist or that holds wrong values; the message says which."""

    def __init__(self, message: str) -> None:
        super().__init__("PROFILE_INVALID", message)


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LanguageModelProfile:
    """How to talk to one language model and how far to trust it."""

    name: str
    template: Template
    context_tokens: _Positive
    """Prompt and answer together."""
    max_output_tokens: _Positive
    stop: tuple[str, ...] = ()
    temperature: Annotated[float, Field(ge=0)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    top_k: _Positive = 1
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    lead_with_quote: bool = False
    """The answer begins with the best evidence sentence, word for word."""
    evidence: EvidenceKind = "passages"
    """What the model is shown."""
    max_evidence: _Positive = 8
    """How many of them."""
    support_bar: Annotated[float, Field(ge=0, le=1)] = 0.8
    """The share of a sentence's words that must stand in the one or two sentences behind it."""
    policy: CheckPolicy = "strict"
    """What becomes of a sentence that nothing supports: dropped, or released and marked."""
    completes_questions: bool = False
    """Whether it may complete questions that leave something to their conversation."""
    tokenizer: str = ""
    """A model of the catalogue or a path to a GGUF or tokenizer.json file; empty: estimated."""


def load_profile(name_or_path: str, *, variable: str = "Profile") -> LanguageModelProfile:
    """The packaged profile of that name, or the TOML file at that path.

    `variable` is the environment variable that named the profile; errors then begin with it.

    Raises:
        ProfileError: There is no such profile, or the file is not a valid one.
    """
    try:
        return TypeAdapter(LanguageModelProfile).validate_python(
            tomllib.loads(_profile_text(name_or_path))
        )
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{variable} {name_or_path} is not valid: {field}: {first['msg']}"
        raise ProfileError(message) from error
    except (OSError, ValueError) as error:
        raise ProfileError(f"{variable} {name_or_path} cannot be read: {error}") from error


def packaged_profiles() -> list[str]:
    """Names of the profiles that come with askmesh."""
    folder = files("askmesh.inference") / "profiles"
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _profile_text(name_or_path: str) -> str:
    if name_or_path in packaged_profiles():
        resource = files("askmesh.inference") / "profiles" / f"{name_or_path}.toml"
        return resource.read_text(encoding="utf-8")
    if not name_or_path.endswith(".toml"):
        known = ", ".join(packaged_profiles())
        raise ValueError(f"there is none of that name (there are {known}; a path ends in .toml)")
    return Path(name_or_path).read_text(encoding="utf-8")


def render_prompt(profile: LanguageModelProfile, system: str, user: str) -> str:
    """The whole prompt, up to where the model's answer begins.

    Marks of chat templates inside `system` and `user` are made harmless, so that no text can end
    its own turn. The mark that begins a text is left to the server, which adds it.
    """
    system, user = _without_marks(system), _without_marks(user)
    match profile.template:
        case "chatml":
            return (
                f"<|im_start|>system\n{system}<|im_end|>\n"
                f"<|im_start|>user\n{user}<|im_end|>\n"
                "<|im_start|>assistant\n"
            )
        case "llama3":
            return (
                f"<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>"
                f"<|start_header_id|>user<|end_header_id|>\n\n{user}<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\n"
            )
        case "plain":
            return f"{system}\n\n{user}\n\n"


def _without_marks(text: str) -> str:
    return text.replace("<|", "< |").replace("|>", "| >")
