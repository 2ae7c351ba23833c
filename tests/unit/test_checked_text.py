from dataclasses import replace

from askmesh.api.common.v1.answer_pb2 import TextDelta, UnsupportedSpan
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.checked_text import CheckedText
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import Source, SourceSentence
from askmesh.text import units
from support.summaries import CRISIS, QUESTION, TALKS, citations_of, text_of

RULES = Source(
    passage_id="rules",
    title="Rules",
    text="Codes by SMS are not allowed for signing in.",
    score=0.9,
)


def _checked(
    question: str = QUESTION,
    *sources: Source,
    marks_unsupported: bool = False,
    probability: float = 0.9,
) -> CheckedText:
    ranked = tuple(rank_units(question, sources or (CRISIS, TALKS)))
    evidence = Evidence(
        question=take_apart(question), shown=ranked, ranked=ranked, probability=probability
    )
    grounds = Grounds(question, ranked, support_bar=0.7)
    return CheckedText(grounds, evidence, marks_unsupported=marks_unsupported)


def test_a_supported_sentence_is_released_with_the_text_that_was_checked() -> None:
    events = _checked().take("The oil crisis began in October 1973 [2].")
    assert text_of(events) == "The oil crisis began in October 1973. [1]"
    (citation,) = citations_of(events)
    assert (
        text_of(events)[citation.start_offset : citation.end_offset]
        == "The oil crisis began in October 1973."
    )
    assert citation.quote in CRISIS.text


def test_a_sentence_that_nothing_supports_is_dropped_and_no_quote_takes_its_place() -> None:
    text = _checked()
    assert text.take("The oil crisis began in 1988 in Vienna.") == []
    assert (text.supported, text.unsupported) == (0, 1)
    assert text.is_empty


def test_a_model_that_is_trusted_more_has_its_unsupported_sentences_marked() -> None:
    text = _checked(marks_unsupported=True)
    events = text.take("The oil crisis began in October 1973.")
    marked = text.take("Nobody expected it in Vienna at all.")
    assert marked == [
        StreamSummaryResponse(text_delta=TextDelta(text=" Nobody expected it in Vienna at all.")),
        StreamSummaryResponse(unsupported_span=UnsupportedSpan(start_offset=42, end_offset=78)),
    ]
    assert (text_of(events) + text_of(marked))[42:78] == "Nobody expected it in Vienna at all."


def test_what_was_said_is_not_said_again() -> None:
    text = _checked()
    assert text.take("The oil crisis began in October 1973.")
    assert text.take("The oil crisis began in October 1973.") == []


POOL = Source(
    passage_id="pool",
    title="Pool",
    text="Nobody pays for the use of lockers, hair dryers or swimming boards. Towels cost 2 euros.",
    score=0.9,
)


def test_where_a_sentence_names_only_some_of_several_things_its_statement_is_quoted_once() -> None:
    asked = "Which things does nobody pay for at the pool?"
    text = _checked(asked, POOL)
    told = text_of(text.take("Nobody pays for the use of hair dryers or swimming boards."))
    assert told.startswith("\u201cNobody pays for the use of lockers, hair dryers or swimming")
    assert text.take("Nobody pays for the use of lockers or swimming boards.") == []
    whole = "Nobody pays for the use of lockers, hair dryers, and swimming boards."
    assert text_of(_checked(asked, POOL).take(whole)) == f"{whole} [1]"


def test_a_sentence_on_the_one_of_several_things_that_is_asked_for_is_enough() -> None:
    said = "Nobody pays for the use of hair dryers."
    for asked in ("What does nobody pay for hair dryers?", "Does one pay for hair dryers?"):
        assert text_of(_checked(asked, POOL).take(said)) == f"{said} [1]"


def test_what_a_statement_says_of_all_the_things_it_names_is_none_of_them() -> None:
    rule = "Helmets and gloves are lent to guests, and are returned dry."
    hire = Source(passage_id="hire", title="Hire", text=rule, score=0.9)
    said = "Helmets and gloves are lent to guests."
    assert text_of(_checked("Which things are lent to guests?", hire).take(said)) == f"{said} [1]"


def test_with_the_figure_of_one_of_two_that_are_compared_that_of_the_other_is_told() -> None:
    asked = "Who has more lockers, sixth-formers or the staff?"
    said = "Sixth-formers have 40 lockers."
    both = Source(passage_id="l", title="Lockers", text=f"Staff have 25. {said}", score=0.9)
    alone = replace(both, text=said)
    told = text_of(_checked(asked, both).take(said))
    assert told == f"{said} [1] \u201cStaff have 25.\u201d [1]"
    assert _checked(asked, alone).take(said) == []


