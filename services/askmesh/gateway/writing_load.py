"""How long a new answer would wait for a language model."""

from collections.abc import Callable
from time import monotonic

from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse, WritingLoad


class WritingQueue:
    """Knows what summarization said last of how much its language models have to write.

    By Little's law: so many texts, over the rate at which they are written. Of several replicas
    the last one that said something stands for all.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._load = WritingLoad()
        self._said = 0.0

    def note(self, part: StreamSummaryResponse) -> None:
        """Take what a part of a summary says, if it says anything of that."""
        match part.WhichOneof("event"):
            case "heartbeat" if part.heartbeat.HasField("load"):
                self._take(part.heartbeat.load)
            case "completed" if part.completed.HasField("load"):
                self._take(part.completed.load)
            case _:
                pass

    def seconds(self, coming: int, *, replicas: int = 1) -> float:
        """Return how long one more text waits where so many are coming, to so many replicas."""
        places = self._load.place_count
        text_seconds = self._load.text_duration.ToTimedelta().total_seconds()
        if not (places and text_seconds):
            return 0.0
        per_second = places / text_seconds
        left = max(0.0, self._load.text_count - (self._clock() - self._said) * per_second)
        return max(0.0, left + coming / max(1, replicas) + 1 - places) / per_second

    def _take(self, load: WritingLoad) -> None:
        self._load, self._said = load, self._clock()
