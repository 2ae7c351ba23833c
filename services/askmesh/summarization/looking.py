"""What a model reads that is to say whether one line answers a question."""

from dataclasses import dataclass

YES, NO = "Yes", "No"
ANSWERS = "Does the line say the answer to exactly this question?"
DECIDES = "Does the line tell whether it is so or not?"
"""Asked where yes or no is: a line that denies it decides it, too."""


@dataclass(frozen=True, slots=True)
class Look:
    """A line, with the document and the headings that it stands below, and what is asked of it."""

    place: str
    line: str
    question: str
    decides: bool = False
    """Whether the question is one for yes or no."""

    def __str__(self) -> str:
        whether = DECIDES if self.decides else ANSWERS
        return f"Document: {self.place}\nLine: {self.line}\n\nQuestion: {self.question}\n{whether}"


_EXAMPLES = {
    Look(
        "Allotments > Waiting list",
        "After two seasons on the list a plot is offered within 30 days.",
        "how long until i get a plot if ive waited 2 seasons",
    ): YES,
    Look(
        "Newsletter",
        "Members pay \u00a312 a year for the newsletter.",
        "How much is the membership fee?",
    ): NO,
    Look(
        "Village hall > Keys",
        "The hall key is back in the box by 22:15.",
        "When do we have to return what we opened up with?",
    ): YES,
    Look("Parcels", "Parcels of up to 5 kg go by van.", "Who delivers parcels on Sundays?"): NO,
    Look(
        "Bookings > Deposit",
        "Group: 7 to 12 people | Deposit: \u00a340",
        "we are nine, what do we pay in advance",
    ): YES,
    Look(
        "Pool",
        "The pool is closed for cleaning on the first Monday of the month.",
        "Is there a sauna?",
        decides=True,
    ): NO,
    Look(
        "House rules",
        "Bicycles may not be left in the stairwell.",
        "can I put my bike under the stairs",
        decides=True,
    ): YES,
    Look(
        "Trainees",
        "Trainees have a mentor for six weeks.",
        "What is the notice period for trainees?",
    ): NO,
}
"""The model has read them before the first question comes: they cost a question nothing."""
_ORDER = (
    "You check whether a line from an organisation's documents answers a question. Reply with Yes "
    "or No only."
)
LOOK_INSTRUCTIONS = "\n\n".join(
    (_ORDER, "Examples:", *(f"{example}\n{said}" for example, said in _EXAMPLES.items()))
)