def test_yes_and_no_stand_before_a_sentence_that_grounds_them() -> None:
    question = "Are codes by SMS allowed for signing in?"
    events = _checked(question, RULES).take("No, codes by SMS are not allowed for signing in.")
    assert text_of(events).startswith("No, codes by SMS are not allowed")


def test_a_yes_that_its_ground_denies_is_left_out() -> None:
    question = "Are codes by SMS allowed for signing in?"
    events = _checked(question, RULES).take("Yes, codes by SMS are not allowed for signing in.")
    assert text_of(events).startswith("Codes by SMS are not allowed")


def test_a_bare_date_answers_where_one_is_asked_for_and_stands_in_the_evidence() -> None:
    assert text_of(_checked().take("October 1973.")) == "October 1973. [1]"
    assert _checked().take("October 1988.") == []
    assert _checked("What happened in Japan?").take("Embargo.") == []


def test_a_model_that_finds_no_answer_is_heard() -> None:
    text = _checked()
    assert text.take("The documents do not say when it began.") == []
    assert text.declined
    assert text.is_complete


def test_after_two_sentences_that_add_nothing_the_model_is_done() -> None:
    text = _checked()
    text.take("The oil crisis began in 1988.")
    assert not text.is_complete
    text.take("It ended in 1999.")
    assert text.is_complete


def test_the_best_unit_is_quoted_in_its_context() -> None:
    hotels = Source(passage_id="h", text="Hotels, per night:\n- Oslo: 190 euros", score=0.9)
    events = _checked("What may a hotel in Oslo cost?", hotels).quote_best()
    assert text_of(events) == "\u201cHotels, per night: Oslo: 190 euros\u201d [1]"
    assert [citation.quote for citation in citations_of(events)] == ["Oslo: 190 euros"]


SONAR = Source(
    passage_id="s",
    title="Sonar 220",
    text="Present: Ada Lark, Bo Finch. Excused: Cy Wren.\n\nWeight: 410 g\nMaximum depth: 60 m",
    score=0.9,
)


def test_the_quote_that_stands_for_a_rejected_sentence_is_the_place_of_its_facts() -> None:
    text = _checked("Who was missing at the meeting?", SONAR)
    assert text.take("Cy Wren was away and missing from the meeting in our factory.") == []
    assert text_of(text.quote_best()).startswith("\u201cExcused: Cy Wren.\u201d")
    text = _checked("How deep can the 220 go?", SONAR)
    assert text.take("The 220 can go up to 60 metres deep.") == []
    assert text_of(text.quote_best()) == "Maximum depth: 60 m [1]"


def test_all_rows_that_fit_what_a_list_is_asked_of_are_quoted() -> None:
    rows = (
        "pest: Aphid | plant: rose | spray: soap\npest: Thrips | plant: rose | week: 9\n"
        "pest: Moth | plant: box | spray: oil"
    )
    text = _checked("Which treatments are there for roses?", replace(SONAR, text=rows))
    told = text_of(text.quote_best())
    assert "Aphid" in told
    assert "Thrips" in told
    assert "Moth" not in told


def test_of_a_row_only_the_cells_with_the_facts_of_a_rejected_sentence_are_told() -> None:
    rows = "room: Hopper | floor: first | seats: 8 | per hour: 18 GBP\nroom: Heron | seats: 14"
    text = _checked("How many people fit in Hopper?", replace(SONAR, text=rows))
    assert text.take("The Hopper meeting place can accommodate a party of 8.") == []
    assert text_of(text.quote_best()) == "room: Hopper, seats: 8 [1]"


def test_a_number_of_the_question_in_place_of_another_does_not_hide_what_is_meant() -> None:
    rule = "Children under 8 must be with a person aged 16 or over, who stays within reach."
    pool = Source(passage_id="pool", title="Pool rules", text=rule, score=0.6)
    text = _checked("Who must be with a child of seven, and of what age?", pool, probability=0.5)
    assert text.take("Children from 7 must be with a person aged 16 or over.") == []
    assert text_of(text.quote_best()).startswith("\u201cChildren under 8 must be with a person")


