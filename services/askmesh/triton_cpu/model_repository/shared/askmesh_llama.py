# ruff: noqa: INP001 - Triton's folder, no package
"""llama.cpp inside Triton's Python back end; runs in Triton's own interpreter."""

import os
import secrets
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import triton_python_backend_utils as pb_utils
import xllamacpp
from askmesh_counts import Counts

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL
_SEEDS = 2**32 - 1  # the largest number means "any" to llama.cpp
_PROMPT_STEP_TOKENS = 32  # a cancelled request leaves the slot after at most one step
_MATCHED_TOKENS = 2
_GUESSED_TOKENS = 3  # checked in about the time in which one is written
_KEPT_PROMPTS_MIB = 256  # instructions that another prompt has driven out of its slot come back


@dataclass(frozen=True)
class Generated:
    """New text, the token counts so far, and at the end the reason: stop or length."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str = ""


Respond = Callable[[Generated], object | None]
"""Makes the response for a piece; None where none is to be sent."""


@dataclass(frozen=True)
class Face:
    """How one set of tensors says what llama.cpp wants, and takes what it answers."""

    body: Callable[[object], dict]
    answers: Callable[[object], Respond]


class LlamaModel:
    """What Triton's Python back end looks for: many generations at once, all of one Face."""

    face: Face

    def initialize(self, args: dict[str, str]) -> None:
        """Load the language model."""
        self._parallel = int(os.environ["ASKMESH_LLAMA_PARALLEL"])
        self._room = self._parallel + int(os.environ["ASKMESH_LLAMA_QUEUE"])
        self._llama = xllamacpp.Server(_parameters(self._parallel))
        self._threads = ThreadPoolExecutor(self._parallel, thread_name_prefix="generation")
        self._counts = Counts(args["model_name"], self._parallel)
        _end_with(os.getppid())

    def execute(self, requests: list[object]) -> None:
        """Take the requests; they are answered from other threads."""
        for request in requests:
            self._accept(request)

    def finalize(self) -> None:
        """Wait for the generations that run, and unload."""
        self._threads.shutdown(cancel_futures=True)
        self._llama = None

    def _accept(self, request: object) -> None:
        """Read everything from a request: its tensors are gone once `execute` has returned."""
        sender = request.get_response_sender()
        try:
            work = (_body(self.face.body(request)), self.face.answers(request), sender)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must hear of it
            _refuse(sender, f"Error reading request: {error}", pb_utils.TritonError.INVALID_ARG)
            return
        if self._counts.enter(self._room):
            self._threads.submit(self._serve, *work)
        else:
            _refuse(sender, "Exceeds maximum queue size", pb_utils.TritonError.UNAVAILABLE)

    def _serve(self, body: dict, answer: Respond, sender: object) -> None:
        self._counts.start()
        try:
            self._generate(body, answer, sender)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must hear of it
            _refuse(sender, f"Error generating request: {error}", pb_utils.TritonError.INTERNAL)
        finally:
            self._counts.leave()

    def _generate(self, body: dict, answer: Respond, sender: object) -> None:
        if sender.is_cancelled():
            sender.send(flags=FINAL)
            return
        failures = []

        def receive(event: dict) -> bool:
            if sender.is_cancelled():
                return True
            if "error" in event:
                failures.append(event["error"]["message"])
                return True
            piece = _piece(event)
            shown = answer(piece) if piece else None
            if shown:
                sender.send(shown)
            return False

        self._llama.handle_completions(body, receive)
        if failures:
            _refuse(sender, failures[0], pb_utils.TritonError.INVALID_ARG)
        else:
            sender.send(flags=FINAL)


def _end_with(server: int) -> None:
    """Have this process ended when Triton is gone: answers that nobody takes hold it for ever.

    A process of its own watches, since such an answer holds Python's interpreter lock, too.
    """
    watch = "while kill -0 $0 && kill -0 $1; do sleep 1; done 2>/dev/null; kill -9 $1"
    subprocess.Popen(  # noqa: S603 - all of it is ours
        ["/bin/sh", "-c", watch, str(server), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _parameters(parallel: int) -> object:
    threads = int(os.environ["ASKMESH_LLAMA_THREADS"])
    parameters = xllamacpp.CommonParams()
    parameters.model.path = os.environ["ASKMESH_LLAMA_MODEL"]
    parameters.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE  # a map is held twice
    parameters.n_parallel = parallel
    parameters.n_ctx = parallel * int(os.environ["ASKMESH_LLAMA_CONTEXT_TOKENS"])
    parameters.n_batch = parameters.n_ubatch = _PROMPT_STEP_TOKENS
    for processors in (parameters.cpuparams, parameters.cpuparams_batch):
        processors.n_threads = threads
        processors.poll = 0  # waiting threads sleep: the cores are shared
    parameters.cache_ram_mib = _KEPT_PROMPTS_MIB
    _guess_from_the_prompt(parameters.speculative)
    parameters.verbosity = 0
    parameters.api_keys = [secrets.token_hex()]  # it listens on loopback, and answers nobody
    return parameters


def _guess_from_the_prompt(speculative: object) -> None:
    """Answers repeat their evidence: what followed the last words there is tried at once."""
    speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    speculative.ngram_simple.size_n = _MATCHED_TOKENS
    speculative.ngram_simple.size_m = _GUESSED_TOKENS


def _body(asked: dict) -> dict:
    body = {name: value for name, value in asked.items() if value is not None}
    if "seed" in body:
        body["seed"] %= _SEEDS
    return {
        "min_p": 0.0,
        **body,
        "stream": True,
        "cache_prompt": True,
        "return_progress": True,  # so that a cancelled request is noticed while the prompt is read
        "timings_per_token": True,
    }


def _piece(event: dict) -> Generated | None:
    choice, timings = event["choices"][0], event["timings"]
    reason = choice["finish_reason"] or ""
    if not choice["text"] and not reason:
        return None
    read = timings["prompt_n"] + timings["cache_n"]
    return Generated(choice["text"], read, timings["predicted_n"], reason)


def _refuse(sender: object, message: str, code: int) -> None:
    error = pb_utils.TritonError(message, code)
    sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
