"""Signing in, sessions, tokens, limits and headers, as somebody who means harm would try them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from httpx import Response
from sqlalchemy import select, text, update
from starlette.testclient import TestClient

from app import PASSWORD, Office, a_client, a_runtime, bearer, console, open_office, ready_to_bill
from billhead.access import directory, secrets
from billhead.access.permissions import ROLE_PERMISSIONS, Role
from billhead.access.tables import ApiToken, Tenant, UserSession
from billhead.entrypoints.http import create_app
from billhead.storage.database import Database
from processes import billhead_environment, free_port, running, wait_until_ready
from scopes import NOON

EMAIL = "ada@example.com"
Arrange = Callable[..., Office]


@pytest.fixture
def arrange(database: Database, tmp_path: Path) -> Arrange:
    """Opens a business with these settings, on both databases."""

    def made(**settings: object) -> Office:
        runtime = a_runtime(database, tmp_path, **settings)
        office = open_office(create_app(runtime), runtime, "northside-auto")
        office.add_user(EMAIL, Role.ADMIN)
        return office

    return made


@pytest.fixture
def here(sqlite_database: Database, tmp_path: Path) -> Office:
    """A business on SQLite, for what no database can tell apart."""
    runtime = a_runtime(sqlite_database, tmp_path)
    office = open_office(create_app(runtime), runtime, "northside-auto")
    office.add_user(EMAIL, Role.ADMIN)
    return office


def stranger(office: Office, address: str = "192.0.2.9") -> TestClient:
    return TestClient(office.app, raise_server_exceptions=False, client=(address, 50_000))


def sign_in(office: Office, email: str = EMAIL, password: str = PASSWORD, address: str = "192.0.2.9") -> Response:
    body = {"email": email, "password": password}
    return stranger(office, address).post("/billing/auth/sign-in", json=body)


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errorCode"]


# Signing in


def test_signing_in_opens_a_session_with_guarded_cookies(here: Office) -> None:
    answer = sign_in(here, email=" ADA@Example.com ")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert "max-age=43200" in cookie
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["email"] == EMAIL
    assert body["tenants"][0]["slug"] == "northside-auto"
    secret = answer.cookies["billhead_session"]
    assert secret not in answer.text
    assert len(secret) >= 43
    with here.runtime.database.platform(write=False) as session:
        kept = session.scalars(select(UserSession)).one()
        assert secret not in repr(vars(kept)), "only its hash is kept"


def test_the_cookie_is_secure_when_the_public_address_is(arrange: Arrange) -> None:
    office = arrange(public_url="https://billing.example.com")
    answer = sign_in(office)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_wrong_password_and_unknown_person_are_the_same_refusal(here: Office) -> None:
    wrong, unknown = sign_in(here, password="wrong password"), sign_in(here, email="nobody@example.com")
    assert code(wrong) == code(unknown) == (401, "SIGN_IN_FAILED")
    assert wrong.json()["message"] == unknown.json()["message"]
    assert wrong.headers.keys() == unknown.headers.keys()
    assert "set-cookie" not in wrong.headers


def test_an_unknown_person_costs_the_same_work(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a stopwatch: as many argon2 runs, with the same parameters, whoever is asked for."""
    runs: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            runs.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            runs.append("hash")
            return super().hash(password, salt=salt)

    sign_in(here)
    monkeypatch.setattr(secrets, "_hasher", Counting())
    for email in (EMAIL, "nobody@example.com"):
        runs.clear()
        assert sign_in(here, email=email, password="wrong password").status_code == 401
        assert [run.split("$")[1] for run in runs] == ["argon2id"], (email, runs)


def test_a_password_is_compared_whole(here: Office) -> None:
    with here.runtime.database.platform(write=True) as session:
        directory.create_user(session, email="long@example.com", name="Long", password="x" * 200, now=NOON)
    assert sign_in(here, email="long@example.com", password="x" * 200).status_code == 200
    assert sign_in(here, email="long@example.com", password="x" * 201).status_code == 401
    assert sign_in(here, email="long@example.com", password="x" * 100_000).status_code == 401


