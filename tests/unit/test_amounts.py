import pytest

from askmesh.cli.amounts import amount


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 documents"), (1, "1 document"), (2, "2 documents")]
)
def test_one_thing_is_not_told_as_several(count: int, said: str) -> None:
    assert amount(count, "document") == said
