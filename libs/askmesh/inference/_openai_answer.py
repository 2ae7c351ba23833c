"""What a chat model of OpenAI's interface has said so far."""

from openai.types.chat import ChatCompletionChunk

from askmesh.inference._ports import FinishReason, GenerationChunk


class ChatAnswer:
    """What is known of an answer. `reason` says why it ended, once it did."""

    def __init__(self) -> None:
        self.reason: FinishReason | None = None
        self._prompt_tokens = 0
        self._completion_tokens = 0

    def take(self, event: ChatCompletionChunk) -> str:
        """Return the new text."""
        text = ""
        for choice in event.choices[:1]:
            text = choice.delta.content or ""
            if choice.finish_reason:
                self.reason = "length" if choice.finish_reason == "length" else "stop"
        self._completion_tokens += bool(text)
        if event.usage:
            self._prompt_tokens = event.usage.prompt_tokens
            self._completion_tokens = event.usage.completion_tokens
        return text

    def chunk(self, text: str, reason: FinishReason | None = None) -> GenerationChunk:
        """Return `text` with the tokens counted so far."""
        return GenerationChunk(
            text=text,
            finish_reason=reason,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
        )
