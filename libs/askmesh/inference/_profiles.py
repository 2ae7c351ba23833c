"""What a language model is told and allowed."""

import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from askmesh.errors import StartupError
from askmesh.inference._chat_template import ChatTemplate, ChatTemplateError
from askmesh.inference._own_template import own_template, tokenizer_file
from askmesh.inference._ports import GenerationRequest
from askmesh.inference._unknown_models import values_at, values_for
from askmesh.models import ModelStore, is_address

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
    context_tokens: _Positive
    """Prompt and answer together."""
    max_output_tokens: _Positive
    stop: tuple[str, ...] = ()
    temperature: Annotated[float, Field(ge=0)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    top_k: _Positive = 1
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    evidence: EvidenceKind = "passages"
    """What the model is shown."""
    max_evidence: _Positive = 8
    """How many of them."""
    support_bar: Annotated[float, Field(ge=0, le=1)] = 0.7
    """The support, from 0 to 1, below which a sentence counts as unsupported."""
    policy: CheckPolicy = "strict"
    """What becomes of a sentence that nothing supports: dropped, or released and marked."""
    completes_questions: bool = False
    """Whether it may complete questions that leave something to their conversation."""
    decides_doubts: bool = False
    """Whether its word is taken on whether doubtful evidence answers: it is told how to refuse."""
    prompt_price: Annotated[float, Field(ge=0)] = 0.0
    """What a million tokens of prompts cost, in whatever currency costs are counted."""
    completion_price: Annotated[float, Field(ge=0)] = 0.0
    """What a million tokens of answers cost."""
    tokenizer: str = ""
    """A model of the catalogue, or a path: a GGUF file, a tokenizer.json, or the folder of one.

    Tokens are counted by it, and the chat template is the one that it brings. Empty: tokens are
    estimated.
    """
    template: ChatTemplate | None = None
    """A chat template in place of the tokenizer's."""

    def cost(self, *, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        return (
            prompt_tokens * self.prompt_price + completion_tokens * self.completion_price
        ) / 1_000_000


PLAIN = LanguageModelProfile(name="plain", context_tokens=2048, max_output_tokens=512)
"""Speaks without marks, to models that complete texts."""


def load_profile(name_or_path: str, *, variable: str = "Profile") -> LanguageModelProfile:
    """The packaged profile of that name, the TOML file at that path, or one made for a model.

    A model is a GGUF file, or stands at an address: `https://host/v1#name`. `variable` is the
    environment variable that named the profile; errors then begin with it. Raise `ProfileError` if
    there is no such profile, or the file is not a valid one.
    """
    try:
        return TypeAdapter(LanguageModelProfile).validate_python(_profile_values(name_or_path))
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


def _profile_values(name_or_path: str) -> dict[str, object]:
    if name_or_path in packaged_profiles():
        resource = files("askmesh.inference") / "profiles" / f"{name_or_path}.toml"
        return tomllib.loads(resource.read_text(encoding="utf-8"))
    if is_address(name_or_path):
        return values_at(name_or_path)
    if name_or_path.endswith(".gguf"):
        return values_for(Path(name_or_path))
    if not name_or_path.endswith(".toml"):
        known = ", ".join(packaged_profiles())
        raise ValueError(
            f"there is none of that name (there are {known}; a path ends in .toml or .gguf)"
        )
    return tomllib.loads(Path(name_or_path).read_text(encoding="utf-8"))


_ELSEWHERE_UNUSED = "\ue000"
_PLAIN = ChatTemplate(source="")


def open_profile(
    name_or_path: str, store: ModelStore, *, variable: str = "Profile"
) -> LanguageModelProfile:
    """What `load_profile` gives, with the tokenizer's chat template where it has none itself.

    Blocks for a moment, and longer where the model is not here yet.
    Raise `ModelError` if a model of the catalogue cannot be had, `ProfileError` if the profile or
    its tokenizer cannot be read.
    """
    profile = load_profile(name_or_path, variable=variable)
    if profile.template is not None or not profile.tokenizer:
        return profile
    path = tokenizer_file(profile.tokenizer, store)
    try:
        return replace(profile, template=own_template(path))
    except (OSError, ValueError, KeyError) as error:
        raise ProfileError(
            f"The profile {profile.name} names {path}, which has no chat template that can be "
            f"read ({error})"
        ) from error


def render_prompt(profile: LanguageModelProfile, system: str, user: str) -> str:
    """The whole prompt, up to where the model's answer begins, in the model's chat template.

    Marks of turns inside `system` and `user` are made harmless, so that no text can end its own
    turn. The mark that begins a text is left to the server, which adds it.
    Raise `ProfileError` if the template cannot be rendered, `ValueError` if the profile is not
    complete: see `open_profile`.
    """
    try:
        return _template(profile).render(system, user)
    except ChatTemplateError as error:
        raise ProfileError(f"The profile {profile.name} cannot be used: {error}") from error


def in_words_of(profile: LanguageModelProfile, request: GenerationRequest) -> GenerationRequest:
    """The request of a chat as a text to complete, drawn as the profile says.

    A request that is a text already stays as it is.
    """
    if not request.system:
        return request
    prompt = render_prompt(profile, request.system, request.prompt)
    return replace(drawn_by(profile, request), prompt=prompt, system="")


def drawn_by(profile: LanguageModelProfile, request: GenerationRequest) -> GenerationRequest:
    """The request with words drawn as the profile says, until what ends a turn of its model."""
    return replace(
        request,
        temperature=profile.temperature,
        top_p=profile.top_p,
        top_k=profile.top_k,
        repetition_penalty=profile.repetition_penalty,
        stop=(*profile.stop, *request.stop),
    )


def prompt_prefix(profile: LanguageModelProfile, system: str) -> str:
    """What all prompts with this `system` begin with: a server need not read it twice.

    Raise `ProfileError` if the template cannot be rendered, `ValueError` if the profile is not
    complete: see `open_profile`.
    """
    return render_prompt(profile, system, _ELSEWHERE_UNUSED).partition(_ELSEWHERE_UNUSED)[0]


def _template(profile: LanguageModelProfile) -> ChatTemplate:
    if profile.template is None and profile.tokenizer:
        raise ValueError(f"The profile {profile.name} is not complete")
    return profile.template or _PLAIN
