"""The language models that `askmesh up` is told to start with."""

from pathlib import Path

import click
import pytest

from askmesh.cli.language_models import NamedModels, named_models
from askmesh.inference import LanguageModelEntry

BIG = "https://models.example.com/v1#big"
SMALL = "smollm2-135m-instruct"


@pytest.mark.parametrize("model", ["", SMALL, "/models/mine.gguf", BIG])
def test_one_model_is_named_as_ever(model: str) -> None:
    assert named_models([model] if model else [], None) == NamedModels(model)


@pytest.mark.parametrize(("models", "first"), [([SMALL, BIG], SMALL), ([BIG, SMALL], SMALL)])
def test_of_several_the_one_without_an_address_is_that_of_the_meshs_triton(
    models: list[str], first: str
) -> None:
    named = named_models(models, None)
    assert named.first == first
    assert [entry.address or entry.profile for entry in named.entries] == models


def test_models_at_addresses_alone_need_no_triton() -> None:
    assert named_models([BIG, f"{BIG}ger"], None).first == BIG


def test_two_models_for_one_triton_are_refused() -> None:
    with pytest.raises(click.UsageError, match="both for the Triton of this mesh"):
        named_models([SMALL, "/models/mine.gguf"], None)


def test_a_file_says_more_of_each_and_names_files_beside_itself(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(
        f"""
currency = "EUR"

[[models]]
profile = "{SMALL}"
for = ["fact", "yes_no"]

[[models]]
address = "{BIG}"
profile = "big.toml"
key_file = "key"
completion_price = 15
"""
    )
    named = named_models([], file)
    assert (named.first, named.currency) == (SMALL, "EUR")
    assert named.entries == (
        LanguageModelEntry(profile=SMALL, purposes=frozenset({"fact", "yes_no"})),
        LanguageModelEntry(
            address=BIG,
            profile=str(tmp_path / "big.toml"),
            key_file=str(tmp_path / "key"),
            completion_price=15,
        ),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "models: Field required"),
        ("models = []", "models: .*at least 1 item"),
        ('[[models]]\naddress = "https://h/v1#n"\nfor = ["poems"]', r"models\.0\.for\.0: .*'fact'"),
        ("[[models]", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_is_wrong(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(text)
    with pytest.raises(click.UsageError, match=words):
        named_models([], file)


def test_models_are_named_in_one_way(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="take one"):
        named_models([BIG], tmp_path / "models.toml")