def test_guesses_at_one_account_are_throttled_from_wherever(arrange: Arrange) -> None:
    office = arrange(sign_in_attempts=3)
    for number in range(3):
        assert sign_in(office, password="wrong password", address=f"192.0.2.{number}").status_code == 401
    blocked = sign_in(office, address="198.51.100.1")
    assert code(blocked) == (429, "SIGN_IN_THROTTLED")
    assert int(blocked.headers["retry-after"]) == 900
    assert sign_in(office, email=" Ada@EXAMPLE.com").status_code == 429, "however the address is written"
    office.clock.at = NOON + timedelta(minutes=16)
    assert sign_in(office).status_code == 200


def test_parallel_guesses_count_each(arrange: Arrange) -> None:
    office = arrange(sign_in_attempts=3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: sign_in(office, password=f"guess number {n}"), range(8)))
    checked = [a for a in answers if code(a) == (401, "SIGN_IN_FAILED")]
    assert len(checked) == 3, [code(a) for a in answers]


def test_many_accounts_from_one_address_are_throttled_even_by_somebody_with_an_account(arrange: Arrange) -> None:
    office = arrange(sign_in_attempts=1)
    for number in range(10):
        assert sign_in(office, email=f"a{number}@example.com").status_code == 401
    assert code(sign_in(office)) == (429, "SIGN_IN_THROTTLED")
    office.clock.at = NOON + timedelta(hours=1)
    for _ in range(11):
        assert sign_in(office).status_code == 200, "success is not counted"
    for number in range(9):
        assert sign_in(office, email=f"b{number}@example.com").status_code == 401
    assert sign_in(office).status_code == 200
    assert sign_in(office, email="b9@example.com").status_code == 401
    assert sign_in(office, email="b10@example.com").status_code == 429, "his own success took no failure back"


def test_one_network_of_ipv6_is_one_address(arrange: Arrange) -> None:
    office = arrange(sign_in_attempts=1)
    for number in range(10):
        assert sign_in(office, email=f"a{number}@example.com", address=f"2001:db8::{number:x}").status_code == 401
    assert sign_in(office, address="2001:db8::ffff:1").status_code == 429
    assert sign_in(office, address="2001:db8:0:1::1").status_code == 200, "another network"


