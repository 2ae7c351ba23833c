"""Several language models in the values of the chart."""

import json

import pytest

from askmesh.summarization.settings import Settings
from support.helm import Helm, HelmError
from support.manifests import Rendering, rendered

ADDRESS = "languageModel.models[0].address"


def entries_in(rendering: Rendering) -> Settings:
    models = rendering.environment("summarization")["SUMMARIZATION_MODELS"]
    return Settings.model_validate({"models": models})


def test_models_of_the_values_are_those_that_summarization_reads(production: Rendering) -> None:
    own, large = entries_in(production).models
    assert (own.address, own.profile) == ("", "/etc/askmesh/profile.toml")
    assert large.address == "https://models.example.com/v1#large"
    assert large.purposes == {"table", "comparison", "summary"}
    assert (large.prompt_price, large.completion_price) == (2.5, 10.0)
    assert (large.concurrency, large.first_token_seconds) == (8, 5.0)
    assert production.environment("summarization")["SUMMARIZATION_CURRENCY"] == "EUR"


def test_keys_are_files_of_their_secrets_in_summarization_alone(production: Rendering) -> None:
    _, large = entries_in(production).models
    folder, _, key = large.key_file.rpartition("/")
    (mount,) = [
        each
        for each in production.container("summarization")["volumeMounts"]
        if each["mountPath"] == folder
    ]
    (volume,) = [
        each for each in production.pod("summarization")["volumes"] if each["name"] == mount["name"]
    ]
    assert mount["readOnly"]
    assert volume["secret"] == {
        "secretName": "askmesh-provider",
        "items": [{"key": key, "path": key}],
    }
    assert "askmesh-provider" not in json.dumps(production.pod("gateway"))
    assert "askmesh-provider" not in str(production.environment("summarization"))


def test_without_models_there_is_the_one_of_the_profile(defaults: Rendering) -> None:
    assert entries_in(defaults).models == ()


def test_pods_reach_models_at_addresses_of_their_own(helm: Helm, defaults: Rendering) -> None:
    several = rendered(helm, "defaults", f"{ADDRESS}=https://models.example.com/v1#large")
    for rendering, reached in ((defaults, False), (several, True)):
        rules = rendering.one("NetworkPolicy", "summarization")["spec"]["egress"]
        ports = {port["port"] for rule in rules for port in rule["ports"]}
        assert (443 in ports) == reached


@pytest.mark.parametrize(
    ("address", "port"),
    [("http://vllm/v1#m", "80"), ("https://vllm:8443/v1#m", "8443"), ("triton:8001#m", "8001")],
)
def test_a_port_that_the_policies_close_is_refused(helm: Helm, address: str, port: str) -> None:
    values = (f"{ADDRESS}={address}", "languageModel.models[0].profile=llama-3.1-8b-instruct")
    with pytest.raises(HelmError, match=f"port {port}, which networkPolicy.egress.languageModels"):
        rendered(helm, "defaults", *values)
    opened = f"networkPolicy.egress.languageModels.ports[0]={port}"
    rules = rendered(helm, "defaults", *values, opened).one("NetworkPolicy", "summarization")
    assert f"'port': {port}" in str(rules["spec"]["egress"])


@pytest.mark.parametrize(
    "values",
    [
        {ADDRESS: "https://me:secret@host/v1#m"},
        {ADDRESS: "https://host/v1"},
        {ADDRESS: "triton:8001#m"},
        {"languageModel.models[0].name": "m"},
        {ADDRESS: "https://host/v1#m", "languageModel.models[0].for[0]": "poems"},
        {ADDRESS: "https://host/v1#m", "languageModel.models[0].key": "sk-1"},
    ],
)
def test_a_model_that_summarization_would_refuse_is_refused(
    helm: Helm, values: dict[str, str]
) -> None:
    with pytest.raises(HelmError):
        rendered(helm, "defaults", *(f"{name}={value}" for name, value in values.items()))


def test_other_models_are_another_edition(helm: Helm, defaults: Rendering) -> None:
    several = rendered(helm, "defaults", f"{ADDRESS}=https://models.example.com/v1#large")
    editions = [each.environment("gateway")["GATEWAY_EDITION"] for each in (defaults, several)]
    assert len(set(editions)) == 2


def test_pods_pull_the_files_of_every_model_that_has_some(helm: Helm) -> None:
    named = ("llama-3.1-8b-instruct", "qwen2.5-coder-0.5b-instruct")
    models = [f"languageModel.models[{i}].profile={name}" for i, name in enumerate(named)]
    rendering = rendered(helm, "minimal", *models)
    (pulling,) = rendering.pod("summarization")["initContainers"]
    assert "qwen2.5-coder-0.5b-instruct" in pulling["args"]
