"""What an answer consumed, model by model, and what it costs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.api.common.v1.answer_pb2 import ModelUsage, Usage
from askmesh.inference import LanguageModelProfile
from askmesh.summarization.drafting import Draft
from askmesh.summarization.generation_record import GenerationRecord


@dataclass(frozen=True, slots=True)
class Consumed:
    """What one model has read and written of an answer."""

    profile: LanguageModelProfile
    prompt_tokens: int
    completion_tokens: int

    @property
    def cost(self) -> float:
        """What that costs."""
        return self.profile.cost(
            prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens
        )


def consumed(draft: Draft) -> list[Consumed]:
    """Return what each model that has begun took, those of the text first."""
    records: defaultdict[str, list[GenerationRecord]] = defaultdict(list)
    profiles: dict[str, LanguageModelProfile] = {}
    for writer in draft.writers:
        if begun := [record for record in writer.records if record.has_begun]:
            profiles[writer.model.name] = writer.model.profile
            records[writer.model.name] += begun
    return [
        Consumed(
            profile,
            sum(record.prompt_tokens for record in records[name]),
            sum(record.completion_tokens for record in records[name]),
        )
        for name, profile in profiles.items()
    ]


def usage_of(parts: Sequence[Consumed], currency: str) -> Usage:
    """Return the sum of what models took, and each one's part."""
    return Usage(
        model=parts[0].profile.name if parts else "",
        prompt_token_count=sum(part.prompt_tokens for part in parts),
        completion_token_count=sum(part.completion_tokens for part in parts),
        models=[
            ModelUsage(
                model=part.profile.name,
                prompt_token_count=part.prompt_tokens,
                completion_token_count=part.completion_tokens,
                price_micros=round(part.cost * 1_000_000),
                currency=currency,
            )
            for part in parts
        ],
    )
