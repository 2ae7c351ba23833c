"""Triton server and llama.cpp from Python packages, in a virtual environment of their own."""

import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from askmesh.errors import StartupError
from askmesh.models import ShowProgress
from askmesh.triton_cpu.once import make_once

REQUIREMENTS = ("nvidia-pytriton==0.7.0", "xllamacpp==2026.10.11549", "numpy==1.26.4")
LOCK = Path(__file__).with_name("requirements.lock")
"""Their hashes, as `make lock` writes them. Triton does not need what they ask for besides."""

PYTHON_VERSIONS = ((3, 11), (3, 12))
"""Those that all of the requirements have wheels for."""


@dataclass(frozen=True, slots=True)
class TritonEnvironment:
    """An installed Triton server."""

    folder: Path

    @property
    def packages(self) -> Path:
        """Where Python packages are imported from."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    @property
    def programs(self) -> Path:
        """Where `python3` is, by which the Python back end finds the environment."""
        return self.folder / "bin"

    @property
    def server(self) -> Path:
        """The program."""
        return self.packages / "pytriton" / "tritonserver" / "bin" / "tritonserver"

    @property
    def libraries(self) -> Path:
        """Shared libraries of the program."""
        return self.packages / "nvidia_pytriton.libs"

    @property
    def backends(self) -> Path:
        """The Python back end, with the stub for this version of Python."""
        return self.folder / "backends"


def environment_at(home: Path) -> TritonEnvironment:
    """Where the server for this Python and these versions belongs; it may not be there yet."""
    key = "\n".join((*REQUIREMENTS, sys.version, platform.machine()))
    return TritonEnvironment(home / f"triton-{hashlib.sha256(key.encode()).hexdigest()[:12]}")


def install(home: Path, progress: ShowProgress) -> TritonEnvironment:
    """Install the server under `home` where it is not there yet. Blocks, up to minutes.

    Raise `StartupError` if it cannot be installed here; the message says why and what to do.
    """
    environment = environment_at(home)
    try:
        if not environment.folder.is_dir():
            _install_new(environment, progress)
    except OSError as error:
        raise StartupError(
            "TRITON_NOT_INSTALLED",
            f"The Triton server for CPUs cannot be installed in {home} "
            f"({error.strerror or error}): set ASKMESH_HOME to a folder that you can write, or "
            "use a Triton server elsewhere.",
        ) from error
    return environment


def _install_new(environment: TritonEnvironment, progress: ShowProgress) -> None:
    if sys.platform != "linux":
        raise StartupError("TRITON_PLATFORM", "The Triton server for CPUs runs on Linux only.")
    check_python(sys.version_info[:2])
    python_library()
    progress("Installing the Triton server for CPUs (about 300 MB, once)")
    make_once(environment.folder, _fill)
    progress("Installed the Triton server for CPUs")


def check_python(version: tuple[int, int]) -> None:
    """Refuse versions of Python that Triton cannot be installed for.

    Raise `StartupError` if this is one of them.
    """
    if version not in PYTHON_VERSIONS:
        raise StartupError(
            "TRITON_PYTHON_VERSION",
            f"The Triton server for CPUs needs Python 3.11 or 3.12, and this is Python "
            f"{version[0]}.{version[1]}: use one of those, or a Triton server elsewhere.",
        )


def python_library() -> Path:
    """The shared library of the running Python, which Triton's Python back end loads.

    Raise `StartupError` if this Python has none.
    """
    name = str(sysconfig.get_config_var("INSTSONAME") or "")
    path = Path(str(sysconfig.get_config_var("LIBDIR") or "")) / name
    if ".so" in name and path.is_file():
        return path
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise StartupError(
        "PYTHON_LIBRARY_MISSING",
        f"Triton needs libpython{version}.so, which this Python does not have: install it "
        f"(on Debian: apt-get install libpython{version}) or use a Python built with "
        "--enable-shared.",
    )


def _fill(folder: Path) -> None:
    environment = TritonEnvironment(folder)
    venv.create(folder, symlinks=True)
    _run_pip(environment.packages)
    _copy_backend(environment)


def _run_pip(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", f"--target={target}"]
    command += ["--require-hashes", f"--requirement={LOCK}"]
    pip = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if pip.returncode != 0:
        reason = (pip.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StartupError(
            "TRITON_NOT_INSTALLED",
            "The Triton server for CPUs could not be installed: check that pip can reach a "
            f"package index, then try again ({reason.removeprefix('ERROR: ')}).",
        )


def _copy_backend(environment: TritonEnvironment) -> None:
    server = environment.packages / "pytriton" / "tritonserver"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stub = server / "python_backend_stubs" / version / "triton_python_backend_stub"
    backend = environment.backends / "python"
    shutil.copytree(server / "backends" / "python", backend)
    shutil.copy2(stub, backend / stub.name)
    (backend / stub.name).chmod(0o755)
