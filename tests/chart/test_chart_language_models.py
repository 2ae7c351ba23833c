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


def mounted_files(rendering: Rendering, secret: str) -> dict[str, str]:
    """Return the keys of a Secret that summarization has, by the files in which they are."""
    (volume,) = [
        each
        for each in rendering.pod("summarization")["volumes"]
        if each.get("secret", {}).get("secretName") == secret
    ]
    (mount,) = [
        each
        for each in rendering.container("summarization")["volumeMounts"]
        if each["name"] == volume["name"]
    ]
    return {
        f"{mount['mountPath']}/{each['path']}": each["key"] for each in volume["secret"]["items"]
    }


def test_models_of_the_values_are_those_that_summarization_reads(production: Rendering) -> None:
    own, large, _ = entries_in(production).models
    assert (own.address, own.profile) == ("", "/etc/askmesh/profile.toml")
    assert large.address == "https://models.example.com/v1#large"
    assert large.purposes == {"table", "comparison", "summary"}
    assert (large.prompt_price, large.completion_price) == (2.5, 10.0)
    assert (large.concurrency, large.first_token_seconds) == (8, 5.0)
    assert production.environment("summarization")["SUMMARIZATION_CURRENCY"] == "EUR"


def test_keys_are_files_of_their_secrets_in_summarization_alone(production: Rendering) -> None:
    _, large, _ = entries_in(production).models
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


def test_each_triton_may_have_an_authority_and_a_certificate_of_its_own(
    production: Rendering, helm: Helm
) -> None:
    *_, small = entries_in(production).models
    assert mounted_files(production, "small-triton-authority") == {
        small.triton_authority_file: "ca.crt",
        small.triton_certificate_file: "tls.crt",
        small.triton_key_file: "tls.key",
    }
    changed = "languageModel.models[2].tls.clientCertificate=false"
    uncertified = rendered(helm, "production", changed)
    *_, small = entries_in(uncertified).models
    assert mounted_files(uncertified, "small-triton-authority") == {
        small.triton_authority_file: "ca.crt"
    }
    assert (small.triton_certificate_file, small.triton_key_file) == ("", "")


def test_a_triton_of_which_nothing_is_said_is_called_as_the_one_of_the_mesh(
    helm: Helm,
) -> None:
    values = (f"{ADDRESS}=triton:8001#m", "languageModel.models[0].profile=llama-3.1-8b-instruct")
    opened = "networkPolicy.egress.languageModels.ports[0]=8001"
    (model,) = entries_in(rendered(helm, "defaults", *values, opened)).models
    assert model.triton_tls is None


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
        {ADDRESS: "https://host/v1#m", "languageModel.models[0].tls.existingSecret.name": "a"},
        {
            "languageModel.models[0].profile": "llama-3.1-8b-instruct",
            "languageModel.models[0].tls.existingSecret.name": "a",
        },
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
