"""Confirming an act with an approver's own credentials (BILL-DEC-010), over HTTP and at the place where it is spent."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from httpx import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app import PASSWORD, Office, console
from billhead.access.actor import Actor, ActorKind
from billhead.access.directory import add_member
from billhead.access.elevation import Approver, ElevatedAction, Proof, spend_elevation
from billhead.access.permissions import Role
from billhead.access.scope import Scope, open_deputed_scope
from billhead.access.secrets import hash_secret, totp_name
from billhead.access.tables import ElevationToken
from billhead.refusal import Forbidden
from billhead.storage.ids import new_id
from billhead.storage.tables import AuditEntry, table_of

BOSS, CASHIER = "boss@northside.example", "cashier@northside.example"
RESOURCE = str(new_id())


@pytest.fixture
def boss(office: Office) -> UUID:
    """An accountant, who may confirm; beside her a cashier, who may not."""
    office.add_user(CASHIER, Role.CASHIER)
    return office.add_user(BOSS, Role.ACCOUNTANT)


def ask(client: TestClient, **fields: object) -> Response:
    body = {"action": "PO_OVERRIDE", "resourceId": RESOURCE, "approver": BOSS, "proof": "PASSWORD", "secret": PASSWORD}
    return client.post("/billing/auth/elevate", json=body | fields)


def granted(client: TestClient, **fields: object) -> str:
    answer = ask(client, **fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["elevationToken"])


def spend(
    office: Office, token: str, action: ElevatedAction = ElevatedAction.PO_OVERRIDE, resource: str = RESOURCE
) -> Approver | str:
    """The approver, or the code of the refusal; whoever asked for the token spends it."""
    try:
        with acting(office, asker_of(office, token)) as scope:
            return spend_elevation(scope, token, action, resource)
    except Forbidden as refusal:
        return refusal.code


def acting(office: Office, actor: Actor) -> AbstractContextManager[Scope]:
    return open_deputed_scope(office.runtime, office.tenant_id, actor, "test", correlation_id="c-1")


def asker_of(office: Office, token: str) -> Actor:
    """Who asked for a token; a stranger when nobody did."""
    table = table_of(ElevationToken)
    with office.runtime.database.platform(write=False) as session:
        found = session.scalar(select(table.c.asked_by).where(table.c.secret_hash == hash_secret(token)))
    kind, _, number = (found or "token:stranger").partition(":")
    return Actor(ActorKind(kind), number, frozenset())


def acts(office: Office) -> list[str]:
    table = table_of(AuditEntry)
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        found = select(table.c.act).where(table.c.tenant_id == office.tenant_id, table.c.act.like("elevation.%"))
        return list(session.scalars(found.order_by(table.c.id)))


def test_bill_dec_010_a_cashier_has_an_approver_confirm_with_her_own_credentials(office: Office, boss: UUID) -> None:
    answer = ask(console(office.app, CASHIER))
    assert answer.status_code == 200
    body = answer.json()
    assert body["approverUserId"] == str(boss)
    assert body["expiresAt"].startswith("2026-03-02T12:05:00")
    assert spend(office, body["elevationToken"]) == Approver(boss, "A Person", Proof.PASSWORD)
    assert acts(office) == ["elevation.grant", "elevation.spend"]


def test_bill_dec_010_a_confirmation_is_good_once_for_one_act_on_one_thing_of_one_tenant(
    office: Office, other_office: Office, boss: UUID
) -> None:
    token = granted(office.client())
    assert spend(office, token, ElevatedAction.RECEIPT_REPRINT) == "ELEVATION_WRONG_ACTION"
    assert spend(office, token, resource=str(new_id())) == "ELEVATION_WRONG_RESOURCE"
    assert spend(other_office, token) == "ELEVATION_INVALID"
    assert spend(office, token + "x") == "ELEVATION_INVALID"
    assert isinstance(spend(office, token), Approver), "refusals use nothing up"
    assert spend(office, token) == "ELEVATION_USED"


def test_bill_dec_010_a_confirmation_lasts_five_minutes(office: Office, boss: UUID) -> None:
    token = granted(office.client())
    office.clock.at += timedelta(minutes=5)
    assert spend(office, token) == "ELEVATION_EXPIRED"


def test_of_many_who_spend_a_confirmation_at_once_one_succeeds(office: Office, boss: UUID) -> None:
    token = granted(office.client())
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: spend(office, token), range(12)))
    assert sorted(str(a) for a in answers if isinstance(a, str)) == ["ELEVATION_USED"] * 11
    assert acts(office).count("elevation.spend") == 1


def test_only_whoever_asked_can_spend_a_confirmation(office: Office, boss: UUID) -> None:
    token = granted(console(office.app, CASHIER))
    other = asker_of(office, granted(office.client()))
    with pytest.raises(Forbidden, match="somebody else") as refused, acting(office, other) as scope:
        spend_elevation(scope, token, ElevatedAction.PO_OVERRIDE, RESOURCE)
    assert refused.value.code == "ELEVATION_INVALID"
    assert isinstance(spend(office, token), Approver)


@pytest.mark.parametrize("how", ["removed", "another role"])
def test_an_approver_who_may_not_any_more_confirms_nothing(office: Office, boss: UUID, how: str) -> None:
    token, path = granted(office.client()), f"/billing/users/{boss}"
    tag = {"If-Match": office.client().get(path).headers["etag"]}
    if how == "removed":
        assert office.client().delete(path).status_code == 204
    else:
        assert office.client().put(path, json={"role": "CASHIER"}, headers=tag).status_code == 200
    assert spend(office, token) == "ELEVATION_REFUSED"


def test_who_leaves_takes_no_pin_along(office: Office, boss: UUID) -> None:
    owner = console(office.app, BOSS)
    assert owner.put("/billing/auth/pin", json={"pin": "4711", "password": PASSWORD}).status_code == 200
    assert owner.post("/billing/auth/totp", json={"password": PASSWORD}).status_code == 200
    assert office.client().delete(f"/billing/users/{boss}").status_code == 204
    with office.runtime.database.platform(write=True) as session:
        add_member(session, office.tenant_id, boss, Role.ACCOUNTANT, office.clock.at)
        assert office.runtime.secrets.find(session, office.tenant_id, totp_name(boss)) is None
    assert ask(office.client(), proof="PIN", secret="4711").status_code == 403


def test_an_act_that_fails_leaves_the_confirmation(office: Office, boss: UUID) -> None:
    token = granted(office.client())

    def fail() -> None:
        with acting(office, asker_of(office, token)) as scope:
            spend_elevation(scope, token, ElevatedAction.PO_OVERRIDE, RESOURCE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert isinstance(spend(office, token), Approver)


@pytest.mark.parametrize(
    "fields",
    [
        {"secret": "wrong horse battery"},
        {"approver": CASHIER},
        {"approver": "nobody@northside.example"},
        {"proof": "PIN", "secret": "1234"},
        {"proof": "TOTP", "secret": "123456"},
        {"approver": None},
    ],
    ids=str,
)
def test_what_does_not_fit_is_one_refusal_and_audited(office: Office, boss: UUID, fields: dict[str, object]) -> None:
    answer = ask(office.client(), **fields)
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "ELEVATION_REFUSED")
    assert acts(office) == ["elevation.refuse"]


def test_an_approver_of_another_business_confirms_nothing_here(
    office: Office, other_office: Office, boss: UUID
) -> None:
    answer = ask(other_office.client())
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "ELEVATION_REFUSED")


def test_without_naming_an_approver_one_confirms_oneself(office: Office, boss: UUID) -> None:
    token = granted(console(office.app, BOSS), approver=None)
    assert spend(office, token) == Approver(boss, "A Person", Proof.PASSWORD)
    assert ask(console(office.app, CASHIER), approver=None).status_code == 403


def test_guessing_is_throttled_also_for_who_would_have_been_right(office: Office, boss: UUID) -> None:
    tries = [ask(office.client(), secret="wrong horse battery").status_code for _ in range(8)]
    assert set(tries) == {403}
    blocked = ask(office.client())
    assert ask(console(office.app, BOSS), approver=None).status_code == 429, "one person has one count"
    assert (blocked.status_code, blocked.json()["errorCode"]) == (429, "ELEVATION_THROTTLED")
    assert blocked.headers["retry-after"] == "900"
    office.clock.at += timedelta(minutes=16)
    assert ask(office.client()).status_code == 200


def test_a_pin_of_ones_own(office: Office, boss: UUID) -> None:
    desk = console(office.app, BOSS)
    assert desk.get("/billing/auth/factors").json() == {"hasPin": False, "totpSince": None}
    proof = {"password": PASSWORD}
    for weak in ("123", "12345678901234", "12a4", "１２３４"):
        assert desk.put("/billing/auth/pin", json=proof | {"pin": weak}).json()["errorCode"] == "WEAK_PIN"
    left_open = desk.put("/billing/auth/pin", json={"pin": "4711", "password": "somebody else"})
    assert (left_open.status_code, left_open.json()["errorCode"]) == (403, "PASSWORD_WRONG")
    assert desk.put("/billing/auth/pin", json=proof | {"pin": "4711"}).json()["hasPin"] is True
    token = granted(console(office.app, CASHIER), proof="PIN", secret="4711")
    assert spend(office, token) == Approver(boss, "A Person", Proof.PIN)
    assert ask(office.client(), proof="PIN", secret="4712").status_code == 403
    assert desk.delete("/billing/auth/pin").json()["hasPin"] is False
    assert ask(office.client(), proof="PIN", secret="4711").status_code == 403


def test_one_time_codes(office: Office, boss: UUID) -> None:
    desk = console(office.app, BOSS)
    begun = desk.post("/billing/auth/totp", json={"password": PASSWORD}).json()
    assert begun["otpauthUri"].startswith("otpauth://totp/Billhead:boss%40northside.example?secret=")
    codes = pyotp.TOTP(begun["seed"])

    def code(steps_ago: int = 0) -> str:
        return codes.at(office.clock.at - timedelta(seconds=30 * steps_ago))

    assert ask(office.client(), proof="TOTP", secret=code()).status_code == 403, "not confirmed yet"
    assert desk.post("/billing/auth/totp/confirm", json={"code": "000000"}).json()["errorCode"] == "TOTP_CODE_WRONG"
    assert desk.post("/billing/auth/totp/confirm", json={"code": code()}).json()["totpSince"] is not None
    assert ask(office.client(), proof="TOTP", secret=code()).status_code == 403, "the code was used to confirm"
    office.clock.at += timedelta(seconds=60)
    assert ask(office.client(), proof="TOTP", secret=code(2)).status_code == 403, "too old"
    token = granted(office.client(), proof="TOTP", secret=code(1))
    assert spend(office, token) == Approver(boss, "A Person", Proof.TOTP)
    assert ask(office.client(), proof="TOTP", secret=code(1)).status_code == 403, "used"
    assert ask(office.client(), proof="TOTP", secret=code()).status_code == 200
    assert desk.delete("/billing/auth/totp").json()["totpSince"] is None
    office.clock.at += timedelta(seconds=60)
    assert ask(office.client(), proof="TOTP", secret=code()).status_code == 403


def test_a_code_is_good_once_among_many_at_once(office: Office, boss: UUID) -> None:
    desk = console(office.app, BOSS)
    codes = pyotp.TOTP(desk.post("/billing/auth/totp", json={"password": PASSWORD}).json()["seed"])
    assert desk.post("/billing/auth/totp/confirm", json={"code": codes.at(office.clock.at)}).status_code == 200
    office.clock.at += timedelta(seconds=30)
    client, code = office.client(), codes.at(office.clock.at)
    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(lambda _: ask(client, proof="TOTP", secret=code).status_code, range(6)))
    assert sorted(statuses) == [200] + [403] * 5


def test_an_api_token_has_no_factors(office: Office, boss: UUID) -> None:
    for answer in (
        office.client().get("/billing/auth/factors"),
        office.client().put("/billing/auth/pin", json={"pin": "4711", "password": PASSWORD}),
        office.client().post("/billing/auth/totp", json={"password": PASSWORD}),
    ):
        assert (answer.status_code, answer.json()["errorCode"]) == (409, "NOT_A_PERSON")


def test_an_answer_with_a_token_is_never_kept(office: Office, boss: UUID) -> None:
    key = {"Idempotency-Key": "same"}
    body = {"action": "PO_OVERRIDE", "resourceId": RESOURCE, "approver": BOSS, "proof": "PASSWORD", "secret": PASSWORD}
    first, second = (office.client().post("/billing/auth/elevate", json=body, headers=key) for _ in range(2))
    assert first.json()["elevationToken"] not in second.text


def test_nothing_secret_is_logged_or_kept_in_clear(
    office: Office, boss: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = console(office.app, BOSS)
    desk.put("/billing/auth/pin", json={"pin": "47114711", "password": PASSWORD})
    seed = desk.post("/billing/auth/totp", json={"password": PASSWORD}).json()["seed"]
    token = granted(office.client())
    ask(office.client(), secret="a wrong guess at it")
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        kept = [
            str(row) for name in ("approver_factor", "elevation_token", "secret", "audit_entry", "outbox_event")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {name}")
        ]  # fmt: skip
    assert len(kept) >= 4
    for secret in ("47114711", seed, token, PASSWORD, "a wrong guess at it"):
        assert not any(secret in row for row in (*kept, caplog.text))
