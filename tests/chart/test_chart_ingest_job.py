"""A Job ingests a folder by several pods at once, from inside of the cluster."""

import pytest

from support.helm import Helm, HelmError
from support.manifests import Manifest, Rendering, rendered


def test_there_is_no_job_without_a_folder(defaults: Rendering) -> None:
    assert defaults.of_kind("Job") == []


def test_pods_ingest_the_folder_of_the_claim_at_once(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    assert job["spec"]["parallelism"] == 4
    assert "completions" not in job["spec"]
    container = _container(job)
    assert container["args"] == [
        *("askmesh.cli", "ingest", "--tenant", "sales", "--name", "handbook", "/documents")
    ]
    mount = {"name": "documents", "mountPath": "/documents", "readOnly": True, "subPath": "current"}
    assert mount in container["volumeMounts"]
    (_, volume, _) = job["spec"]["template"]["spec"]["volumes"]
    assert volume["persistentVolumeClaim"] == {"claimName": "handbook", "readOnly": True}


def test_the_job_finds_the_services_that_face_clients(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    environment = {each["name"]: each.get("value") for each in _container(job)["env"]}
    for service in ("gateway", "ingestion"):
        at = production.one("Service", service)
        (port,) = [each["port"] for each in at["spec"]["ports"] if each["name"] == "grpc"]
        address = f"dns:///{at['metadata']['name']}:{port}"
        assert environment[f"ASKMESH_{service.upper()}"] == address


def test_the_job_may_call_the_services_that_face_clients(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    labels = job["spec"]["template"]["metadata"]["labels"]
    for service in ("gateway", "ingestion"):
        rules = production.one("NetworkPolicy", service)["spec"]["ingress"]
        selectors = [peer["podSelector"] for rule in rules for peer in rule["from"]
                     if set(peer) == {"podSelector"}]  # fmt: skip
        assert any(each["matchLabels"].items() <= labels.items() for each in selectors)


def test_pods_of_the_job_meet_the_restricted_standard(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    pod = job["spec"]["template"]["spec"]
    assert pod["securityContext"] == production.pod("gateway")["securityContext"]
    assert _container(job)["securityContext"] == production.container("gateway")["securityContext"]
    assert pod["automountServiceAccountToken"] is False


def test_each_revision_of_the_release_has_a_job_of_its_own(helm: Helm) -> None:
    (job,) = rendered(helm, "defaults", "ingestJob.existingClaim=docs").of_kind("Job")
    assert job["metadata"]["name"] == "mesh-askmesh-ingest-job-1"


def test_pods_ingest_a_bucket_with_the_keys_of_a_secret(helm: Helm) -> None:
    (job,) = _of_bucket(helm, "endpoint=https://store:9000", "region=eu", "existingSecret=keys")
    container = _container(job)
    assert container["args"][-3:] == ["--name", "documents", "s3://company/docs"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    assert environment["AWS_ENDPOINT_URL"] == "https://store:9000"
    assert environment["AWS_REGION"] == "eu"
    assert container["envFrom"] == [{"secretRef": {"name": "keys"}}]
    assert [each["name"] for each in container["volumeMounts"]] == ["tmp"]
    assert [each["name"] for each in job["spec"]["template"]["spec"]["volumes"]] == ["tmp"]


def test_a_bucket_alone_leaves_server_and_keys_to_the_machine(helm: Helm) -> None:
    (job,) = _of_bucket(helm)
    container = _container(job)
    assert not [each for each in container["env"] if each["name"].startswith("AWS_")]
    assert "envFrom" not in container


def test_pods_that_ingest_a_bucket_may_call_where_clients_are_named(helm: Helm) -> None:
    bucket = "ingestJob.bucket.address=s3://company/docs"
    one_client = "networkPolicy.clients[0].podSelector.matchLabels.app=portal"
    rendering = rendered(helm, "defaults", bucket, one_client)
    rules = rendering.one("NetworkPolicy", "ingestion")["spec"]["ingress"]
    peers = [peer for rule in rules for peer in rule.get("from", [])]
    assert any(
        peer["podSelector"]["matchLabels"].get("app.kubernetes.io/component") == "ingest-job"
        for peer in peers
    )


@pytest.mark.parametrize(
    ("assignments", "advice"),
    [
        (["existingClaim=docs", "bucket.address=s3://company"], "set one of them"),
        (["bucket.existingSecret=keys"], "set ingestJob.bucket.address to s3://BUCKET/PREFIX"),
        (["bucket.address=https://company"], "s3://"),
        (["bucket.address=s3://company", "bucket.endpoint=https://me:secret@store"], "endpoint"),
    ],
)
def test_a_source_that_cannot_be_meant_is_refused(
    helm: Helm, assignments: list[str], advice: str
) -> None:
    with pytest.raises(HelmError) as caught:
        rendered(helm, "defaults", *(f"ingestJob.{each}" for each in assignments))
    assert advice in str(caught.value)


def _of_bucket(helm: Helm, *assignments: str) -> list[Manifest]:
    sets = ["ingestJob.bucket.address=s3://company/docs"]
    sets += [f"ingestJob.bucket.{each}" for each in assignments]
    return rendered(helm, "defaults", *sets).of_kind("Job")


def _container(job: Manifest) -> Manifest:
    (container,) = job["spec"]["template"]["spec"]["containers"]
    found: Manifest = container
    return found
