"""What pages point to exists: files, commands, options, variables."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic_settings import BaseSettings

from askmesh.cli.commands import main
from askmesh.cli.connecting import MeshElsewhere
from askmesh.config import environment_variables
from askmesh.gateway.settings import Settings as GatewaySettings
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.query_understanding.settings import Settings as QueryUnderstandingSettings
from askmesh.reranking.settings import Settings as RerankingSettings
from askmesh.retrieval.settings import Settings as RetrievalSettings
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.triton_cpu.settings import TritonCpuSettings

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        *(ROOT / "helm").rglob("*.md"),
    )
)
SETTINGS: tuple[type[BaseSettings], ...] = (
    GatewaySettings,
    IngestionSettings,
    MeshElsewhere,
    QueryUnderstandingSettings,
    RerankingSettings,
    RetrievalSettings,
    SummarizationSettings,
    TritonCpuSettings,
)
CONTEXT = click.Context(main)
OF_OPTIONS = {
    str(option.envvar)
    for name in main.list_commands(CONTEXT)
    if (command := main.get_command(CONTEXT, name))
    for option in command.params
    if option.envvar
}
VARIABLES = frozenset[str]().union(
    *map(environment_variables, SETTINGS), OF_OPTIONS, {"ASKMESH_HOME", "ASKMESH_MODEL_DIRECTORY"}
)
PREFIXES = sorted({str(settings.model_config.get("env_prefix")) for settings in SETTINGS})
A_VARIABLE = re.compile(rf"\b(?:{'|'.join(PREFIXES)}|ASKMESH_)[A-Z0-9_]*[A-Z0-9]\b")
REASONS = re.compile(
    r"INGESTION_UNAVAILABLE|RETRIEVAL_UNAVAILABLE|SUMMARIZATION_UNAVAILABLE|RERANKING_BUSY"
)
A_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#([^)\s]+))?\)")
A_COMMAND = re.compile(r"(?<![\w./-])askmesh(?![\w./-])([^\n`|;&()$]*)")
IN_CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_to_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = (*broken_links(text, page.parent), *unknown_options(text), *unknown_variables(text))
    assert list(found) == []


def test_what_does_not_exist_is_found(tmp_path: Path) -> None:
    assert list(broken_links("[a](missing.md) [b](https://example.com)", tmp_path)) == [
        "missing.md"
    ]
    (tmp_path / "there.md").write_text("# One, two\n", encoding="utf-8")
    assert not list(broken_links("[a](there.md#one-two)", tmp_path))
    assert list(broken_links("[a](there.md#three)", tmp_path)) == ["there.md#three"]
    assert list(unknown_options("`askmesh ask --loud`")) == ["askmesh ask --loud"]
    assert list(unknown_options("`askmesh sing`")) == ["askmesh sing"]
    assert not list(unknown_options("`askmesh models pull --no-triton`"))
    assert list(unknown_variables("`GATEWAY_LOUDNESS`")) == ["GATEWAY_LOUDNESS"]
    assert not list(unknown_variables("`GATEWAY_ANSWER_SECONDS`, `TOO_MANY_ANSWERS`"))


def broken_links(text: str, folder: Path) -> Iterator[str]:
    for name, anchor in A_LINK.findall(text):
        target = folder / name
        if not target.exists():
            yield name
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{name}#{anchor}"


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unknown_options(text: str) -> Iterator[str]:
    for code in IN_CODE.findall(text):
        for words in A_COMMAND.findall(code.replace("\\\n", " ")):
            yield from unknown_words(words.split("#")[0].split())


def unknown_words(words: list[str]) -> Iterator[str]:
    command: click.Command = main
    path = ["askmesh"]
    while words and isinstance(command, click.Group) and words[0].isalpha():
        path.append(words.pop(0))
        if (below := command.get_command(CONTEXT, path[-1])) is None:
            yield " ".join(path)
            return
        command = below
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    for word in words:
        option = word.split("=")[0].rstrip("`,.:)\"'")
        if re.fullmatch(r"--[a-z][a-z-]*", option) and option not in {
            *known,
            "--help",
            "--version",
        }:
            yield f"{' '.join(path)} {option}"


def unknown_variables(text: str) -> Iterator[str]:
    for name in A_VARIABLE.findall(text):
        if name not in VARIABLES and not REASONS.fullmatch(name):
            yield name