def test_parallel_sign_ins_do_not_take_all_memory(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 runs at once are bounded, those waiting too; who comes beyond that is told to come back."""
    at_once, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            go.wait(20)
            with lock:
                at_once -= 1
            return super().verify(hash, password)

    monkeypatch.setattr(secrets, "_hasher", Slow())
    places = secrets._AT_ONCE + secrets._MOST_WAITING
    refused = threading.Semaphore(0)

    def attempt(number: int) -> tuple[int, str]:
        found = code(sign_in(here, email=f"p{number}@example.com", address=f"203.0.113.{number}"))
        if found[0] == 429:
            refused.release()
        return found

    with ThreadPoolExecutor(places + 3) as pool:
        tries = [pool.submit(attempt, number) for number in range(places + 3)]
        for _ in range(3):
            assert refused.acquire(timeout=20)
        go.set()
        codes = sorted(found.result() for found in tries)
    assert codes == [(401, "SIGN_IN_FAILED")] * places + [(429, "SIGN_IN_BUSY")] * 3
    assert most == secrets._AT_ONCE


def test_a_form_of_another_site_cannot_sign_anybody_in(here: Office) -> None:
    body = f'{{"email": "{EMAIL}", "password": "{PASSWORD}"}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = stranger(here).post("/billing/auth/sign-in", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers


# Sessions


def test_a_session_chosen_by_somebody_else_is_never_taken_over(here: Office) -> None:
    victim = stranger(here)
    victim.cookies["billhead_session"] = "planted-by-an-attacker"
    answer = victim.post("/billing/auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
    assert answer.cookies["billhead_session"] != "planted-by-an-attacker"
    thief = stranger(here)
    thief.cookies["billhead_session"] = "planted-by-an-attacker"
    assert code(thief.get("/billing/auth/session")) == (401, "UNAUTHENTICATED")
    assert sign_in(here).cookies["billhead_session"] != sign_in(here).cookies["billhead_session"]


def test_every_change_needs_the_csrf_token_of_this_session(here: Office) -> None:
    browser, other = console(here.app, EMAIL), console(here.app, EMAIL)
    foreign = other.headers.pop("X-CSRF-Token")
    own = browser.headers.pop("X-CSRF-Token")
    assert browser.get("/billing/clients").status_code == 200
    for token in (None, "", "x", foreign, own[:-1], own + "x", own.upper()):
        headers = {"X-CSRF-Token": token} if token is not None else {}
        for method, path in (
            ("POST", "/billing/clients"),
            ("PUT", "/billing/auth/session/tenant"),
            ("DELETE", f"/billing/clients/{here.tenant_id}"),
            ("POST", "/billing/auth/sign-out"),
        ):
            body = {"tenantId": str(here.tenant_id)} if method == "PUT" else a_client()
            answer = browser.request(method, path, json=body, headers=headers)
            assert code(answer) == (403, "CSRF_TOKEN_INVALID"), (method, path, token)
    assert browser.post("/billing/clients", json=a_client(), headers={"X-CSRF-Token": own}).status_code == 201


def test_signing_out_ends_the_session_for_good(here: Office) -> None:
    browser = console(here.app, EMAIL)
    secret = browser.cookies["billhead_session"]
    answer = browser.post("/billing/auth/sign-out")
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    browser.cookies["billhead_session"] = secret
    assert code(browser.get("/billing/auth/session")) == (401, "UNAUTHENTICATED")
    assert code(browser.get("/billing/clients")) == (401, "UNAUTHENTICATED")
    assert stranger(here).post("/billing/auth/sign-out").status_code == 204


def test_a_session_ends_with_its_time(here: Office) -> None:
    browser = console(here.app, EMAIL)
    here.clock.at = NOON + timedelta(hours=12) - timedelta(seconds=1)
    assert browser.get("/billing/clients").status_code == 200
    here.clock.at = NOON + timedelta(hours=12)
    assert code(browser.get("/billing/clients")) == (401, "UNAUTHENTICATED")
    assert code(browser.get("/billing/auth/session")) == (401, "UNAUTHENTICATED")


def test_the_tenant_is_chosen_by_header_or_by_session_and_only_among_ones_own(arrange: Arrange) -> None:
    office = arrange()
    wave = open_office(office.app, office.runtime, "wave-store", currency="EUR")
    closed = open_office(office.app, office.runtime, "closed-shop")
    with office.runtime.database.platform(write=True) as session:
        user_id = directory.create_user(session, email="two@example.com", name="Two", password=PASSWORD, now=NOON).id
        directory.add_member(session, office.tenant_id, user_id, Role.ADMIN, NOON)
        directory.add_member(session, wave.tenant_id, user_id, Role.VIEWER, NOON)
    browser = console(office.app, "two@example.com")
    for name, currency in (("wave-store", "EUR"), (str(wave.tenant_id), "EUR"), ("northside-auto", "USD")):
        answer = browser.get("/billing/settings", headers={"X-Tenant": name})
        assert answer.json()["currency"] == currency
    for name in ("closed-shop", str(closed.tenant_id), "no-such", "", "' OR 1=1"):
        if name:
            assert code(browser.get("/billing/settings", headers={"X-Tenant": name})) == (404, "TENANT_NOT_FOUND")
    chosen = browser.put("/billing/auth/session/tenant", json={"tenantId": str(wave.tenant_id)})
    assert chosen.json()["tenantId"] == str(wave.tenant_id)
    assert browser.get("/billing/settings").json()["currency"] == "EUR"
    refused = browser.put("/billing/auth/session/tenant", json={"tenantId": str(closed.tenant_id)})
    assert code(refused) == (404, "TENANT_NOT_FOUND")
    assert code(browser.post("/billing/clients", json=a_client())) == (403, "FORBIDDEN"), "a viewer there"
    assert code(office.client().get("/billing/settings", headers={"X-Tenant": "wave-store"})) == (
        404,
        "TENANT_NOT_FOUND",
    )


def test_a_suspended_business_lets_nobody_in_but_is_not_in_the_way(arrange: Arrange) -> None:
    office = arrange()
    wave = open_office(office.app, office.runtime, "wave-store", currency="EUR")
    with office.runtime.database.platform(write=True) as session:
        user = session.scalars(select(directory.User).where(directory.User.email == EMAIL)).one()
        directory.add_member(session, wave.tenant_id, user.id, Role.ADMIN, NOON)
    browser = console(office.app, EMAIL)
    with office.runtime.database.platform(write=True) as session:
        session.execute(update(Tenant).where(Tenant.id == office.tenant_id).values(suspended_at=NOON))
    assert code(office.client().get("/billing/clients")) == (403, "TENANT_SUSPENDED")
    assert code(browser.get("/billing/clients", headers={"X-Tenant": office.slug})) == (403, "TENANT_SUSPENDED")
    assert browser.get("/billing/settings").json()["currency"] == "EUR", "the next of one's own"
    assert [t["slug"] for t in browser.get("/billing/auth/session").json()["tenants"]] == ["wave-store"]


def test_a_changed_role_holds_at_once(arrange: Arrange) -> None:
    office = arrange()
    user_id = office.add_user("bo@example.com", Role.ADVISOR)
    browser = console(office.app, "bo@example.com")
    work_order = {"workOrderId": ready_to_bill(office.client())}
    key = {"Idempotency-Key": "draft"}
    first = browser.post("/billing/invoices/draft", json=work_order, headers=key)
    assert first.status_code == 201
    assert "traceability" in first.json()
    assert office.client().put(
        f"/billing/users/{user_id}", json={"role": "CASHIER"}, headers={"If-Match": '"v1"'}
    ).status_code == 200  # fmt: skip
    replay = browser.post("/billing/invoices/draft", json=work_order, headers=key)
    assert code(replay) == (403, "FORBIDDEN"), "a stored answer is for those who may still ask"
    assert office.client().delete(f"/billing/users/{user_id}").status_code == 204
    assert code(browser.get("/billing/invoices")) == (404, "TENANT_NOT_FOUND")


def test_no_role_keeps_a_stored_answer_it_could_no_longer_read() -> None:
    """Drafts and issues answer with traceability: whoever may do one of these may see it, in every role."""
    acts = {f"billing:invoice:{act}" for act in ("create-draft", "issue", "void", "rebill")}
    for role in Role:
        if acts & ROLE_PERMISSIONS[role]:
            assert "billing:traceability:view" in ROLE_PERMISSIONS[role], role


def test_the_last_admin_stays(arrange: Arrange) -> None:
    office = arrange()
    admin = office.client()
    (only,) = [m["userId"] for m in admin.get("/billing/users").json()["items"]]
    path = f"/billing/users/{only}"
    assert code(admin.put(path, json={"role": "VIEWER"}, headers={"If-Match": '"v1"'})) == (409, "LAST_ADMIN")
    assert code(admin.delete(path)) == (409, "LAST_ADMIN")
    second = office.add_user("second@example.com", Role.ADMIN)
    with ThreadPoolExecutor(2) as pool:
        paths = [path, f"/billing/users/{second}"]
        answers = list(pool.map(lambda p: bearer(office.app, office.new_token()).delete(p).status_code, paths))
    assert sorted(answers) == [204, 409], "two admins removed at once leave one"


def test_an_account_made_by_one_business_opens_no_other(arrange: Arrange) -> None:
    """A business could otherwise make accounts for strangers, with passwords it knows, and wait for an invitation."""
    office = arrange()
    wave = open_office(office.app, office.runtime, "wave-store")
    invitation = {"email": "victim@example.com", "name": "V", "password": "known to wave", "role": "VIEWER"}
    assert wave.client().post("/billing/users", json=invitation).status_code == 201
    answer = office.client().post("/billing/users", json=invitation | {"role": "ADMIN"})
    assert code(answer) == (409, "USER_EXISTS")
    assert "existingId" not in answer.json()
    opened = sign_in(office, "victim@example.com", "known to wave").json()
    assert [tenant["slug"] for tenant in opened["tenants"]] == ["wave-store"]


# Tokens


def test_a_token_works_until_it_ends_or_is_revoked(arrange: Arrange) -> None:
    office = arrange()
    admin = office.client()
    body = {"name": "till", "role": "VIEWER", "expiresAt": (NOON + timedelta(hours=1)).isoformat()}
    made = admin.post("/billing/tokens", json=body)
    assert made.headers["cache-control"] == "no-store"
    holder = bearer(office.app, made.json()["secret"])
    assert holder.get("/billing/clients").status_code == 200
    assert code(holder.post("/billing/clients", json=a_client())) == (403, "FORBIDDEN")
    office.clock.at = NOON + timedelta(hours=1)
    assert code(holder.get("/billing/clients")) == (401, "UNAUTHENTICATED")
    lasting = admin.post("/billing/tokens", json={"name": "shop"}).json()
    holder = bearer(office.app, lasting["secret"])
    assert holder.get("/billing/clients").status_code == 200
    assert admin.post(f"/billing/tokens/{lasting['tokenId']}/revoke").status_code == 200
    assert code(holder.get("/billing/clients")) == (401, "UNAUTHENTICATED")
    assert code(admin.post("/billing/tokens", json={**body, "expiresAt": NOON.isoformat()})) == (400, "INVALID_REQUEST")
    listed = admin.get("/billing/tokens").text
    assert lasting["secret"] not in listed
    assert "secret" not in listed.lower()
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        kept = session.execute(select(ApiToken.__table__)).all()
        assert lasting["secret"] not in repr(kept), "only its hash is kept"


@pytest.mark.parametrize("given", [
    "Bearer", "Bearer ", "bearer bh_", "Basic YWRhOng=", "Token {}", "{}", "Bearer {}x", "Bearer {} x", "Bearer\t{}",
    "Bearer ,{}", "Bearer ' OR ''='",
])  # fmt: skip
def test_what_is_no_token_is_nobody(here: Office, given: str) -> None:
    answer = stranger(here).get("/billing/clients", headers={"Authorization": given.format(here.new_token())})
    assert code(answer) == (401, "UNAUTHENTICATED")


def test_a_bad_token_is_not_made_good_by_a_cookie(here: Office) -> None:
    browser = console(here.app, EMAIL)
    answer = browser.get("/billing/clients", headers={"Authorization": "Bearer bh_wrong"})
    assert code(answer) == (401, "UNAUTHENTICATED")


def test_a_token_never_exceeds_its_maker(arrange: Arrange) -> None:
    office = arrange()
    mine = ["billing:token:manage", "billing:invoice:view"]
    maker = bearer(office.app, office.new_token(permissions=mine))
    assert maker.post("/billing/tokens", json={"name": "same", "permissions": mine}).status_code == 201
    for wish in ({"permissions": [*mine, "billing:invoice:issue"]}, {"role": "ADMIN"}, {"role": "VIEWER"}, {}):
        assert code(maker.post("/billing/tokens", json={"name": "more", **wish})) == (403, "TOKEN_EXCEEDS_MAKER"), wish
    unknown = maker.post("/billing/tokens", json={"name": "x", "permissions": ["billing:everything"]})
    assert code(unknown) == (400, "UNKNOWN_PERMISSION")


# Idempotency keys


def test_a_key_is_its_actors_own(arrange: Arrange) -> None:
    """Nobody gets another's stored answer, nor learns by a conflict that there is one."""
    office = arrange()
    wave = open_office(office.app, office.runtime, "wave-store")
    key = {"Idempotency-Key": "same for all"}
    first = office.client().post("/billing/clients", json=a_client(name="First"), headers=key)
    colleague = bearer(office.app, office.new_token())
    for other, name in ((colleague, "Second"), (wave.client(), "Third"), (console(office.app, EMAIL), "Fourth")):
        answer = other.post("/billing/clients", json=a_client(name=name), headers=key)
        assert answer.status_code == 201
        assert answer.json()["name"] == name
    region = {"code": "X-1", "name": "X", "country": "US", "rates": []}
    assert office.client().post("/billing/tax-regions", json=region, headers=key).status_code == 201, "another route"
    again = office.client().post("/billing/clients", json=a_client(name="First"), headers=key)
    assert again.json() == first.json()
    assert again.headers["cache-control"] == "no-store"


def test_two_at_once_with_one_key_act_once(arrange: Arrange) -> None:
    office = arrange()
    token = office.new_token()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(
            lambda _: bearer(office.app, token).post(
                "/billing/clients", json=a_client(), headers={"Idempotency-Key": "one"}
            ), range(6),
        ))  # fmt: skip
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    assert len({a.json()["clientId"] for a in answers}) == 1


