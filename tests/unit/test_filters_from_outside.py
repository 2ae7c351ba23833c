"""Filters that make no sense are refused by the field that is wrong."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.errors import InvalidRequestError
from askmesh.passages import filter_from_wire


def _many(count: int) -> list[str]:
    return [str(number) for number in range(count)]


@pytest.mark.parametrize(
    "passage_filter",
    [
        Filter(),
        Filter(sources=_many(100), document_ids=_many(1_000)),
        Filter(attributes=dict.fromkeys(_many(20), "")),
        Filter(modified_after_time=Timestamp(seconds=8), modified_before_time=Timestamp(seconds=9)),
        Filter(modified_before_time=Timestamp(seconds=-9)),
    ],
    ids=["empty", "many", "attributes", "range", "before 1970"],
)
def test_a_filter_within_the_limits_is_taken(passage_filter: Filter) -> None:
    taken = filter_from_wire(passage_filter)
    assert list(taken.sources) == list(passage_filter.sources)
    assert list(taken.document_ids) == list(passage_filter.document_ids)
    assert taken.attributes == dict(passage_filter.attributes)


@pytest.mark.parametrize(
    ("passage_filter", "field", "problem"),
    [
        (Filter(sources=_many(101)), "sources", "must have at most 100 entries"),
        (Filter(document_ids=_many(1_001)), "document_ids", "must have at most 1000 entries"),
        (
            Filter(attributes=dict.fromkeys(_many(21), "")),
            "attributes",
            "must have at most 20 entries",
        ),
        (
            Filter(modified_after_time=Timestamp(seconds=2**40)),
            "modified_after_time",
            "must be a time between the years 1 and 9999",
        ),
        (
            Filter(modified_before_time=Timestamp(seconds=-(2**40))),
            "modified_before_time",
            "must be a time between the years 1 and 9999",
        ),
        (
            Filter(
                modified_after_time=Timestamp(seconds=9), modified_before_time=Timestamp(seconds=9)
            ),
            "modified_before_time",
            "must be later than modified_after_time",
        ),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_with_its_field(
    passage_filter: Filter, field: str, problem: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        filter_from_wire(passage_filter)
    assert caught.value.reason == "FILTER_INVALID"
    assert caught.value.field == f"filter.{field}"
    assert str(caught.value).endswith(f"filter.{field} {problem}")
