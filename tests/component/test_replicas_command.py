"""`askmesh up --replicas`."""

import pytest
from click.testing import CliRunner

from askmesh.cli.commands import main


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("searching=2", "searching is none of gateway, ingestion"),
        ("retrieval=0", "1 to 4 of a service"),
        ("retrieval=9", "1 to 4 of a service"),
        ("retrieval", "1 to 4 of a service"),
        ("gateway=2", "share answers through Redis"),
    ],
)
def test_what_cannot_be_started_is_named(value: str, said: str) -> None:
    result = CliRunner().invoke(main, ["up", "--replicas", value])
    assert result.exit_code == 2
    assert said in result.output
