"""The Hugging Face hub as a source of models: asked briefly, never needed."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import huggingface_hub
from huggingface_hub.utils.tqdm import disable_progress_bars

from askmesh.models._spec import ModelFile, ModelSpec, ShowProgress, SourceError

_ANSWER_SECONDS = 2.0


class HubApi(Protocol):
    """The two calls to the hub that the source makes."""

    def sha256(self, repository: str, path: str, revision: str) -> str | None:
        """The hash the hub itself gives for a large file; None for a small one."""
        ...

    def download(self, repository: str, path: str, revision: str, into: Path) -> Path:
        """Where the downloaded file lies, inside `into`."""
        ...


class HuggingFaceApi:
    """The hub at HF_ENDPOINT; refuses at once when HF_HUB_OFFLINE is set."""

    def sha256(self, repository: str, path: str, revision: str) -> str | None:
        """The hash that the hub keeps as a large file's tag."""
        url = huggingface_hub.hf_hub_url(repository, path, revision=revision)
        ask = huggingface_hub.get_hf_file_metadata  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return ask(url, timeout=_ANSWER_SECONDS).etag

    def download(self, repository: str, path: str, revision: str, into: Path) -> Path:
        """Download without using the hub's own cache, and go on with what is there in part."""
        disable_progress_bars()  # the store tells how far it is
        download = huggingface_hub.hf_hub_download  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return Path(download(repository, path, revision=revision, local_dir=into))


class HuggingFaceHub:
    """Files from a repository of the hub.

    Where the hub does not answer within two seconds it is not asked again by this object. A file
    whose hash differs on the hub is not downloaded at all.
    """

    def __init__(self, api: HubApi | None = None) -> None:
        self._api = HuggingFaceApi() if api is None else api
        self._refusal = ""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return "the Hugging Face hub"

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: ShowProgress
    ) -> None:
        """Download the files that the hub has with the right hash."""
        on_hub = [file for file in files if file.hub_path]
        if not spec.hub_repository or not on_hub:
            raise SourceError(f"it does not carry this revision of {spec.name}")
        if self._refusal:
            raise SourceError(self._refusal)
        for file in on_hub:
            self._fetch_file(spec, file, into, progress)

    def _fetch_file(
        self, spec: ModelSpec, file: ModelFile, into: Path, progress: ShowProgress
    ) -> None:
        place = (spec.hub_repository, file.hub_path, spec.hub_revision)
        found = self._ask(lambda: self._api.sha256(*place))
        if found is not None and found != file.sha256:
            raise SourceError(f"its {file.hub_path} has another hash")
        progress(f"{spec.name}: downloading from {self.name}")
        try:
            folder = into / ".hub"  # what is left in it is gone on with
            folder.mkdir(exist_ok=True)
            self._api.download(*place, folder).replace(into / file.name)
        except Exception as error:  # the hub's client raises its transport's own errors
            raise SourceError(f"the download broke off ({_first_line(error)})") from error

    def _ask(self, question: Callable[[], str | None]) -> str | None:
        """The answer, if it comes in time: name resolution without a network can hang."""
        answers: list[str | None] = []
        failures: list[str] = []

        def ask() -> None:
            try:
                answers.append(question())
            except Exception as error:  # noqa: BLE001 - see _fetch_file
                failures.append(_first_line(error))

        thread = threading.Thread(target=ask, name="hugging-face-hub", daemon=True)
        thread.start()
        thread.join(_ANSWER_SECONDS)
        if answers:
            return answers[0]
        self._refusal = failures[0] if failures else "it does not answer"
        raise SourceError(self._refusal)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
