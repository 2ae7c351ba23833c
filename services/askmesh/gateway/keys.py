"""What answers are kept by, and ids that say where their answers are kept."""

from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.wording import gist
from askmesh.identity import Caller

_OTHER_WORDS = "~"
_EVERYTHING = "all"
_USER = "\n"
"""Stands in no name of a tenant."""


def asked_by(question: StreamAnswerRequest, *, edition: str) -> str:
    """Return in hex what equal questions have in common; `edition` is part of it."""
    anonymous = StreamAnswerRequest()
    anonymous.CopyFrom(question)
    anonymous.ClearField("request_id")
    return sha256(edition.encode() + anonymous.SerializeToString(deterministic=True)).hexdigest()


def asked_in_any_words(question: StreamAnswerRequest, *, edition: str) -> str:
    """Return in hex what questions have in common that ask the same, in whatever words."""
    common = StreamAnswerRequest()
    common.CopyFrom(question)
    common.question = gist(question.question)
    return asked_by(common, edition=f"in any words, {edition}")


def documents_key(revision: int, permissions: str) -> str:
    """Return the key of the documents of a revision that may be read.

    Permissions are hex; they are empty for everything.
    """
    return f"{revision}:{permissions or _EVERYTHING}"


def answer_key(tenant: str, documents: str, asked: str) -> str:
    """Return the key of what a tenant asks of documents, of which this is the key; `asked` is hex.

    Whoever may not read the same has another key.
    """
    return f"{tenant}:{documents}:{asked}"


def permissions_of(key: str) -> str | None:
    """Return what may be read by those whose questions have such a key; None without a key."""
    if not key:
        return None
    permissions = key.rsplit(":", 2)[1]
    return "" if permissions == _EVERYTHING else permissions


def documents_of(key: str) -> str:
    """Return the key of the documents that an answer of such a key is from."""
    return ":".join(key.rsplit(":", 3)[1:3])


def are_of_everything(documents: str) -> bool:
    """Return whether a key of documents is one of who may read all of them."""
    return documents.endswith(f":{_EVERYTHING}")


def recalled_id(new_id: str, key: str, *, other_words: bool = False) -> str:
    """Return an id, as no other answer has it, of an answer that is kept by a key."""
    _, revision, permissions, asked = key.rsplit(":", 3)
    return f"{new_id}{_OTHER_WORDS * other_words}.{revision}.{permissions}.{asked}"


def is_in_other_words(answer_id: str) -> bool:
    """Return whether the answer of such an id was made for a question in other words."""
    return answer_id.partition(".")[0].endswith(_OTHER_WORDS)


def asker_of(caller: Caller) -> str:
    """Return whose the answers of a caller are: a user's, or those of a tenant without users."""
    return f"{caller.tenant}{_USER}{caller.user}" if caller.user else caller.tenant


def kept_by(asker: str, answer_id: str) -> str | None:
    """Return by which key the answer of such an id is kept; None if its id does not say so.

    The tenant is no part of the id: whoever asks finds answers of their own tenant only. The
    documents are part of it, and have to be compared with those that the asker may read now.
    """
    tenant = asker.partition(_USER)[0]
    match answer_id.split("."):
        case [_, revision, permissions, asked] if _are_plain(revision, permissions, asked):
            return answer_key(tenant, f"{revision}:{permissions}", asked)
        case _:
            return None


def _are_plain(revision: str, *hashes: str) -> bool:
    return revision.isdecimal() and all(each.isalnum() for each in hashes)
