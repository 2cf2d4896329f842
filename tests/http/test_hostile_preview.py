"""Hostile templates and data over HTTP: a preview answers in words, whatever it is given, and the server goes on."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import Office, issued, open_office
from billhead.access.runtime import Runtime
from billhead.entrypoints.http import create_app
from billhead.gateways.render_pool import PoolLimits, RenderPool
from billhead.storage.database import Database
from layout.builders import a_repeat, a_template, a_text, literal, path
from layout.fuzz import CaseMaker
from scopes import a_runtime

PREVIEW = "/billing/templates/preview"


def sent(office: Office, template: object, data: object) -> tuple[int, dict[str, object]]:
    """Status and body of a preview of JSON as Python writes it: with NaN and Infinity where they are."""
    answer = office.client().post(
        PREVIEW,
        content=json.dumps({"template": template, "data": data}).encode(),
        headers={"Content-Type": "application/json"},
    )
    return answer.status_code, answer.json()


def test_any_template_over_any_data_is_answered(office: Office) -> None:
    for number in range(40):
        case = CaseMaker(number).case()
        data = case.data if isinstance(case.data, dict) else {"v": case.data}
        status, body = sent(office, case.template, data)
        assert status in (200, 400, 413), (number, body)
        if status == 200:
            assert "<script" not in str(body["html"]).lower()
            assert not any("<script" in str(page).lower() for page in body["pages"])  # type: ignore[union-attr]


@pytest.mark.parametrize("depth", [60, 190, 400, 900, 100_000])
def test_deep_json_is_answered(office: Office, depth: int) -> None:
    client = office.client()
    for place in ("template", "data"):
        deep = '{"a":' * depth + "1" + "}" * depth
        answer = client.post(PREVIEW, content=f'{{"{place}": {deep}}}', headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 400, 413), answer.text


def test_markup_in_data_is_printed_on_screen_and_pages(office: Office) -> None:
    attack = "</p><script>alert(1)</script> ) Tj ("
    status, body = sent(office, a_template(a_text(path("v"))), {"v": attack})
    assert (status, body["success"]) == (200, True)
    assert "&lt;script&gt;" in str(body["html"])


@pytest.fixture
def hasty(database: Database, tmp_path: Path) -> Iterator[Office]:
    """An office whose pages must be drawn in a second and a half."""
    pool = RenderPool(PoolLimits(seconds=1.5, processes=1))
    runtime = replace(a_runtime(database, tmp_path), renderer=pool)
    yield open_office(create_app(runtime), runtime, "hasty")
    pool.close()


def test_a_template_that_takes_too_long_fails_its_preview_and_nothing_else(hasty: Office) -> None:
    text = a_text(literal("word " * 9_000))
    template = a_template(a_repeat("rows", "row", text), collections={"rows": "rows"})
    started = time.monotonic()
    status, body = sent(hasty, template, {"rows": [{}] * 500})
    assert time.monotonic() - started < 15
    assert status == 200
    assert body["phases"] == {
        "shape": {"state": "passed"}, "render": {"state": "failed"}, "verify": {"state": "skipped"}
    }  # fmt: skip
    assert [found["code"] for found in body["diagnostics"]] == ["RENDERING_TOO_LONG"]  # type: ignore[union-attr,index]
    assert hasty.client().get("/billing/clients").status_code == 200


def test_pages_of_an_invoice_are_refused_in_words_when_they_cannot_be_drawn(database: Database, tmp_path: Path) -> None:
    pool = RenderPool(PoolLimits(seconds=0.001))
    runtime: Runtime = replace(a_runtime(database, tmp_path), renderer=pool)
    office = open_office(create_app(runtime), runtime, "slow")
    client = office.client()
    address = f"/billing/invoices/{issued(client)['invoiceId']}"
    for form in ("pdf", "html", "pages", "pages/1.svg"):
        answer = client.get(f"{address}/{form}")
        assert (answer.status_code, answer.json()["errorCode"]) == (413, "RENDERING_TOO_LONG")
    assert client.get(address).status_code == 200
    assert not pool.process_ids
