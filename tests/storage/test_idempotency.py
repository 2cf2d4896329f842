"""Idempotency keys: one effect per key, its answer to all who ask again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from billhead.refusal import Conflict
from billhead.storage.database import Database
from billhead.storage.idempotency import KeyedRequest, StoredAnswer, claim, expire_keys, fingerprint, store_answer
from billhead.storage.ids import new_id
from billhead.storage.numbering import Reset, create_series
from storage.crowd import all_at_once

TENANT = new_id()
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANSWER = StoredAnswer(201, {"ETag": '"1"'}, b'{"id": "\xc3\xa9"}')


def a_request(key: str = "k", body: bytes = b"{}", tenant_id: UUID = TENANT, actor: str = "user:1") -> KeyedRequest:
    return KeyedRequest(tenant_id, actor, "POST /cups", key, fingerprint("POST", "/cups", "", body))


def send(database: Database, request: KeyedRequest, answer: StoredAnswer | None = ANSWER) -> StoredAnswer | None:
    """None: this call had the effect."""
    with database.tenant(request.tenant_id, write=True) as session:
        stored = claim(session, request, NOW)
        if stored is None and answer is not None:
            store_answer(session, request, answer)
        return stored


def test_the_same_request_gets_the_stored_answer(database: Database) -> None:
    assert send(database, a_request()) is None
    assert send(database, a_request()) == ANSWER


@pytest.mark.parametrize(
    "other", [a_request("k2"), a_request(tenant_id=new_id()), a_request(actor="user:2")], ids=["key", "tenant", "actor"]
)
def test_keys_are_scoped(database: Database, other: KeyedRequest) -> None:
    send(database, a_request())
    assert send(database, other) is None


def test_another_request_under_the_same_key_is_refused(database: Database) -> None:
    send(database, a_request())
    with pytest.raises(Conflict) as refused:
        send(database, a_request(body=b"[]"))
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"


def test_an_answer_with_a_secret_is_not_kept(database: Database) -> None:
    send(database, a_request(), None)
    with pytest.raises(Conflict) as refused:
        send(database, a_request())
    assert refused.value.code == "ANSWER_NOT_KEPT"


def test_a_failed_effect_leaves_the_key_free(database: Database) -> None:
    def fail() -> None:
        with database.tenant(TENANT, write=True) as session:
            claim(session, a_request(), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert send(database, a_request()) is None


def test_fingerprints_do_not_run_together() -> None:
    assert fingerprint("POST", "/a", "b", b"") != fingerprint("POST", "/ab", "", b"")


def test_many_at_once_have_one_effect(database: Database) -> None:
    def act(number: int) -> StoredAnswer | None:
        request = a_request()
        with database.tenant(TENANT, write=True) as session:
            stored = claim(session, request, NOW)
            if stored is None:
                create_series(session, TENANT, "ONCE", "{N}", Reset.NEVER)
                store_answer(session, request, ANSWER)
            return stored

    answers = all_at_once(20, act)
    assert answers.count(None) == 1
    assert answers.count(ANSWER) == 19


def test_old_keys_expire(database: Database) -> None:
    send(database, a_request())
    with database.platform(write=True) as session:
        assert expire_keys(session, NOW + timedelta(days=29), 30) == 0
        assert expire_keys(session, NOW + timedelta(days=31), 30) == 1
    assert send(database, a_request()) is None
