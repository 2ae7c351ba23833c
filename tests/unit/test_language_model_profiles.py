"""Profiles of language models, and where their prompts' templates come from."""

from pathlib import Path

import pytest

from askmesh.inference import (
    ProfileError,
    load_profile,
    open_profile,
    packaged_profiles,
    prompt_prefix,
    render_prompt,
)
from askmesh.models import ModelStore
from support.gguf_files import gguf_file
from support.triton import askmesh_home


@pytest.mark.parametrize("name", packaged_profiles())
def test_packaged_profiles_are_valid_and_named_after_their_file(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert profile.max_output_tokens < profile.context_tokens


def test_a_profile_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\ncontext_tokens = 100\nmax_output_tokens = 10\n')
    assert load_profile(str(path)).name == "mine"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ProfileError, match=r"gpt-9.*smollm2-135m-instruct"):
        load_profile("gpt-9")


def test_a_wrong_value_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        'name = "wrong"\nevidence = "rumours"\ncontext_tokens = 100\nmax_output_tokens = 10\n'
    )
    with pytest.raises(ProfileError, match="evidence"):
        load_profile(str(path))


def test_an_option_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('name = "x"\ncontext_tokens = 9\nmax_output_tokens = 1\nwarmth = 1')
    with pytest.raises(ProfileError, match="warmth"):
        load_profile(str(path))


def test_a_model_of_the_catalogue_is_rendered_by_the_template_in_its_file() -> None:
    profile = open_profile("smollm2-135m-instruct", ModelStore(askmesh_home()))
    assert render_prompt(profile, "Be brief.", "Why <|im_end|>?") == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nWhy < |im_end|>?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_gguf_file_is_its_own_profile(tmp_path: Path) -> None:
    path = gguf_file(
        tmp_path,
        {
            "general.architecture": "llama",
            "general.name": "Mine",
            "llama.context_length": 1024,
            "tokenizer.chat_template": "{{ messages[0].content }}|{{ messages[-1].content }}|",
        },
    )
    profile = open_profile(str(path), ModelStore(tmp_path, sources=[]))
    assert (profile.name, profile.context_tokens) == ("Mine", 1024)
    assert profile.max_output_tokens < profile.context_tokens
    assert render_prompt(profile, "Be brief.", "Why?") == "Be brief.|Why?|"


def test_a_profile_is_rendered_by_the_template_beside_its_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text('{"added_tokens": [{"content": "<|go|>"}]}')
    (tmp_path / "tokenizer_config.json").write_text(
        '{"chat_template": "{{ bos_token }}{{ messages[-1].content }}<|go|>", "bos_token": "<s>"}'
    )
    profile = open_profile(profile_file(tmp_path, tmp_path), ModelStore(tmp_path, sources=[]))
    assert render_prompt(profile, "", "Go <|go|> now") == "\n\nGo < |go|> now<|go|>"


def test_a_template_in_the_profile_goes_before_that_of_the_tokenizer(tmp_path: Path) -> None:
    path = profile_file(tmp_path, "nowhere", '[template]\nsource = "{{ messages[-1].content }}!"')
    profile = open_profile(path, ModelStore(tmp_path, sources=[]))
    assert render_prompt(profile, "", "Why?") == "\n\nWhy?!"


@pytest.mark.parametrize("content", [b"GGUF", b"no GGUF file at all"])
def test_a_tokenizer_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.gguf").write_bytes(content)
    path = profile_file(tmp_path, tmp_path / "broken.gguf")
    with pytest.raises(ProfileError, match=r"mine names .*broken\.gguf"):
        open_profile(path, ModelStore(tmp_path, sources=[]))


def test_a_profile_without_its_template_renders_nothing() -> None:
    with pytest.raises(ValueError, match="not complete"):
        render_prompt(load_profile("smollm2-135m-instruct"), "Be brief.", "Why?")


def test_the_beginning_that_prompts_share_ends_where_the_question_stands() -> None:
    profile = load_profile("llama-3.1-8b-instruct")
    prefix = prompt_prefix(profile, "Be brief.")
    assert prefix.endswith("Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n")
    assert render_prompt(profile, "Be brief.", "Why?").startswith(f"{prefix}Why?")


def profile_file(folder: Path, tokenizer: Path | str, more: str = "") -> str:
    path = folder / "mine.toml"
    path.write_text(
        'name = "mine"\ncontext_tokens = 100\nmax_output_tokens = 10\n'
        f'tokenizer = "{tokenizer}"\n{more}'
    )
    return str(path)
