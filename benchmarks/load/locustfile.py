"""People who ask a mesh, one question after the other, on the web page of Locust.

    pip install 'askmesh[load]'
    locust -f benchmarks/load/locustfile.py --host 127.0.0.1:7400      # then http://127.0.0.1:8089

Without a page: `--headless --users 20 --spawn-rate 2 --run-time 1m`. A person waits for the answer,
reads it for a while, and asks again: so the rate falls when a mesh gets slow. For what it takes,
see `askmesh capacity`, whose questions do not wait. `first text` counts until the first words,
`answer` until the end; an answer that went without something, as `--without` does not allow, a
refusal and an error are failures by their names.
"""

# Locust is not always installed, and is not typed throughout.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUntypedBaseClass=false, reportUntypedFunctionDecorator=false
# pyright: reportUnknownParameterType=false

import json
from argparse import Namespace
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from time import perf_counter, time_ns

import grpc
from grpc.experimental import gevent
from locust import User, between, events, task
from locust.argument_parser import LocustArgumentParser

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

# Locust runs all people in one thread, by greenlets: gRPC is to wait as they do.
gevent.init_gevent()

HANDBOOK = Path(__file__).parents[1] / "quality" / "handbook" / "questions.jsonl"
METHOD = "/askmesh.api.gateway.v1.GatewayService/StreamAnswer"
CALL_SECONDS = 120.0
PREFIX = "DEGRADATION_REASON_"
DETAILS = "grpc-status-details-bin"


class DegradedError(Exception):
    """An answer went without something."""


class RefusedError(Exception):
    """A question got no answer; the reason says why."""


@events.init_command_line_parser.add_listener
def _options(parser: LocustArgumentParser) -> None:
    parser.add_argument("--questions", default=str(HANDBOOK), help="JSON Lines")
    parser.add_argument(
        "--without", default="", help="what may be missing: language_model_unavailable,..."
    )


class Person(User):
    """Somebody who asks and reads."""

    wait_time = between(1, 5)
    seeds = count(time_ns())

    def on_start(self) -> None:
        """Connect."""
        options: Namespace = self.environment.parsed_options
        self._questions = _questions(Path(options.questions))
        self._tolerated = frozenset(options.without.split(","))
        self._channel = grpc.insecure_channel(self.host or "127.0.0.1:7400")
        self._stream: grpc.UnaryStreamMultiCallable[
            gateway_pb2.StreamAnswerRequest, gateway_pb2.StreamAnswerResponse
        ] = self._channel.unary_stream(
            METHOD,
            request_serializer=gateway_pb2.StreamAnswerRequest.SerializeToString,
            response_deserializer=gateway_pb2.StreamAnswerResponse.FromString,
        )

    def on_stop(self) -> None:
        """Leave."""
        self._channel.close()

    @task
    def ask(self) -> None:
        """Ask a question that nobody asked before, and read its answer."""
        seed = next(self.seeds)
        request = gateway_pb2.StreamAnswerRequest(
            question=self._questions[seed % len(self._questions)], seed=seed
        )
        began = perf_counter()
        failure: Exception | None = None
        try:
            failure = self._read(request, began)
        except grpc.RpcError as error:
            failure = RefusedError(_reason(error))
        self._tell("answer", began, failure)

    def _read(
        self, request: gateway_pb2.StreamAnswerRequest, began: float
    ) -> DegradedError | RefusedError | None:
        """Read an answer; return what was wrong with it."""
        has_text = False
        for message in self._stream(request, timeout=CALL_SECONDS):
            if message.event.HasField("text_delta") and not has_text:
                has_text = True
                self._tell("first text", began)
            if message.event.HasField("completed"):
                missing = _missing(message.event.completed) - self._tolerated
                return DegradedError(", ".join(sorted(missing))) if missing else None
        return RefusedError("the answer has no end")

    def _tell(self, name: str, began: float, failure: Exception | None = None) -> None:
        self.environment.events.request.fire(
            request_type="StreamAnswer",
            name=name,
            response_time=(perf_counter() - began) * 1000,
            response_length=0,
            exception=failure,
            context={},
        )


def _missing(completed: gateway_pb2.AnswerCompleted) -> set[str]:
    names = (answer_pb2.DegradationReason.Name(each.reason) for each in completed.degradations)
    return {name.removeprefix(PREFIX).lower() for name in names}


def _reason(error: grpc.RpcError) -> str:
    """Return why a call failed, in one word."""
    if not isinstance(error, grpc.Call):
        return "UNKNOWN"
    info = ErrorInfo()
    for each in error.trailing_metadata() or ():
        if each.key == DETAILS:
            for detail in Status.FromString(each.value).details:
                detail.Unpack(info)  # does nothing to another kind of detail
    return info.reason or error.code().name


def _questions(file: Path) -> Sequence[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]
