"""Prompts in the chat template of the model that a profile is for."""

from dataclasses import replace

from askmesh.inference._chat_template import ChatTemplate, ChatTemplateError
from askmesh.inference._own_template import own_template
from askmesh.inference._profiles import LanguageModelProfile, ProfileError, load_profile
from askmesh.inference._tokenizer_files import tokenizer_file
from askmesh.models import ModelStore

_ELSEWHERE_UNUSED = "\ue000"
_PLAIN = ChatTemplate(source="")


def open_profile(
    name_or_path: str, store: ModelStore, *, variable: str = "Profile"
) -> LanguageModelProfile:
    """What `load_profile` gives, with the tokenizer's chat template where it has none itself.

    Blocks for a moment, and longer where the model is not here yet.

    Raises:
        ModelError: A model of the catalogue cannot be had.
        ProfileError: The profile or its tokenizer cannot be read.
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

    Raises:
        ProfileError: The template cannot be rendered.
        ValueError: The profile is not complete: see `open_profile`.
    """
    try:
        return _template(profile).render(system, user)
    except ChatTemplateError as error:
        raise ProfileError(f"The profile {profile.name} cannot be used: {error}") from error


def prompt_prefix(profile: LanguageModelProfile, system: str) -> str:
    """What all prompts with this `system` begin with: a server need not read it twice.

    Raises:
        ProfileError: The template cannot be rendered.
        ValueError: The profile is not complete: see `open_profile`.
    """
    return render_prompt(profile, system, _ELSEWHERE_UNUSED).partition(_ELSEWHERE_UNUSED)[0]


def _template(profile: LanguageModelProfile) -> ChatTemplate:
    if profile.template is None and profile.tokenizer:
        raise ValueError(f"The profile {profile.name} is not complete")
    return profile.template or _PLAIN