# Limits, headers, other doors


def test_requests_are_limited_per_token_however_it_is_written(arrange: Arrange) -> None:
    office = arrange(requests_per_minute_per_token=5, requests_per_minute_per_address=10_000)
    token = office.new_token()
    forms = ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {}", "bearer   {}", "Bearer {} "]
    answers = [
        stranger(office, f"192.0.2.{n}").get("/billing/clients", headers={"Authorization": form.format(token)})
        for n, form in enumerate(forms)
    ]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert code(answers[-1]) == (429, "RATE_LIMITED")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 12
    assert bearer(office.app, office.new_token()).get("/billing/clients").status_code == 200


def test_requests_are_limited_per_address_whoever_asks_and_whatever_they_claim(arrange: Arrange) -> None:
    office = arrange(requests_per_minute_per_address=5)
    for number in range(5):
        headers = {"X-Forwarded-For": f"198.51.100.{number}", "Authorization": f"Bearer bh_{number}"}
        assert stranger(office).get("/billing/clients", headers=headers).status_code == 401
    forged = {"X-Forwarded-For": "198.51.100.77", "X-Real-IP": "198.51.100.78", "Forwarded": "for=198.51.100.79"}
    assert code(stranger(office).get("/billing/clients", headers=forged)) == (429, "RATE_LIMITED")
    assert stranger(office, "192.0.2.77").get("/billing/clients").status_code == 401
    assert stranger(office, "2001:db8::1").get("/healthz").status_code == 200


