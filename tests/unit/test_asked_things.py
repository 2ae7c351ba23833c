import pytest

from askmesh.summarization.asked_things import speaks_of_it, tells_how_to_do_it
from askmesh.summarization.evidence import EvidenceUnit, rank_units
from askmesh.summarization.values import Source


def _units(title: str, text: str) -> list[EvidenceUnit]:
    source = Source(passage_id="1", document_id="1", title=title, text=text, score=0.9)
    return rank_units("?", [source])


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("What is the default password of the admin page?", "Settings", "Admin page: port 7655"),
        ("What is the colour of the badge?", "Badges", "Badges are worn at the belt."),
        ("How many customers does Finchline have?", "Finchline", "It has fewer than 20 people."),
        ("How many weeks of maternity leave are there?", "Lost things", "We keep it for 8 weeks."),
        ("How deep is the ditch?", "Ditch", "The ditch has a 3 m bridge."),
        ("What is the extension of who approves it?", "Rules", "Ask the technical manager."),
        ("Is there a lift in the annex?", "Annex", "The annex has a ramp at the back."),
        ("Are there any showers available?", "Annex", "Lockers are in the annex."),
        ("Does the annex have a sauna?", "Annex", "The annex is open from 9."),
        ("How much does a guest berth at the quay cost?", "Quay", "A new crane costs 900 euros."),
        ("How much is a spare lantern?", "Camp", "A tent is 80 euros."),
        ("What is the price of a spare lantern?", "Camp", "A tent is 80 euros."),
    ],
)
def test_what_does_not_speak_of_the_thing_asked_for_is_known(
    question: str, title: str, text: str
) -> None:
    assert not speaks_of_it(question, _units(title, text))


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("What is the default password of the admin page?", "Admin page", "Password: changeme"),
        ("What is the pazsword of the admin page?", "Admin page", "Password: changeme"),
        ("What is the commqnd to export the log?", "Log", "Run tbctl log export."),
        ("How many days of leave do I get?", "Leave", "You get 26 days."),
        ("How many members are there, and how many a year earlier?", "Club", "187 members."),
        ("What is the limit per night?", "Hotels", "Up to 125 euros."),
        ("What is the deposit for a bike?", "Deposits", "Bike: 40 euros"),
        ("How many loan days are there?", "Tools", "item: saw | max_loan_days: 3"),
        ("In how many places does it run?", "Cloud", "It runs in Dublin and Toronto."),
        ("Who signs?", "Rules", "The director."),
        ("Is there a limit on it?", "Rules", "At most 40 euros."),
        ("Do you have to sign in?", "Rules", "Everybody writes down their name."),
        ("Do we have free showers at work?", "Annex", "A shower is in the annex."),
        ("What is the member discount now?", "Letter", "The member discount goes up to 15%."),
        ("How deep is the ditch?", "Ditch", "depth_m: 3"),
    ],
)
def test_a_kind_of_thing_and_what_stands_above_or_is_misspelt_is_spoken_of(
    question: str, title: str, text: str
) -> None:
    assert speaks_of_it(question, _units(title, text))


@pytest.mark.parametrize(
    ("question", "heading", "text"),
    [
        ("How do I change the ink drum in the copier?", "The copier will not start", "Press on."),
        ("how to fold back the large awning", "Closing the shop", "Lock the till."),
        ("How can we cancel a class?", "Booking a room", "Ask the desk for a key."),
    ],
)
def test_how_something_is_done_is_not_told_by_what_has_no_word_of_the_thing(
    question: str, heading: str, text: str
) -> None:
    assert not tells_how_to_do_it(question, heading, text)


@pytest.mark.parametrize(
    ("question", "heading", "text"),
    [
        ("How do I change the ink drum in the copier?", "Copier", "Pull the drum out."),
        ("How do I change the cartrigde in the copier?", "Copier", "Pull the cartridge."),
        ("How do I hire a hall that is taken?", "Hiring", "Ask for the next free day."),
        ("How do I log in?", "Portal", "Type your name."),
        ("How are drums made?", "Portal", "Type your name."),
        ("How do I ask for three days off?", "Leave", "Fill in the form."),
    ],
)
def test_how_something_is_done_is_told_by_its_name_or_under_what_is_done(
    question: str, heading: str, text: str
) -> None:
    assert tells_how_to_do_it(question, heading, text)
