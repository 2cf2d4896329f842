"""The API is what /openapi.json says: schemathesis against the application, with ids of real things in the paths.

A short sample runs by default; BILLHEAD_TEST_ALL=1 makes it a campaign.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_snake
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from app import Office, a_runtime, console, open_office
from billhead.access.permissions import Role
from billhead.entrypoints.http import create_app
from billhead.entrypoints.openapi import describe_api
from billhead.storage.database import Database
from everything import one_of_everything

CAMPAIGN = bool(os.environ.get("BILLHEAD_TEST_ALL"))
VALID, INVALID = (150, 100) if CAMPAIGN else (6, 4)
ALWAYS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
DOCUMENT = describe_api()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
ENDS_OTHERS = {"DELETE /billing/users/{userId}", "POST /billing/tokens/{tokenId}/revoke"}


class Site:
    """An application with one of everything, and two who may do everything: a token and a person in a browser."""

    def __init__(self, database: Database, folder: Path) -> None:
        runtime = a_runtime(
            database, folder, sign_in_attempts=10**6, requests_per_minute_per_address=10**9,
            requests_per_minute_per_token=10**9,
        )  # fmt: skip
        app = create_app(runtime)
        self.office: Office = open_office(app, runtime, "northside-auto")
        self.office.add_user("boss@example.com", Role.ADMIN)
        self.ids = one_of_everything(self.office)
        self.browser = console(app, "boss@example.com")

    def client(self, by_browser: bool, label: str) -> TestClient:
        """A stranger where signing in or out is tried, so that nobody else is signed out."""
        if label.endswith(("/sign-in", "/sign-out")):
            return TestClient(self.office.app, raise_server_exceptions=False)
        return self.browser if by_browser or "/auth/session" in label else self.office.client()


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One application on SQLite for the whole sample."""
    folder = tmp_path_factory.mktemp("site")
    file = folder / "billhead.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+pysqlite:///{file}")
    yield Site(database, folder)
    database.dispose()


def send(site: Site, case: Case, *, real: bool, by_browser: bool) -> None:
    """Send what was generated, with ids of real things if asked for, and hold the answer against the document."""
    if real and case.operation.label not in ENDS_OTHERS:
        for name in case.path_parameters:
            case.path_parameters[name] = site.ids.get(to_snake(name), case.path_parameters[name])
    client = site.client(by_browser, case.operation.label)
    parts = case.as_transport_kwargs(base_url="http://testserver")
    given_headers = {
        name: str(value).encode("utf-8", "replace")
        for name, value in parts.get("headers", {}).items()
        if name.lower() not in {"authorization", "x-csrf-token", "cookie", "accept-encoding"}
    }
    answer = client.request(
        parts["method"], parts["url"], headers=given_headers, params=parts.get("params"), json=parts.get("json"),
        content=parts.get("data"),
    )  # fmt: skip
    case.validate_response(answer, checks=ALWAYS if real else [*ALWAYS, negative_data_rejection])


def strategy_of(operation: APIOperation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    return operation.as_strategy(generation_mode=mode)


@pytest.mark.parametrize("label", OPERATIONS)
def test_what_the_schema_allows_is_answered_as_it_says(site: Site, label: str) -> None:
    @settings(max_examples=VALID, deadline=None, derandomize=not CAMPAIGN, database=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=strategy_of(OPERATIONS[label], GenerationMode.POSITIVE), real=st.booleans(), by_browser=st.booleans())
    def run(case: Case, real: bool, by_browser: bool) -> None:
        send(site, case, real=real, by_browser=by_browser)

    run()


@pytest.mark.parametrize("label", [name for name, found in OPERATIONS.items() if found.body or found.query])
def test_what_the_schema_forbids_is_refused_as_it_says(site: Site, label: str) -> None:
    @settings(max_examples=INVALID, deadline=None, derandomize=not CAMPAIGN, database=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=strategy_of(OPERATIONS[label], GenerationMode.NEGATIVE), by_browser=st.booleans())
    def run(case: Case, by_browser: bool) -> None:
        send(site, case, real=False, by_browser=by_browser)

    run()


def test_the_document_says_how_to_prove_who_one_is() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]  # type: ignore[index]
    assert {name: (s["type"], s["in"] if "in" in s else s["scheme"]) for name, s in schemes.items()} == {
        "token": ("http", "bearer"), "session": ("apiKey", "cookie"), "csrf": ("apiKey", "header"),
    }  # fmt: skip
    public = set()
    for path, methods in DOCUMENT["paths"].items():  # type: ignore[attr-defined]
        for method, operation in methods.items():
            if "x-permission" not in operation:
                public.add(path)
                continue
            session = {"session": []} if method == "get" else {"session": [], "csrf": []}
            assert operation["security"] == [{"token": []}, session], (method, path)
    assert public == {
        "/healthz", "/readyz", "/metrics", "/billing/auth/sign-in", "/billing/auth/sign-out", "/billing/auth/session",
        "/billing/auth/session/tenant",
    }  # fmt: skip


def test_the_document_names_the_shared_headers_and_the_error_shape() -> None:
    for path, methods in DOCUMENT["paths"].items():  # type: ignore[attr-defined]
        for method, operation in methods.items():
            headers = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header"}
            if method == "post" and "x-permission" in operation:
                assert "Idempotency-Key" in headers, path
            if method == "put" and not path.startswith(("/billing/work-orders/", "/billing/auth/")):
                assert "If-Match" in headers, path
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (path, status)
            assert {"400", "401", "403", "404", "409", "413", "422", "428", "429", "500", "503"} <= set(
                operation["responses"]
            ), path
            for parameter in operation.get("parameters", ()):
                assert parameter["in"] == "header" or "_" not in parameter["name"], (path, parameter["name"])
                assert parameter["in"] != "path" or f"{{{parameter['name']}}}" in path, (path, parameter["name"])


def test_paths_are_written_as_the_billing_guide_writes_them() -> None:
    given = {"/billing/invoices/{invoiceId}", "/billing/invoices/{invoiceId}/issue",
             "/billing/invoices/by-workorder/{workOrderId}"}  # fmt: skip
    assert given <= set(DOCUMENT["paths"])  # type: ignore[call-overload]
