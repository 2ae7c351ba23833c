"""Commands, settings and steps are the answer as they stand in their block."""

from dataclasses import replace

from askmesh.summarization.composition import composed
from askmesh.summarization.said import Said
from askmesh.summarization.values import Source
from support.composing import evidence_from, page
from support.scored_sources import units_scored


def composed_from(question: str, *sources: Source) -> list[Said]:
    return composed(evidence_from(question, *sources))


def test_a_command_is_shown_as_a_block_after_its_lead_in() -> None:
    text = "To restart the queue, run:\n\n```bash\nqueuectl restart --all\n```\n\nIt is quick."
    (said,) = composed_from("How do I restart the queue?", page(text, "Queue"))
    assert said.text == "To restart the queue, run:"
    assert said.after == "```bash\nqueuectl restart --all\n```"
    assert said.quote == "queuectl restart --all"


def test_a_command_for_the_opposite_is_not_shown() -> None:
    text = "To install the client, run:\n\n```bash\napt install curio-client\n```"
    source = page(text, "Client")
    assert composed_from("How do I install the client?", source)
    assert composed_from("How do I uninstall the client?", source) == []


SETTINGS = "The agent is set by:\n\n```ini\nretention_days = 90\nbuffer_mb = 64\n```"


def test_a_setting_that_is_named_is_the_line_that_sets_it() -> None:
    (said,) = composed_from("What is retention_days?", page(SETTINGS, "Agent"))
    assert said.text == "`retention_days = 90`"
    assert said.after == ""
    assert said.quote in SETTINGS


def test_a_block_is_shown_whole_only_to_those_who_ask_for_it() -> None:
    (said,) = composed_from("Show the settings of the agent", page(SETTINGS, "Agent"))
    assert "buffer_mb = 64" in said.after
    assert composed_from("For how long are records of the agent kept?", page(SETTINGS)) == []


FILE = "```ini\n; of the mill\n[agent]\nretention_days = 90\nbuffer_mb = 64\n```"


def test_a_configuration_file_is_shown_whole_to_who_asks_for_none_of_its_settings() -> None:
    (said,) = composed_from("Show me the config", page(FILE, "config of the mill"))
    assert said.after == f"```\n{FILE[7:-4]}\n```"
    one = composed_from("Which config sets the retention of the agent in days?", page(FILE))
    assert not any(said.after for said in one)


def test_settings_far_from_the_question_are_not_how_to_do_it() -> None:
    text = (
        "Changes count after `gatectl reload`.\n\nThe plan wins:\n\n"
        "```yaml\n# gate.yaml\nname: north\nlimit: 40\n```"
    )
    near = replace(page(text, "Gate"), sentences=units_scored(text, [0.5, 0.18]))
    assert not any(
        said.after for said in composed_from("How do I apply changes in gate.yaml?", near)
    )
    level = replace(near, sentences=units_scored(text, [0.3, 0.3]))
    assert any(said.after for said in composed_from("How do I apply changes in gate.yaml?", level))


def test_a_block_with_a_score_of_its_own_comes_before_one_without() -> None:
    guide = "To set up the gate:\n\n```sh\ngatectl init\n```"
    near = replace(page(guide, "Gate", score=0.6), sentences=units_scored(guide, [0.6]))
    other = page("To make keys:\n\n```sh\ngatectl keys\n```", "Keys of the gate", score=0.7)
    (said,) = composed_from("How do I set up the gate?", other, near)
    assert "gatectl init" in said.after


COPIES = (
    "# Copies\n\n## By night\n\n```sh\npumpctl copy --all\n```\n\n"
    "This makes a copy of the pump log while it runs.\n\n"
    "## Putting a copy back\n\n1. Stop the pump.\n2. Put the copy in its place."
)


def test_the_code_that_the_best_sentence_speaks_of_is_shown() -> None:
    source = replace(page(COPIES, "Pump"), sentences=units_scored(COPIES, [0.1, 0.6, 0.4, 0.1]))
    (said,) = composed_from("How do I make a copy of the pump log?", source)
    assert said.after == "```sh\npumpctl copy --all\n```"


def test_steps_with_what_something_is_to_be_done_without_are_not_shown() -> None:
    text = COPIES[COPIES.index("## Putting") :]
    assert composed_from("How do I put a copy of the log of the pump back?", page(text, "Pump"))
    asked = "How do I put a copy of the log back without stopping the pump?"
    assert composed_from(asked, page(text, "Pump")) == []
