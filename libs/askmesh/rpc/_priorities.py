"""How urgent a call is, in its metadata."""

from askmesh.errors import InvalidRequestError
from askmesh.resilience import Priority, current_priority
from askmesh.rpc._tenancy import MetadataByKey, MetadataPairs

PRIORITY_METADATA_KEY = "askmesh-priority"


def by_priority() -> MetadataPairs:
    """Return the metadata that tell the priority of the work at hand, unless it is the usual."""
    priority = current_priority()
    if priority is Priority.INTERACTIVE:
        return ()
    return ((PRIORITY_METADATA_KEY, priority.value),)


def priority_of(said: MetadataByKey) -> Priority:
    """Return the priority that the metadata of a call tell, interactive if they tell none.

    Raise `InvalidRequestError` where they tell another than there is.
    """
    told = said.get(PRIORITY_METADATA_KEY)
    if told is None:
        return Priority.INTERACTIVE
    try:
        return Priority(str(told))
    except ValueError as error:
        known = ", ".join(Priority)
        raise InvalidRequestError(
            "PRIORITY_UNKNOWN",
            f"the metadata {PRIORITY_METADATA_KEY} is none of {known}",
            field=PRIORITY_METADATA_KEY,
            known=known,
        ) from error
