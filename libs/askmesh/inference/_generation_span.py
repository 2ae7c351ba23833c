"""The span of one generation, with the attributes of OpenTelemetry's GenAI conventions."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass

from askmesh.inference._ports import GenerationChunk, GenerationRequest
from askmesh.tracing import Span, Tracing


@dataclass(frozen=True, slots=True)
class GenerationSpan:
    """An open span; it is not the current one."""

    span: Span
    headers: dict[str, str]
    """W3C headers that make the server's spans children of this one."""

    def record(self, last: GenerationChunk) -> None:
        """Note how the generation ended."""
        self.span.set_attribute("gen_ai.usage.input_tokens", last.prompt_tokens)
        self.span.set_attribute("gen_ai.usage.output_tokens", last.completion_tokens)
        self.span.set_attribute("gen_ai.response.finish_reasons", [last.finish_reason or "error"])


@contextmanager
def generation_span(
    tracing: Tracing,
    model: str,
    request: GenerationRequest,
    *,
    provider: str = "triton",
    operation: str = "text_completion",
) -> Generator[GenerationSpan]:
    """Time a generation. The block may `yield` from a generator: the span never becomes current."""
    context = copy_context()
    what = {"gen_ai.provider.name": provider, "gen_ai.operation.name": operation}
    manager = tracing.span(f"{operation} {model}", what | _attributes(model, request))
    span = context.run(manager.__enter__)
    try:
        yield GenerationSpan(span, context.run(tracing.trace_headers))
    except (GeneratorExit, KeyboardInterrupt):
        context.run(manager.__exit__, None, None, None)
        raise
    except BaseException as error:
        context.run(manager.__exit__, type(error), error, error.__traceback__)
        raise
    else:
        context.run(manager.__exit__, None, None, None)


def _attributes(model: str, request: GenerationRequest) -> dict[str, str | int | float | bool]:
    return {
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": request.max_tokens,
        "gen_ai.request.temperature": request.temperature,
        "gen_ai.request.top_p": request.top_p,
        "gen_ai.request.stream": True,
    }