@pytest.mark.parametrize("proxies", [None, "127.0.0.1"])
def test_a_real_server_believes_a_forwarded_address_only_of_proxies_it_was_told(
    sqlite_url: str, tmp_path: Path, proxies: str | None
) -> None:
    settings = {"requests_per_minute_per_address": "20"} | ({"trusted_proxies": proxies} if proxies else {})
    port = free_port()
    with running(billhead_environment(sqlite_url, tmp_path, **settings), "serve", "--port", str(port), "--no-worker"):
        base = f"http://127.0.0.1:{port}"
        wait_until_ready(base)
        statuses = {
            httpx.get(f"{base}/billing/clients", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
            for number in range(40)
        }
    assert statuses == ({401} if proxies else {401, 429})


def test_the_forwarded_address_does_not_reach_the_throttle(arrange: Arrange) -> None:
    office = arrange(sign_in_attempts=1)
    for number in range(11):
        body = {"email": f"a{number}@example.com", "password": "wrong password"}
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        last = stranger(office).post("/billing/auth/sign-in", json=body, headers=headers)
    assert code(last) == (429, "SIGN_IN_THROTTLED")


def test_every_answer_carries_the_security_headers(here: Office) -> None:
    client = here.client()
    limited = a_client(name="x" * 300)
    for answer in (
        client.get("/billing/clients"), client.get("/"), client.get("/billing/none"), client.get("/metrics"),
        client.post("/billing/clients", json=limited), stranger(here).get("/billing/clients"),
        client.post("/billing/clients", content=b" " * 9_000_000), client.head("/billing/clients"),
    ):  # fmt: skip
        headers = answer.headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] in {"no-store", "no-cache"}
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_a_cache_never_answers_for_another_business_or_an_older_draft(arrange: Arrange) -> None:
    """Both businesses' settings have version 1 under one URL, so an ETag alone must not bring a 304."""
    office = arrange()
    wave = open_office(office.app, office.runtime, "wave-store", currency="EUR")
    tag = office.client().get("/billing/settings").headers["etag"]
    answer = wave.client().get("/billing/settings", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["currency"], answer.headers["etag"]) == (200, "EUR", tag)
    assert answer.headers["cache-control"] == "no-store"


