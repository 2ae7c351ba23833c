"""Ask a mesh by a timetable, whatever becomes of the questions before, and say how it did."""

from askmesh.load._arrivals import Phase, arrivals, replayed
from askmesh.load._asked import AskedQuestion, End
from askmesh.load._asking import MAY_BE_MISSING, Ask, asker, keep_to
from askmesh.load._capacity import Capacity, Objective, Step, find_capacity
from askmesh.load._summary import Second, Summary, by_second, summarised
from askmesh.load._trace import read_trace

__all__ = [
    "MAY_BE_MISSING",
    "Ask",
    "AskedQuestion",
    "Capacity",
    "End",
    "Objective",
    "Phase",
    "Second",
    "Step",
    "Summary",
    "arrivals",
    "asker",
    "by_second",
    "find_capacity",
    "keep_to",
    "read_trace",
    "replayed",
    "summarised",
]
