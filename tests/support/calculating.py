"""What sources of rows and forms say to a question."""

from collections.abc import Sequence

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.said import Said
from askmesh.summarization.values import Source
from support.summaries import TIMID, WordCounter, assembly_limits, request

KILNS = Source(
    passage_id="kilns",
    document_id="kilns",
    title="Kilns of the pottery",
    text=(
        "Kiln: Ada | Weight: 180 kg | Rent: 25 EUR | Window: yes\n"
        "Kiln: Berta | Weight: 95 kg | Rent: 40 EUR | Window: no\n"
        "Kiln: Cleo | Weight: 0.3 t | Rent: 25 EUR | Window: yes"
    ),
)


def said_from(question: str, *sources: Source) -> Sequence[Said]:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, sources or (KILNS,)))
    return evidence.said if isinstance(evidence, Evidence) else ()


def answer_from(question: str, *sources: Source) -> str:
    return " ".join(each.text for each in said_from(question, *sources))


CAR_ROWS = """\
Plate: B-1 | Model: Polestar 2 | Site: Bergen | Fuel: electric | Seats: 5 | Range km: 480
Plate: B-2 | Model: Skoda Octavia | Site: Bergen | Fuel: diesel | Seats: 5 | Range km: 950
Plate: B-3 | Model: VW Buzz | Site: Aarhus | Fuel: electric | Seats: 7 | Range km: 410
Plate: B-4 | Model: Kia Niro | Site: Bergen | Fuel: electric | Seats: 5 | Range km: 455"""
CARS = Source(passage_id="cars", document_id="cars", title="pool cars", text=CAR_ROWS)
