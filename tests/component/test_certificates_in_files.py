"""Certificates in files: which can be used, and what is said of others."""

from collections.abc import Callable
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from google.protobuf.wrappers_pb2 import StringValue

from askmesh.config import InnerSettings
from askmesh.errors import StartupError
from askmesh.transport import TlsFiles, connecting
from askmesh.transport._following import FollowedPems
from askmesh.transport._reading import read_pems
from support.certificates import OVER, Authority, settings_of
from support.echo import Context, echo_service


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


def test_a_certificate_is_taken_together_with_its_key(authority: Authority) -> None:
    files = authority.files("client")
    followed, made = FollowedPems(files), authority.signed("client")
    assert files.certificate
    assert files.key
    before = followed.pems
    files.certificate.write_bytes(made.certificate)
    assert not followed.look()
    assert followed.pems == before
    files.key.write_bytes(made.key)
    assert followed.look()
    assert followed.pems.certificate == made.certificate
    assert not followed.look()


def _missing(files: TlsFiles) -> TlsFiles:
    return with_changes(files, certificate=Path("/nowhere/tls.crt"))


def _of_another(files: TlsFiles) -> TlsFiles:
    return with_changes(files, key=files.certificate and files.certificate.with_name("other.key"))


def _no_key(files: TlsFiles) -> TlsFiles:
    return with_changes(files, key=files.certificate)


def _no_authority(files: TlsFiles) -> TlsFiles:
    return with_changes(files, authority=files.key)


def _locked(files: TlsFiles) -> TlsFiles:
    assert files.key
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    return files


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_missing, "/nowhere/tls.crt, which SERVER_TLS_CERTIFICATE_FILE names, cannot be read"),
        (_of_another, "which SERVER_TLS_KEY_FILE names, is not the key of the certificate"),
        (_no_key, "which SERVER_TLS_KEY_FILE names, holds no private key"),
        (_no_authority, "which SERVER_TLS_AUTHORITY_FILE names, holds no certificate"),
        (_locked, "without a password"),
    ],
)
async def test_files_that_cannot_be_used_are_named_at_the_start(
    authority: Authority, spoil: Callable[[TlsFiles], TlsFiles], told: str
) -> None:
    authority.files("other")
    files = spoil(authority.files("server"))
    with pytest.raises(StartupError) as caught:
        async with connecting(files):
            pass
    assert told in caught.value.message
    settings = InnerSettings.model_validate({"drain_seconds": 0, **settings_of(files)})
    with pytest.raises(StartupError) as refused:
        async with echo_service(settings=settings, unary=echoed):
            pass
    assert refused.value.reason == "TLS_FILE_UNUSABLE"
    assert "ASKMESH_TLS_" in refused.value.message


async def test_a_certificate_that_is_over_is_refused_at_the_start(authority: Authority) -> None:
    with pytest.raises(StartupError) as caught:
        read_pems(authority.files("server", life=OVER))
    assert "expired on" in caught.value.message


def test_a_key_is_never_shown(authority: Authority) -> None:
    pems = read_pems(authority.files("server"))
    assert "PRIVATE KEY" not in repr(pems)
    assert "PRIVATE KEY" not in repr(authority.signed("server"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tls_certificate_file": "a.pem"}, "ASKMESH_TLS_KEY_FILE belong together"),
        ({"otlp_key_file": "a.key"}, "ASKMESH_OTLP_CERTIFICATE_FILE and"),
        ({"tls_authority_file": "a.pem"}, "needs a ASKMESH_TLS_CERTIFICATE_FILE"),
        (
            {"tls_certificate_file": "a.pem", "tls_key_file": "a.key"},
            "callers that are certified need a ASKMESH_TLS_AUTHORITY_FILE",
        ),
        ({"tls_callers": "some"}, "anybody"),
        ({"health_address": "7600"}, "host:port"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        InnerSettings.model_validate(settings)
