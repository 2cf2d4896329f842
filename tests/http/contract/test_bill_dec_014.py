"""Errors of payments: codes and general words for everybody, what was really said for few (BILL-DEC-014)."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app import Office, bearer, open_office
from billhead.access.permissions import Role
from billhead.entrypoints.http import create_app
from billhead.gateways.payouts import HttpPayouts
from billhead.payables.rules import ERROR_TEXTS, PostingErrorCode
from billhead.storage.database import Database
from scopes import a_runtime
from small_server import Server, serve_answers
from vendors import PAYMENTS, PayoutGateway, a_bill, a_vendor, paid, tell, the_payment, work

SECRET = "Traceback: IBAN DE02120300000000202051 of ledger-db-7 refused"
OWN_CODE = "ACCT-202051"


@pytest.fixture
def failed(office: Office) -> str:
    """A payment that accounting did not post, for reasons full of secrets."""
    client = office.client()
    payment = paid(client, a_vendor(client))
    work(office)
    tell(client, payment, "payout-confirmation", status="SUCCEEDED")
    work(office)
    error = {"code": OWN_CODE, "detail": SECRET}
    told = tell(client, payment, "gl-acknowledgement", status="FAILED", error=error)
    assert told.status_code == 200, told.text
    return payment


def clerk(office: Office) -> TestClient:
    """Somebody who may see payments and act on them, but not why they failed."""
    permissions = ["billing:ap:payment:view", "billing:ap:payment:execute", "billing:ap:gl:acknowledge"]
    return bearer(office.app, office.new_token(permissions=permissions))


def assert_clean(told: str) -> None:
    assert not [word for word in (SECRET, OWN_CODE, "IBAN", "202051", "Traceback", "ledger-db") if word in told]


def test_bill_dec_014_everybody_sees_a_code_and_general_words(office: Office, failed: str) -> None:
    client = clerk(office)
    body = the_payment(client, failed)
    summary = body["postingErrorSummary"]
    assert (body["status"], summary["code"]) == ("GL_POST_FAILED", "GL_REJECTED")
    assert summary["text"] == ERROR_TEXTS[PostingErrorCode.GL_REJECTED]
    assert summary.keys() == {"code", "text", "correlationId"}
    assert body["postingErrorDetail"] is None
    assert_clean(json.dumps(body))
    for path in (PAYMENTS, f"{PAYMENTS}/by-ref/{body['paymentRef']}"):
        assert_clean(client.get(path).text)
    assert client.get(PAYMENTS).json()["items"][0]["postingErrorSummary"] == summary
    again = tell(client, failed, "gl-acknowledgement", status="FAILED", error={"code": OWN_CODE, "detail": SECRET})
    assert again.status_code == 200
    assert_clean(again.text)


def test_bill_dec_014_the_detail_needs_its_permission(office: Office, failed: str) -> None:
    told = the_payment(office.client(Role.ACCOUNTANT), failed)
    assert told["postingErrorDetail"] == f"{OWN_CODE}: {SECRET}"
    assert "postingErrorDetail" not in office.client().get(PAYMENTS).json()["items"][0]
    permissions = ["billing:ap:payment:view", "billing:posting-error:detail:view"]
    auditor = bearer(office.app, office.new_token(permissions=permissions))
    assert the_payment(auditor, failed)["postingErrorDetail"] == f"{OWN_CODE}: {SECRET}"
    only_detail = bearer(office.app, office.new_token(permissions=["billing:posting-error:detail:view"]))
    assert only_detail.get(f"{PAYMENTS}/{failed}").status_code == 403


def test_bill_dec_014_a_known_code_keeps_its_words(office: Office) -> None:
    client = office.client()
    for error in (code for code in PostingErrorCode if code not in {"GL_REJECTED"}):
        payment = paid(client, a_vendor(client))
        work(office)
        told = tell(client, payment, "payout-confirmation", status="FAILED", error={"code": error, "detail": SECRET})
        assert told.json()["postingErrorSummary"]["code"] == error
        assert told.json()["postingErrorSummary"]["text"] == ERROR_TEXTS[error]
        assert told.json()["postingErrorDetail"] == SECRET


def test_bill_dec_014_nothing_of_it_is_in_events_audit_and_logs(
    office: Office, failed: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        tell(office.client(), failed, "gl-acknowledgement", status="FAILED", error={"detail": SECRET})
    assert_clean(caplog.text + "".join(capsys.readouterr()))
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        for table in ("outbox_event", "audit_entry", "idempotency_key"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert_clean(repr(rows))


def test_bill_dec_014_posting_clears_the_error(office: Office, failed: str) -> None:
    told = tell(office.client(), failed, "gl-acknowledgement", status="POSTED").json()
    assert (told["status"], told["postingErrorSummary"], told["postingErrorDetail"]) == ("GL_POSTED", None, None)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as running:
        yield running


def test_bill_dec_014_a_gateways_words_are_kept_from_most(
    database: Database, tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    runtime = a_runtime(database, tmp_path, payouts=HttpPayouts(server.url, token="t", timeout_seconds=2))
    office = open_office(create_app(runtime), runtime, "northside-auto")
    told = {"state": "FAILED", "errorCode": OWN_CODE, "detail": f"{SECRET}\x00\ud800" + "x" * 5_000}
    server.answers = [PayoutGateway(told=told)]
    vendor_id = a_vendor(office.client())
    a_bill(office.client(), vendor_id)
    payment = paid(office.client(), vendor_id)
    with caplog.at_level(logging.DEBUG):
        work(office)
    assert_clean(caplog.text)
    shown = the_payment(clerk(office), payment)
    assert (shown["status"], shown["postingErrorSummary"]["code"]) == ("GATEWAY_FAILED", "GATEWAY_REFUSED")
    assert_clean(json.dumps(shown))
    detail = the_payment(office.client(), payment)["postingErrorDetail"]
    assert detail.startswith(f"{OWN_CODE}: {SECRET}  xxx")
    assert len(detail) == 2_000
