"""Straight lines that are drawn on a printed page."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

_MIN_LENGTH = 4.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across a page or down on it, in the coordinates of segments."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """Whether it runs across."""
        return self.right - self.left > self.bottom - self.top

    @property
    def is_long(self) -> bool:
        """Whether it is more than a dot."""
        return max(self.right - self.left, self.bottom - self.top) >= _MIN_LENGTH


class Dividers:
    """The rules that run down a page."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        upright = (rule for rule in rules if rule.is_long and not rule.is_level)
        self._rules: list[Rule] = []
        for rule in sorted(upright, key=lambda rule: (round(rule.left), rule.top)):
            last = self._rules[-1] if self._rules else None
            if last and round(last.left) == round(rule.left) and rule.top <= last.bottom + 1:
                self._rules[-1] = replace(last, bottom=max(last.bottom, rule.bottom))
            else:
                self._rules.append(rule)
        self._rules.sort(key=lambda rule: rule.left)
        self._places = [rule.left for rule in self._rules]

    def divide(self, left: float, right: float, height: float) -> bool:
        """Tell whether a rule stands between two places of a line."""
        first = bisect_left(self._places, left - 1)
        last = bisect_right(self._places, right + 1)
        return any(rule.top <= height <= rule.bottom for rule in self._rules[first:last])