def test_what_stands_together_nowhere_still_has_a_place() -> None:
    lines = (
        "Priority: P2 | First response: 4 working hours | Solved: 2 working days\n\n"
        "Customers with the contract Plus have these times. Customers with the contract Basic get a"
        " first response within 2 working days for all priorities."
    )
    asked = "What is the difference between the contracts Plus and Basic?"
    terms = Source(passage_id="terms", title="Contracts", text=lines, score=0.3)
    text = _checked(asked, terms, probability=0.7)
    assert not text.take(
        "Customers with the contract Plus have a first response within 2 working days for all"
        " priorities, while customers with the contract Basic get it within 4 working hours."
    )
    assert text.instead.has_a_place


def test_of_two_places_with_the_same_words_the_one_that_says_them_itself_is_meant() -> None:
    lines = "- renew by hand: certs renew DOMAIN\n- failure mail: certs@hull.example"
    certs = Source(passage_id="certs", title="Certificates", text=lines, score=0.6)
    text = _checked("How do I renew a certificate?", certs, probability=0.6)
    assert text.take("Follow the steps in the manual, certs renew DOMAIN, today please.") == []
    assert "certs renew DOMAIN" in text_of(text.quote_best())


def test_of_two_places_with_the_facts_the_one_that_is_by_far_nearer_is_meant() -> None:
    pay = Source(passage_id="pay", text="Sick pay: 4 weeks full, 4 weeks half.", score=0.6)
    notice = Source(passage_id="notice", text="Notice: 4 weeks in the first years.", score=0.2)
    text = _checked("How many weeks of sick pay are full?", pay, notice)
    assert text.take("It is 4 weeks in the first couple of years, everybody says so.") == []
    assert "Sick pay: 4 weeks full" in text_of(text.quote_best())


def test_facts_that_stand_nowhere_have_no_place() -> None:
    weak = replace(SONAR, score=0.4)
    text = _checked("How long is the warranty of the 220?", weak, probability=0.7)
    assert text.take("The warranty of the 220 is two years.") == []
    assert not text.instead.has_a_place
    assert _checked("Which one is the 220?", weak, probability=0.9).instead.has_a_place
    lacking = _checked("How long is the warranty of the 220?", weak, probability=0.9)
    assert not lacking.instead.has_a_place
    assert not _checked("Is the 220 a watch?", weak, probability=0.6).instead.has_a_place


def test_the_entry_of_the_code_that_was_asked_for_has_a_place() -> None:
    text = "- 77: the lid is open\n- 78: no water"
    codes = Source(passage_id="codes", title="Exit codes", text=text, score=0.2)
    assert _checked("It stops with 78", codes, probability=0.5).instead.has_a_place
    assert not _checked("It stops with the lid", codes, probability=0.5).instead.has_a_place
    assert not _checked("Is 78 the lid?", codes, probability=0.5).instead.has_a_place


def test_a_sentence_that_turns_round_what_stands_there_means_no_place() -> None:
    text = _checked("Which codes are not allowed for signing in?", RULES)
    assert text.take("Codes by SMS are allowed for signing in at the office.") == []
    assert text_of(text.quote_best()).startswith("\u201cCodes by SMS are not allowed")


def test_a_sentence_that_only_says_the_question_again_is_no_answer() -> None:
    text = _checked("Which is the sonar with a maximum depth?", SONAR)
    assert text.take("The sonar with a maximum depth is the sonar.") == []
    assert text.unsupported == 1


def test_a_row_is_quoted_with_the_cells_that_were_asked_for() -> None:
    prices = Source(passage_id="p", text="Article: Hard case | Price EUR: 39 | Stock: 4", score=0.9)
    text = _checked("How much is the hard case?", prices)
    assert text.take("The hard case costs EUR 39 in all of our shops.") == []
    assert text_of(text.quote_best()) == "Article: Hard case, Price EUR: 39 [1]"


def test_of_a_configuration_file_the_setting_is_quoted_after_its_sections() -> None:
    lines = "```yaml\nmail:\n  port: 2525\n  retries: 3\ncopies:\n  keep_weeks: 6\n  hour: 2\n```"
    server = Source(passage_id="s", title="Reading room server", text=lines, score=0.9)
    text = _checked("For how many weeks are copies kept?", server)
    assert text.take("Copies are stored in our cellar for 6 weeks by the librarian.") == []
    assert text_of(text.quote_best()) == "copies > keep_weeks: 6 [1]"
    text = _checked("Which port does the mail take?", server)
    assert text_of(text.quote_best()) == "mail > port: 2525 [1]"


def test_a_row_with_less_than_half_of_what_was_asked_about_is_not_quoted() -> None:
    prices = Source(passage_id="p", text="line: Line 4 | single_eur: 2 | back_eur: 3", score=0.9)
    for asked, may_be_quoted in (("a yearly family pass", False), ("a single", True)):
        text = _checked(f"How much is {asked} on line 4?", prices)
        assert text.take("It is 2 euros for the whole summer at our desks in town.") == []
        assert text.instead.has_a_place is may_be_quoted


