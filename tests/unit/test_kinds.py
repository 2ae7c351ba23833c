import pytest

from askmesh.summarization.kinds import lacks_kind


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long does the forklift course take?", "The forklift course takes 380 euros."),
        ("What is the code of the gate?", "The code of the gate is still needed."),
        ("What is Greta's email address?", "Greta's address is Mill Street 4."),
        ("Who cleans the filter?", "The filter is cleaned twice a year, in April and October."),
        ("Who is the director of the museum?", "The director of the museum decides about loans."),
        ("Who counts the drugs?", "The steel safe counts the drugs."),
        ("What is the phone number of Medivet?", "Supplier: Medivet, customer number 77120."),
        ("When does the canteen open?", "The canteen opens for staff."),
        ("Email address of the vet?", "The vet is on extension 341."),
        ("the phone number of the vet?", "The vet is Ada Holm."),
        ("How many lockers are there?", "The lockers are in the hall."),
        ("What is the phone number of Hoist & Co?", "The phone number of Hoist & Co is HC-20771."),
        ("What is the monthly salary in grade G7?", "G7: specialist for gases"),
        ("What is the supplement for night work?", "Night and Sunday supplements are added."),
        ("What are the opening hours of the police station?", "Wallets go to the police station."),
        ("How much does the car park cost?", "The car park is three minutes away."),
        ("What does a service of the Duo cost?", "Duo: 12 months / 4,000 shots"),
        ("How much do I get back for a lost key?", "It comes back within 4 working days."),
        ("How much is refunded?", "You are told in three days."),
        ("How much do we have to pay for the hall?", "The hall is paid in 10 days."),
        ("How much does a driver earn per hour?", "A cargo bike is 8 pounds per hour."),
        (
            "What does Eluned earn?",
            "Purchases: team leads up to 1,000 pounds, Eluned up to 15,000.",
        ),
        ("How long must my password be?", "The account locks for 20 minutes."),
        ("What is Ada Holm's mobile number?", "name: Ada Holm | extension: 4170"),
        ("Who is the head of internal audit?", "HIA - head of internal audit."),
        ("How much does the level 3 course cost?", "The level 3 course takes about 4 hours."),
        ("How far does the scooter go on a charge?", "The scooter costs 390 euros."),
        ("Who steers the ferry on Mondays?", "Ferry steerers must be 21 or over."),
        ("What does a berth cost per month?", "A berth is 4 euros a day or 600 euros per year."),
        ("Where's the log of the pump?", "The log is text or tables."),
        ("Who follows Ada Holm as harbour master?", "Present: Ada Holm (harbour master), Bo Finch"),
    ],
)
def test_what_has_nothing_of_the_kind_that_is_asked_for_is_no_answer(
    question: str, text: str
) -> None:
    assert lacks_kind(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long must the password be?", "The password needs 14 characters."),
        ("What is Ada Holm's mobile number?", "Ada Holm: 07700 900 112"),
        ("What is Ada Holm's mobile number?", "Ada Holm: mobile 4471"),
        ("Who is the head of internal audit?", "Head of internal audit (HIA): Ada Holm."),
        ("How often is the filter cleaned?", "The filter is cleaned twice a year."),
        ("Where is the log of the pump?", "The log hangs behind the pump."),
        ("Where is the log of the pump?", "Log: pump room"),
        ("How long can I borrow the camera?", "item: camera | max_loan_days: 2"),
        ("How long are reports kept?", 'Key: report_ttl | Default: "36h"'),
        ("What is the supplement for night work?", "Night work: 25 % per hour"),
        ("What is the deposit for a trailer?", "There is no deposit on trailers."),
        ("How much does a driver earn per hour?", "Drivers are paid 14 pounds an hour."),
        ("What does a ticket for the circle cost?", "code: DR-CI | full: 23.50"),
        ("When are wages paid?", "Wages are paid on the 26th."),
        ("Whole hall, what does it cost?", "The whole hall is free."),
        ("Can I change my email address?", "Yes, in the portal."),
        ("Who cleans the filter?", "The filter is cleaned by the night shift."),
        ("Who cleans the filter?", "The filter is cleaned by Nordfrost."),
        ("Who has more keys, sixth formers or the rest?", "Sixth formers have 40 keys."),
        ("Who pays for repairs?", "Small repairs are paid for by the tenant."),
        ("Who counts the drugs?", "The head nurse counts the drugs."),
        ("Who pays for the course?", "The company pays for the course."),
        ("What is the phone number of Medivet?", "Medivet is at 0151 44 90 2."),
        ("Who is our landlord?", "Our landlord is Ivar Holm."),
        ("Who is the owner of the service?", "The owner is the platform team."),
        ("When are bees fed?", "Bees are fed in the evening."),
        ("What is the code of the gate?", "The code is 4471."),
        ("Where is the filter?", "The filter is in the cellar."),
        ("Wie lange dauert der Kurs?", "Der Kurs dauert einen halben Tag."),
        ("How much do I get back for a lost key?", "Half of the deposit comes back."),
        ("How much is refunded?", "You are refunded in full within three days."),
        ("How much does the level 3 course cost?", "Level 3: 90 euros."),
        ("How far is it to the quay?", "The quay is 10 minutes away."),
        ("What does a berth cost per month?", "A berth: 4 euros a day, 80 a month."),
        ("What does a berth cost per year?", "A berth is paid yearly: 600 euros, 4 a day."),
        ("Who was present?", "Present: Ada Holm (harbour master), Bo Finch"),
    ],
)
def test_what_has_it_or_what_was_asked_in_other_words_lacks_nothing(
    question: str, text: str
) -> None:
    assert not lacks_kind(question, text)
