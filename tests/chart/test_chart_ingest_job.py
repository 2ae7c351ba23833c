"""A Job ingests a folder by several pods at once, from inside of the cluster."""

from support.helm import Helm
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
    (volume, _) = job["spec"]["template"]["spec"]["volumes"]
    assert volume["persistentVolumeClaim"] == {"claimName": "handbook", "readOnly": True}


def test_the_job_finds_the_services_that_face_clients(production: Rendering) -> None:
    (job,) = production.of_kind("Job")
    environment = {each["name"]: each["value"] for each in _container(job)["env"]}
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


def _container(job: Manifest) -> Manifest:
    (container,) = job["spec"]["template"]["spec"]["containers"]
    found: Manifest = container
    return found
