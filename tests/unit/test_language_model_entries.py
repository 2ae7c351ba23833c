"""Several language models, as settings name them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from askmesh.config import load
from askmesh.errors import StartupError
from askmesh.inference import LanguageModelEntry
from askmesh.summarization.opening import key_of, open_profiles
from askmesh.summarization.settings import Settings

ADDRESS = "https://models.example.com/v1#big"
BIG: dict[str, Any] = {"address": ADDRESS}
TRITON: dict[str, Any] = {"address": "triton:8001#ensemble", "profile": "llama-3.1-8b-instruct"}


def settings(*models: dict[str, Any], key: str = "") -> Settings:
    said = {"models": json.dumps(models), "chat_key": SecretStr(key)}
    return Settings.model_validate(said)


def test_one_model_is_named_as_ever() -> None:
    (triton,) = Settings(profile="llama-3.1-8b-instruct").entries
    assert triton == LanguageModelEntry(profile="llama-3.1-8b-instruct")
    (chat,) = Settings(profile=ADDRESS).entries
    assert chat == LanguageModelEntry(address=ADDRESS)


def test_several_models_come_from_a_variable_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = [
        TRITON | {"for": ["fact", "yes_no"], "name": "small", "concurrency": 2},
        BIG | {"prompt_price": 3, "completion_price": 15.5, "first_token_seconds": 4},
    ]
    monkeypatch.setenv("SUMMARIZATION_MODELS", json.dumps(named))
    small, big = load(Settings).entries
    assert (small.name, small.concurrency) == ("small", 2)
    assert small.purposes == {"fact", "yes_no"}
    assert (big.is_chat, big.prompt_price, big.first_token_seconds) == (True, 3.0, 4.0)


def test_names_and_prices_that_are_said_count_more_than_those_of_the_profile() -> None:
    small, big = open_profiles(settings(TRITON | {"name": "small"}, BIG | {"prompt_price": 3}))
    assert (small.name, small.prompt_price) == ("small", 0.0)
    assert (big.name, big.prompt_price, big.completion_price) == ("big", 3.0, 0.0)


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(StartupError, match="2 language models are called big"):
        open_profiles(settings(BIG, {"address": "https://elsewhere/v1#big"}))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({}, "a model in Triton needs a profile"),
        ({"address": "triton:8001", "profile": "p"}, "host:port#name"),
        ({"address": "https://me:secret@host/v1#big"}, "holds no password"),
        ({"address": "https://secret@host/v1#big"}, "holds no password or key"),
        ({"address": "https://secret@host#big"}, "holds no password or key"),
        ({"address": "secret@triton:8001#big", "profile": "p"}, "holds no password or key"),
        ({"profile": "https://me:secret@host/v1#big"}, "is its address, not its profile"),
        (BIG | {"for": ["poems"]}, "'fact', 'yes_no'"),
        (BIG | {"prompt_price": -1}, "greater than or equal to 0"),
        (BIG | {"concurrency": 0}, "greater than or equal to 1"),
        (BIG | {"prize": 1}, "Unexpected keyword"),
        (BIG | {"triton_authority_file": "ca.pem"}, "for a model at host:port#name"),
        ({"profile": "p", "triton_authority_file": "ca.pem"}, "for a model at host:port#name"),
        (TRITON | {"triton_certificate_file": "own.pem"}, "belong together"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any], words: str
) -> None:
    monkeypatch.setenv("SUMMARIZATION_MODELS", json.dumps([entry]))
    with pytest.raises(SystemExit, match=f"SUMMARIZATION_MODELS.*{words}") as caught:
        load(Settings)
    assert "secret" not in str(caught.value)


def test_what_is_no_json_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZATION_MODELS", "[")
    with pytest.raises(SystemExit, match="SUMMARIZATION_MODELS"):
        load(Settings)


def test_one_key_is_never_sent_to_two_servers() -> None:
    elsewhere = {"address": "https://elsewhere/v1#small"}
    with pytest.raises(ValidationError, match="CHAT_KEY is for one server") as caught:
        settings(BIG, elsewhere, key="hush")
    assert "hush" not in str(caught.value)
    assert settings(BIG, elsewhere | {"key_file": "k"}, TRITON, key="hush").models
    assert settings(BIG, BIG | {"name": "again"}, key="hush").models


def test_the_same_host_in_the_clear_is_another_server() -> None:
    clear = {"address": ADDRESS.replace("https", "http"), "name": "clear"}
    with pytest.raises(ValidationError, match="CHAT_KEY is for one server"):
        settings(BIG, clear, key="hush")


def test_models_of_one_server_share_its_key_wherever_they_are_on_it() -> None:
    named = ("https://host#a", "https://HOST#b", "https://host/v1#c", "https://host?v=1#d@e:f")
    assert settings(*({"address": each} for each in named), key="hush").models


def test_the_address_of_the_only_model_holds_no_key() -> None:
    with pytest.raises(ValidationError, match="holds no password or key"):
        Settings(profile="https://sk-1@host/v1#big")


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    entry = LanguageModelEntry(address=ADDRESS, key_file=str(tmp_path / "key"))
    with pytest.raises(StartupError, match=r"key_file .*key of a model cannot be read"):
        key_of(entry, SecretStr(""))
    (tmp_path / "key").write_text(" sk-1\n")
    assert key_of(entry, SecretStr("other")).get_secret_value() == "sk-1"
    assert (
        key_of(LanguageModelEntry(address=ADDRESS), SecretStr("other")).get_secret_value()
        == "other"
    )
