"""What answers are kept by, and ids that say where their answers are kept."""

from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.wording import gist

_OTHER_WORDS = "~"


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


def answer_key(tenant: str, revision: int | str, asked: str) -> str:
    """Return the key of what a tenant asks of a revision of the documents; `asked` is hex."""
    return f"{tenant}:{revision}:{asked}"


def recalled_id(new_id: str, key: str, *, other_words: bool = False) -> str:
    """Return an id, as no other answer has it, of an answer that is kept by a key."""
    _, revision, asked = key.rsplit(":", 2)
    return f"{new_id}{_OTHER_WORDS * other_words}.{revision}.{asked}"


def is_in_other_words(answer_id: str) -> bool:
    """Return whether the answer of such an id was made for a question in other words."""
    return answer_id.partition(".")[0].endswith(_OTHER_WORDS)


def kept_by(tenant: str, answer_id: str) -> str | None:
    """Return by which key the answer of such an id is kept; None if its id does not say so.

    The tenant is no part of the id: whoever asks finds answers of their own only.
    """
    match answer_id.split("."):
        case [_, revision, asked] if revision.isdecimal() and asked.isalnum():
            return answer_key(tenant, revision, asked)
        case _:
            return None
