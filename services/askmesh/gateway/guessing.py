"""What a plan guesses about the documents, beside what its question asks for."""

from askmesh.api.common.v1.passage_pb2 import Filter


def with_guess(own: Filter, guess: Filter) -> list[Filter]:
    """Return the filters to search with: that of the request and, if it differs, the narrower one.

    Conditions of the request win over those guessed. The two times are one condition: a range is
    never made of both filters.
    """
    narrower = Filter()
    narrower.CopyFrom(own)
    for name, value in guess.ListFields():
        match name.name:
            case "sources" | "document_ids" if not getattr(own, name.name):
                getattr(narrower, name.name).extend(value)
            case "modified_after_time" | "modified_before_time" if not _has_time(own):
                getattr(narrower, name.name).CopyFrom(value)
            case "attributes":
                narrower.attributes.update({**value, **own.attributes})
            case _:
                pass
    return [own] if narrower == own else [own, narrower]


def _has_time(passage_filter: Filter) -> bool:
    return passage_filter.HasField("modified_after_time") or passage_filter.HasField(
        "modified_before_time"
    )
