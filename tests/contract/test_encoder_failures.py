"""What the ONNX encoders do with a model that is broken, or that breaks while it computes."""

import hashlib
import shutil
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from askmesh.errors import StartupError
from askmesh.inference import EncoderUnavailableError, onnx_cross_encoder, onnx_embedder
from askmesh.models import (
    BGE_SMALL_EN,
    MINILM_CROSS_ENCODER,
    LocalDirectory,
    ModelFile,
    ModelSpec,
    ModelStore,
)
from support.triton import askmesh_home

UNKNOWN_WORD = "zzqx"


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
async def test_a_broken_model_is_one_sentence_that_says_what_to_do(
    tmp_path: Path, file: str
) -> None:
    folder = copied(BGE_SMALL_EN, tmp_path)
    (folder / file).write_bytes(b"broken")
    store, spec = as_model(folder, tmp_path)
    with pytest.raises(StartupError, match=r"^The model in .* cannot be loaded: delete .*\)\.$"):
        async with onnx_embedder(store, spec=spec):
            pass


async def test_a_broken_model_that_an_adapter_adds_to_is_told_as_one(tmp_path: Path) -> None:
    folder = copied(MINILM_CROSS_ENCODER, tmp_path)
    (folder / "model.onnx").write_bytes(b"broken")
    store, spec = as_model(folder, tmp_path)
    with pytest.raises(StartupError, match=r"^The model in .* cannot be loaded: delete .*\)\.$"):
        async with onnx_cross_encoder(store, spec=spec):
            pass


async def test_an_embedder_that_fails_is_unavailable_and_goes_on(tmp_path: Path) -> None:
    store, spec = with_a_word_that_the_model_does_not_have(BGE_SMALL_EN, tmp_path)
    async with onnx_embedder(store, spec=spec, threads=1) as embedder:
        with pytest.raises(EncoderUnavailableError) as caught:
            await embedder.embed_query(UNKNOWN_WORD)
        assert caught.value.reason == "ENCODER_UNAVAILABLE"
        with pytest.raises(EncoderUnavailableError):
            await embedder.embed_passages(["bridge", UNKNOWN_WORD])
        assert len(await embedder.embed_passages(["bridge"])) == 1


async def test_a_cross_encoder_that_fails_is_unavailable_and_goes_on(tmp_path: Path) -> None:
    store, spec = with_a_word_that_the_model_does_not_have(MINILM_CROSS_ENCODER, tmp_path)
    async with onnx_cross_encoder(store, spec=spec, threads=1) as cross_encoder:
        with pytest.raises(EncoderUnavailableError):
            await cross_encoder.score("bridge", ["The bridge.", UNKNOWN_WORD])
        assert len(await cross_encoder.score("bridge", ["The bridge."])) == 1


def with_a_word_that_the_model_does_not_have(
    spec: ModelSpec, tmp_path: Path
) -> tuple[ModelStore, ModelSpec]:
    """A model whose tokenizer knows one token more than its table of embeddings has."""
    folder = copied(spec, tmp_path)
    path = str(folder / "tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.add_tokens([UNKNOWN_WORD])  # pyright: ignore[reportUnknownMemberType]
    tokenizer.save(path)
    return as_model(folder, tmp_path)


def copied(spec: ModelSpec, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ModelStore(askmesh_home()).resolve(spec), tmp_path / "toy"))


def as_model(folder: Path, tmp_path: Path) -> tuple[ModelStore, ModelSpec]:
    """A model of the files in the folder, with hashes that are theirs."""
    files = tuple(
        ModelFile(name=name, sha256=hashlib.sha256((folder / name).read_bytes()).hexdigest())
        for name in ("model.onnx", "tokenizer.json")
    )
    spec = ModelSpec(name=folder.name, revision="r1", files=files)
    return ModelStore(tmp_path / "home", sources=[LocalDirectory(folder.parent)]), spec