def test_a_row_is_quoted_with_each_cell_that_has_a_word_of_the_question_of_its_own() -> None:
    row = "Product: Saw | Private use: 24 months | Trade use: 12 months | Registered: 4 years"
    text = _checked("How long for a registered saw, private use?", replace(SONAR, text=row))
    assert text.take("It is covered for nine years in all of our shops.") == []
    told = text_of(text.quote_best())
    assert told == "Product: Saw, Private use: 24 months, Registered: 4 years [1]"


def test_a_refusal_after_words_that_have_a_place_is_none() -> None:
    form = Source(passage_id="form", text="Ask with form P12 at least six weeks ahead.", score=0.9)
    text = _checked("How do I get my training approved?", form)
    assert text.take("To get your training approved, fill out the form P12 at the earliest.") == []
    assert text.take("The documents do not say more.") == []
    assert not text.declined
    assert text.instead.has_a_place


def test_a_document_without_headings_is_about_what_its_parts_begin_with() -> None:
    mail = Source(
        passage_id="mail",
        title="Changes",
        text="Two things change. From May on.\n\n1. Uniform. Grey is over.\n2. Keys. Sign here.",
        score=0.9,
    )
    text = _checked("What is the mail about the changes about?", mail)
    assert text_of(text.quote_best()).replace(" [1]", "") == (
        "Changes: \u201cTwo things change.\u201d \u201cFrom May on.\u201d"
        " \u201cUniform.\u201d \u201cKeys.\u201d"
    )


def test_what_a_document_is_about_is_told_by_its_headings_where_no_sentence_holds() -> None:
    policy = Source(
        passage_id="p",
        document_id="p",
        title="Travel policy",
        text="## Booking\nBook early.\n\n## Hotels\nUp to 140 EUR.\n\n## Cars\nTake a pool car.",
        score=0.9,
    )
    text = _checked("What is the travel policy about?", policy)
    assert text_of(text.quote_best()).startswith("Travel policy: Booking, Hotels, Cars.")


def test_the_summary_of_a_document_says_what_it_is_about() -> None:
    report = Source(
        passage_id="r",
        document_id="r",
        title="Report",
        text="## Summary\nThe portal was down.\n\n## Cause\nA key.\n\n## Measures\nNew keys.",
        score=0.9,
    )
    text = _checked("What is the report about?", report)
    assert "The portal was down." in text_of(text.quote_best())
    assert "New keys" not in text_of(text.compose())


def test_what_a_document_is_about_a_small_model_is_not_asked() -> None:
    text = _checked("What is the crisis about?", replace(CRISIS, document_id="crisis"))
    assert text_of(text.compose()).startswith(f"{CRISIS.title}: ")
    marking = _checked("What is the crisis about?", CRISIS, marks_unsupported=True)
    assert marking.compose() == []


AIDERS = Source(
    passage_id="aiders",
    title="Safety",
    text="First aiders: Leeds - Ines Duarte, Gareth Pugh, Callum Reid. Bristol - Hetty Marsh.",
)


def test_a_sentence_may_count_what_it_lists_itself_if_a_source_lists_just_that() -> None:
    asked = "Who are the first aiders in Leeds, and how many are there?"
    said = "There are three first aiders in Leeds: Ines Duarte, Gareth Pugh, and Callum Reid."
    assert _checked(asked, AIDERS).take(said)
    for short in ("Ines Duarte and Gareth Pugh", "Gareth Pugh and Callum Reid"):
        assert not _checked(asked, AIDERS).take(f"There are two first aiders in Leeds: {short}.")


def test_a_row_of_another_name_than_the_question_s_stands_for_nothing() -> None:
    rows = Source(passage_id="loans", title="Loans", text="What: Books | At a time: 25", score=0.6)
    text = _checked("How many books does North Branch have?", rows)
    assert text.take("North Branch has 25 books.") == []
    assert not text.instead.has_a_place


def test_a_word_that_the_question_misspells_is_still_one_of_the_question() -> None:
    rule = "Freezer has to show minus 18 or colder."
    bar = Source(passage_id="bar", title="Bars and kiosk", text=rule, score=0.2)
    said = "The freezer needs to have a temperature of minus 18 or colder."
    for word, is_said in (("temperaturre", True), ("tempo", False)):
        text = _checked(f"What {word} does the freezer need to have?", bar)
        assert bool(text.take(said)) is is_said


