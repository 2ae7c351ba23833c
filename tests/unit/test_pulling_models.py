"""`askmesh models pull` fetches what it is told to, and says in one sentence what it cannot."""

from pathlib import Path

from click.testing import CliRunner, Result

from askmesh.cli.commands import main
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore
from support.triton import askmesh_home


def test_a_model_that_is_named_is_pulled_alone_and_without_triton(tmp_path: Path) -> None:
    model = ModelStore(askmesh_home()).resolve(MINILM_CROSS_ENCODER)
    models = tmp_path / "models"
    models.mkdir()
    (models / model.name).symlink_to(model)
    result = pull(tmp_path, MINILM_CROSS_ENCODER.name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [path.name for path in models.iterdir()] == [model.name]
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


def test_a_model_that_nobody_knows_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    result = pull(tmp_path, "gpt-9")
    assert result.exit_code == 2
    assert MINILM_CROSS_ENCODER.name in result.stderr


def test_a_home_that_cannot_be_written_ends_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    result = pull(file / "home")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The model ")
    assert result.stderr.count("\n") == 1


def pull(home: Path, *names: str) -> Result:
    return CliRunner().invoke(main, ["models", "pull", "--home", str(home), *names])
