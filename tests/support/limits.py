"""A limit of a room that tells what it was taught."""

from dataclasses import dataclass, field

from askmesh.resilience import MeasuredWork


@dataclass
class Recorder:
    """A limit that remembers what it is taught."""

    places: int = 1
    usual_seconds: float = 0.0
    measured: list[MeasuredWork] = field(default_factory=list[MeasuredWork])

    def learn(self, measured: MeasuredWork) -> None:
        self.measured.append(measured)
