"""How much of a question a sentence takes up: what is left when no model has scored it."""

import math
from collections.abc import Sequence

from askmesh.text import stems


def question_overlap(question: str, texts: Sequence[str]) -> list[float]:
    """Return for each text the share of the question's content words it has, from 0 to 1.

    Words count more, the fewer of the texts have them; forms of a word are the same word.
    """
    wanted = stems(question)
    having = [stems(text) & wanted for text in texts]
    weights = {
        word: math.log(1 + (len(texts) + 1) / (1 + sum(word in words for words in having)))
        for word in sorted(wanted)
    }
    total = sum(weights.values())
    if not total:
        return [0.0 for _ in texts]
    # Sorted, as above, because sums of floats depend on their order.
    return [sum(weights[word] for word in sorted(words)) / total for words in having]
