"""Ids that say where their answers are kept."""

import pytest

from askmesh.gateway.keys import (
    answer_key,
    asker_of,
    documents_key,
    is_in_other_words,
    kept_by,
    permissions_of,
    recalled_id,
)
from askmesh.identity import Caller


@pytest.mark.parametrize("tenant", ["default", "a:b", "a:7:c", ""])
def test_an_id_leads_its_tenant_to_the_answer(tenant: str) -> None:
    key = answer_key(tenant, documents_key(7, "beef"), "c0ffee")
    assert kept_by(tenant, recalled_id("new", key)) == key


def test_an_id_tells_whether_its_answer_was_made_for_other_words() -> None:
    key = answer_key("t", documents_key(7, ""), "c0ffee")
    ids = [recalled_id("new", key, other_words=each) for each in (False, True)]
    assert [is_in_other_words(each) for each in ids] == [False, True]
    assert [kept_by("t", each) for each in ids] == [key, key]


def test_answers_of_two_users_of_a_tenant_are_not_the_same_askers() -> None:
    nobody, alice, bob = (
        asker_of(Caller("t", user, frozenset(), frozenset())) for user in ("", "alice", "bob")
    )
    assert len({nobody, alice, bob}) == len((nobody, alice, bob))
    key = answer_key("t", documents_key(7, "beef"), "c0ffee")
    assert {kept_by(asker, recalled_id("new", key)) for asker in (nobody, alice, bob)} == {key}


def test_an_id_leads_no_other_tenant_there() -> None:
    key = answer_key("a:b", documents_key(7, "beef"), "c0ffee")
    assert kept_by("a", recalled_id("new", key)) != key
    assert kept_by("a", "new.b:7.beef.c0ffee") is None
    assert kept_by("a", "new.7.b:beef.c0ffee") is None
    assert kept_by("a", "new.7.beef.b:c0ffee") is None


@pytest.mark.parametrize("permissions", ["", "beef"])
def test_a_key_says_what_whoever_asked_may_read(permissions: str) -> None:
    key = answer_key("a:b", documents_key(7, permissions), "c0ffee")
    assert permissions_of(key) == permissions
    assert permissions_of("") is None


@pytest.mark.parametrize(
    "answer_id", ["", "new", "new.7", "new.7.c0ffee", "new.7.a.b.1", "new.x.all.c0ffee", "..."]
)
def test_other_ids_do_not_say_where_their_answers_are(answer_id: str) -> None:
    assert kept_by("default", answer_id) is None