def test_if_match_any_needs_something_there(here: Office) -> None:
    client = here.client()
    made = client.post("/billing/clients", json=a_client()).json()
    path = f"/billing/clients/{made['clientId']}"
    assert client.put(path, json=a_client(name="New"), headers={"If-Match": "*"}).status_code == 200
    nowhere = client.put(f"/billing/clients/{here.tenant_id}", json=a_client(), headers={"If-Match": "*"})
    assert nowhere.status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%2f%2fevil.example", "/billing/clients//"])
def test_nothing_redirects(here: Office, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        answer = here.client().request(method, path, headers={"Host": "evil.example"}, follow_redirects=False)
        assert answer.status_code not in range(300, 400)
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["..%2f..%2fetc%2fpasswd", ".env", "%2e%2e/%2e%2e/pyproject.toml", "assets/../../http.py"]
)
def test_no_file_outside_of_the_console_is_served(here: Office, path: str) -> None:
    answer = here.client().get(f"/{path}")
    assert "root:" not in answer.text
    assert "import " not in answer.text
    assert "[project]" not in answer.text


def test_a_download_is_named_without_surprises(here: Office) -> None:
    """Patterns of numbers come from people; a header cannot be split by one."""
    client = here.client()
    series = client.get("/billing/number-series").json()["items"]
    ordinary = next(s for s in series if s["pattern"].startswith("INV-"))
    body = {"pattern": 'é"\r\nX-Evil: 1;{NNNNNN}', "reset": ordinary["reset"]}
    path = f"/billing/number-series/{ordinary['numberSeriesId']}"
    answer = client.put(path, json=body, headers={"If-Match": f'"{ordinary["etag"]}"'})
    made = client.post("/billing/invoices/draft", json={"workOrderId": ready_to_bill(client)}).json()
    issued = client.post(f"/billing/invoices/{made['invoiceId']}/issue", json={})
    assert issued.status_code == 200, (answer.text, issued.text)
    pdf = client.get(f"/billing/invoices/{made['invoiceId']}/pdf")
    assert pdf.status_code == 200
    assert "x-evil" not in pdf.headers
    assert pdf.headers["content-disposition"].isascii()
    assert "\n" not in pdf.headers["content-disposition"]


@pytest.fixture
def rows(here: Office) -> Iterator[Callable[[], int]]:
    """How many idempotency keys are kept."""

    def count() -> int:
        with here.runtime.database.tenant(here.tenant_id, write=False) as session:
            return int(session.scalar(text("SELECT count(*) FROM idempotency_key")) or 0)

    return count


def test_only_effects_take_room(here: Office, rows: Callable[[], int]) -> None:
    """Strangers, refusals, reads and retries add no row to the kept keys."""
    client, nobody = here.client(), stranger(here)
    for number in range(5):
        key = {"Idempotency-Key": f"k{number}"}
        assert nobody.post("/billing/clients", json=a_client(), headers=key).status_code == 401
        assert client.post("/billing/clients", json={}, headers=key).status_code == 400
        assert client.get("/billing/clients", headers=key).status_code == 200
    assert rows() == 0
    for _ in range(3):
        client.post("/billing/clients", json=a_client(), headers={"Idempotency-Key": "one"})
    assert rows() == 1
