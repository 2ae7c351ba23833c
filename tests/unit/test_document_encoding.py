from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from askmesh.documents._encoding import (
    attributes_from_json,
    from_bytes,
    texts_from_json,
    to_bytes,
    to_json,
)
from askmesh.passages import from_micros, to_micros

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# A day from the ends, so that every time has a counterpart in UTC.
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS)  # noqa: DTZ001
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TIMES)
def test_times_come_back_exactly_and_in_utc(time: datetime) -> None:
    back = from_micros(to_micros(time))
    assert back is not None
    assert back == time
    assert back.tzinfo is UTC


def test_no_time_stays_no_time() -> None:
    assert from_micros(to_micros(None)) is None


@given(st.dictionaries(TEXTS, TEXTS))
def test_attributes_come_back_as_they_were(attributes: dict[str, str]) -> None:
    assert attributes_from_json(to_json(attributes)) == attributes
    assert to_json(attributes).isascii()


@given(st.lists(TEXTS))
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    assert texts_from_json(to_json(texts)) == tuple(texts)


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_vectors_come_back_bit_for_bit(values: list[float]) -> None:
    vector = np.array(values, np.float32)
    assert from_bytes(to_bytes(vector)).tobytes() == vector.tobytes()
