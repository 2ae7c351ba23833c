"""Options that several commands have."""

from pathlib import Path

import click
import platformdirs
from click.core import ParameterSource

from askmesh.cli.layout import DEFAULT_BASE_PORT
from askmesh.config import has_password
from askmesh.models import LANGUAGE_MODELS
from askmesh.passages import AccessList, access_problem

home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    envvar="ASKMESH_HOME",
    default=platformdirs.user_data_path("askmesh"),
    show_default=True,
    help="Folder of models, documents and indexes.",
)
base_port_option = click.option(
    "--base-port",
    type=click.IntRange(1, 65_000),
    default=DEFAULT_BASE_PORT,
    show_default=True,
    help="Port of the gateway; the other processes follow.",
)
_MODEL_KINDS = (
    f"{', '.join(LANGUAGE_MODELS)}, a file, or a model behind OpenAI's interface (its key in "
    "SUMMARIZATION_CHAT_KEY)"
)
_MODEL_METAVAR = "NAME|FILE.gguf|https://HOST/v1#NAME"
model_option = click.option(
    "--model",
    default="",
    metavar=_MODEL_METAVAR,
    help=f"{_MODEL_KINDS}  [default: the best that memory allows]",
)
model_chain_option = click.option(
    "--model",
    "chain",
    multiple=True,
    metavar=_MODEL_METAVAR,
    help=f"{_MODEL_KINDS}; several times for several, each writes where those before it cannot  "
    "[default: the best that memory allows]",
)
models_option = click.option(
    "--models",
    "models_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="Several language models: what each is for, its price, its key.",
)


def _warned(context: click.Context, parameter: click.Parameter, address: str) -> str:
    """Return the address; say so if everybody on this machine could have read its password."""
    source = context.get_parameter_source(parameter.name or "")
    if source is ParameterSource.COMMANDLINE and has_password(address):
        click.echo(
            f"Everybody on this machine can read the password in {parameter.opts[0]}: set "
            f"{parameter.envvar} instead.",
            err=True,
        )
    return address


documents_option = click.option(
    "--documents",
    default="",
    envvar="ASKMESH_DOCUMENTS",
    callback=_warned,
    help="sqlite:PATH or mongodb://…; with a password, in ASKMESH_DOCUMENTS  [default: a file]",
)
cache_option = click.option(
    "--cache",
    default="memory:",
    envvar="ASKMESH_CACHE",
    callback=_warned,
    help="memory: or redis://…; with a password, in ASKMESH_CACHE  [default: memory:]",
)
tenant_option = click.option(
    "--tenant", default="", help="[default: that of your credential, or default]"
)
conversation_option = click.option(
    "--conversation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.json",
    help='Earlier turns: a list of {"question": ..., "answer": ...}.',
)
allow_option = click.option(
    "--allow",
    multiple=True,
    metavar="user:NAME|group:NAME",
    help="Who may read; several times for several. Everyone if only --deny is given.",
)
deny_option = click.option(
    "--deny", multiple=True, metavar="user:NAME|group:NAME", help="Who may not, allowed or not."
)


def access_of(allow: tuple[str, ...], deny: tuple[str, ...]) -> AccessList:
    """Return the access list of these options. Raise `click.UsageError` if it cannot be one."""
    access = AccessList(frozenset(allow) if allow else None, frozenset(deny))
    if problem := access_problem(access):
        raise click.UsageError(problem)
    return access