def test_what_does_not_speak_of_the_thing_asked_for_is_neither_said_nor_quoted() -> None:
    lost = Source(passage_id="lost", title="Lost things", text="We keep things 8 weeks.", score=0.6)
    question = "How many weeks of maternity leave are there?"
    text = _checked(question, lost, probability=0.99)
    assert text.take("There are 8 weeks of maternity leave.") == []
    assert not text.instead.has_a_place


def test_a_quote_has_the_last_word_of_a_name_that_is_asked_for() -> None:
    add_on = Source(
        passage_id="a", title="Prices", text="Platinum support: 2,900 euros per month", score=0.9
    )
    for name, is_told in (("Lark Cloud", False), ("Platinum", True)):
        text = _checked(f"What does {name} cost per month?", add_on, probability=0.99)
        assert text.instead.has_a_place is is_told


def test_facts_of_a_place_that_is_further_off_than_the_best_are_not_quoted() -> None:
    wifi = "- Own phones may be on the Staff wifi.\n- Passwords: at least 14 characters."
    question = "What is the password of the Staff wifi?"
    for scores, is_told in (((0.5, 0.3), False), ((0.3, 0.5), True)):
        sentences = tuple(
            SourceSentence(unit.start, unit.end, score)
            for unit, score in zip(units(wifi), scores, strict=True)
        )
        guide = Source(
            passage_id="it", title="Guide", text=wifi, score=max(scores), sentences=sentences
        )
        text = _checked(question, guide, probability=0.7)
        assert text.take("The Staff wifi password is 14 characters long at the very least.") == []
        assert text.instead.has_a_place is is_told


def test_the_best_statement_with_the_figure_that_the_model_wrote_may_be_quoted() -> None:
    text = "- Phone your duty lead before 07:15.\n- Send a fit note after 8 days."
    spans = [(unit.start, unit.end) for unit in units(text)]
    for second, is_told in ((0.1, True), (0.25, False)):
        sentences = tuple(
            SourceSentence(*span, score) for span, score in zip(spans, (0.3, second), strict=True)
        )
        leave = Source(passage_id="l", title="Ill", text=text, score=0.3, sentences=sentences)
        checked = _checked("By what time do I have to call in?", leave, probability=0.4)
        assert checked.take("You have to call in by 07:15 if you are poorly.") == []
        assert checked.instead.means_the_best is is_told


GATES = Source(
    passage_id="gates",
    title="North gate and south gate",
    text="The north gate is locked at 21:00. The south gate is guarded by two dogs.",
    score=0.9,
)


def test_what_is_said_of_one_alone_does_not_tell_which_of_two_is_more() -> None:
    text = _checked("Which is locked later, the north gate or the south gate?", GATES)
    assert text.compose() == []
    assert text.take("The north gate is locked at 21:00.") == []
    assert text.instead.to_look_at is None
    assert not text.instead.has_a_place
    assert _checked("Which is locked, the north gate or the south gate?", GATES).take(
        "The north gate is locked at 21:00."
    )


def test_what_rests_on_statements_that_reranking_found_beside_the_question_is_not_told() -> None:
    rule = "Guests may stay at the hut for three nights."
    question = "How many guests may stay at the hut?"
    for score, is_told in ((0.3, True), (0.01, False)):
        sentences = (SourceSentence(0, len(rule), score),)
        huts = Source(passage_id="h", title="Huts", text=rule, score=0.3, sentences=sentences)
        text = _checked(question, huts, probability=0.7)
        assert bool(text.take("Guests may stay at the hut for three nights.")) is is_told
        assert (text.instead.to_look_at is not None) is is_told


def test_what_has_no_score_of_its_own_is_told_as_far_as_it_is_supported() -> None:
    rule = "No dogs are admitted at the hut."
    huts = Source(passage_id="h", title="Huts", text=rule, score=0.01)
    assert _checked("Are dogs admitted at the hut?", huts).take(rule)


def test_which_row_is_the_most_of_all_is_not_left_to_a_model() -> None:
    people = Source(
        passage_id="p",
        title="Newsroom",
        text="Name: Dorothea Finch | Joined: 2005\nName: June Harkaway | Joined: 1998",
        score=0.9,
    )
    guess = "Dorothea Finch joined in 2005."
    text = _checked("Who is the oldest hand at the paper?", people)
    assert text.take(guess) == []
    assert text.instead.to_look_at is None
    assert _checked("When did the oldest hand, Dorothea Finch, join?", people).take(guess)
