"""Permission × tenant × route, generated from the route table: a new route is in it as soon as it exists.

Complete on SQLite. On PostgreSQL pairwise: each route meets one role and one stranger, each role many routes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import a_runtime, bearer, open_office
from billhead.access.permissions import ALL_PERMISSIONS, ROLE_PERMISSIONS, Role
from billhead.entrypoints.http import create_app
from billhead.storage.database import Database
from everything import one_of_everything
from routes import RouteCase, route_cases


class Street:
    """Two businesses of one application, and the ids of one of everything in the first."""

    def __init__(self, database: Database, folder: Path) -> None:
        runtime = a_runtime(database, folder)
        app = create_app(runtime)
        self.home = open_office(app, runtime, "northside-auto")
        self.abroad = open_office(app, runtime, "wave-store")
        self.cases = route_cases(app)
        self.ids = one_of_everything(self.home)
        self.tokens: dict[frozenset[str], TestClient] = {}
        self.strangers: dict[frozenset[str], TestClient] = {}

    def holder(self, permissions: frozenset[str]) -> TestClient:
        """Somebody at home with exactly these permissions."""
        if permissions not in self.tokens:
            secret = self.home.new_token(permissions=sorted(permissions))
            self.tokens[permissions] = bearer(self.home.app, secret)
        return self.tokens[permissions]

    def stranger(self, permissions: frozenset[str]) -> TestClient:
        """Somebody of the other business with exactly these permissions."""
        if permissions not in self.strangers:
            secret = self.abroad.new_token(permissions=sorted(permissions))
            self.strangers[permissions] = bearer(self.abroad.app, secret)
        return self.strangers[permissions]


def call(client: TestClient, case: RouteCase, ids: dict[str, str]) -> tuple[int, str]:
    """Status and error code of a call with an empty body; no such call changes anything that others need."""
    answer = client.request(case.method, case.url(ids), json={} if case.has_body else None)
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    body = answer.json() if is_json and answer.content else {}
    return answer.status_code, body.get("errorCode", "") if isinstance(body, dict) else ""


@pytest.fixture(scope="module")
def street(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Both businesses on SQLite, shared by the whole matrix."""
    folder = tmp_path_factory.mktemp("street")
    file = folder / "billhead.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+pysqlite:///{file}")
    yield Street(database, folder)
    database.dispose()


def protected(street: Street) -> list[RouteCase]:
    """Every route that needs a permission; deletions last, so that the others still find what they ask for."""
    found = [case for case in street.cases if case.permission is not None]
    assert len(found) > 50
    return sorted(found, key=lambda case: (case.method == "DELETE", str(case)))


def test_every_parameter_has_a_real_id(street: Street) -> None:
    missing = {name for case in street.cases for name in case.names} - street.ids.keys()
    assert not missing, f"teach one_of_everything() these: {missing}"


def test_every_permission_of_a_route_is_on_the_table(street: Street) -> None:
    assert {case.permission for case in protected(street)} <= ALL_PERMISSIONS


def test_nobody_gets_in_without_credentials(street: Street) -> None:
    nobody = TestClient(street.home.app, raise_server_exceptions=False)
    forged = bearer(street.home.app, "bh_forged")
    for case in protected(street):
        assert call(nobody, case, street.ids) == (401, "UNAUTHENTICATED"), str(case)
        assert call(forged, case, street.ids) == (401, "UNAUTHENTICATED"), str(case)


def test_every_other_permission_together_is_not_enough(street: Street) -> None:
    for case in protected(street):
        assert case.permission is not None
        client = street.holder(ALL_PERMISSIONS - {case.permission})
        assert call(client, case, street.ids) == (403, "FORBIDDEN"), str(case)


def test_another_tenants_things_are_not_found(street: Street) -> None:
    for case in protected(street):
        assert case.permission is not None
        if case.names:
            status, code = call(street.stranger(frozenset({case.permission})), case, street.ids)
            expected = {400} if case.has_body else set()
            assert status in expected | {404}, (str(case), status, code)


def test_a_stranger_changes_nothing_even_with_a_valid_body(street: Street) -> None:
    home, abroad = street.home.client(), street.abroad.client()
    for path in (f"/billing/clients/{street.ids['client_id']}", "/billing/settings"):
        body = home.get(path).json()
        tag = f'"{body["etag"]}"'
        fields = {k: v for k, v in body.items() if k not in {"clientId", "etag", "createdAt", "updatedAt", "tenantId"}}
        answer = abroad.put(path, json=fields | {"name": "Taken over"}, headers={"If-Match": tag})
        assert answer.status_code in (404, 200), answer.text
        assert home.get(path).json() == body
    reason = {"reason": "not yours"}
    assert abroad.post(f"/billing/invoices/{street.ids['invoice_id']}/void", json=reason).status_code == 404
    assert home.get(f"/billing/invoices/{street.ids['invoice_id']}").json()["status"] == "ISSUED"


def test_lists_show_nothing_of_another_tenant(street: Street) -> None:
    home_ids = set(street.ids.values()) - {"1", "invoice"}
    for case in protected(street):
        if case.method == "GET" and not case.names:
            text = street.abroad.client().request("GET", case.path).text
            assert not [i for i in home_ids if i in text], str(case)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_rows_say_and_no_more(street: Street, role: Role) -> None:
    client = street.holder(ROLE_PERMISSIONS[role])
    for case in protected(street):
        if case.method == "DELETE" and case.permission in ROLE_PERMISSIONS[role]:
            continue
        status, _ = call(client, case, street.ids)
        allowed = case.permission in ROLE_PERMISSIONS[role]
        assert (status != 403) == allowed, (str(case), status)
        assert status < 500, (str(case), status)


def test_exactly_the_permission_is_enough(street: Street) -> None:
    """Runs last: it also deletes."""
    for case in protected(street):
        assert case.permission is not None
        status, code = call(street.holder(frozenset({case.permission})), case, street.ids)
        assert status not in (401, 403), (str(case), status, code)
        assert status < 500, (str(case), status, code)


@pytest.mark.postgresql
def test_the_matrix_pairwise_on_postgresql(postgresql_database: Database, tmp_path: Path) -> None:
    street = Street(postgresql_database, tmp_path)
    roles = list(Role)
    for place, case in enumerate(protected(street)):
        assert case.permission is not None
        permissions = ROLE_PERMISSIONS[roles[place % len(roles)]]
        if case.method != "DELETE":
            status, _ = call(street.holder(permissions), case, street.ids)
            assert (status != 403) == (case.permission in permissions), (str(case), status)
        if case.names:
            status, _ = call(street.stranger(frozenset({case.permission})), case, street.ids)
            assert status in ({400, 404} if case.has_body else {404}), (str(case), status)
