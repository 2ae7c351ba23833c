"""Summarization with a language model that is named by its address."""

import pytest
from pydantic import SecretStr

from askmesh.api.common.v1 import passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2 as pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.inference import ProfileError, load_profile
from askmesh.rpc import channel_to
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_service
from askmesh.telemetry import silent_telemetry
from support.http_replies import DONE, chunk, http_replies, stream
from support.openai_server import KEY

SENTENCE = "The goats are milked twice a day."
REQUEST = pb2.StreamSummaryRequest(
    question="How are the goats kept?",
    sources=[pb2.Source(passage=passage_pb2.Passage(passage_id="p", text=SENTENCE), score=0.9)],
)


async def test_a_model_at_an_address_writes_the_answer_without_triton() -> None:
    async with http_replies(stream(chunk(SENTENCE, "stop"), DONE)) as server:
        settings = Settings(
            address="127.0.0.1:0",
            metrics_address="127.0.0.1:0",
            profile=f"{server.url}#goatherd",
            chat_key=SecretStr(KEY),
        )
        async with (
            summarization_service(settings) as port,
            channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
        ):
            call = SummarizationServiceStub(channel).StreamSummary(REQUEST, timeout=60)
            parts = [part async for part in call]
    assert SENTENCE in "".join(part.text_delta.text for part in parts)
    assert parts[-1].completed.usage.model == "goatherd"
    assert [asked["model"] for asked in server.asked] == ["goatherd"]


def test_an_address_without_a_name_is_refused_with_what_to_write() -> None:
    with pytest.raises(ProfileError, match=r"ends in its name, as in https://host/v1#name"):
        load_profile("https://host/v1")
