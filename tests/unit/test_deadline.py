"""The deadline of the work at hand."""

from askmesh.resilience import deadline, time_remaining


def remaining() -> float:
    seconds = time_remaining()
    assert seconds is not None
    return seconds


def test_there_is_no_deadline_by_default() -> None:
    assert time_remaining() is None


def test_a_deadline_is_known_inside_of_its_block_only() -> None:
    with deadline(50):
        assert 40 < remaining() <= 50
    assert time_remaining() is None


def test_an_inner_deadline_only_shortens() -> None:
    with deadline(50):
        with deadline(500):
            assert remaining() <= 50
        with deadline(5):
            assert remaining() <= 5
        with deadline(None):
            assert 40 < remaining() <= 50


def test_a_passed_deadline_leaves_nothing() -> None:
    with deadline(-1):
        assert remaining() == 0
