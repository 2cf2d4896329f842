"""Templates over HTTP: the store, files in and out unchanged, previews, and the documents printed with them."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import Office, a_client, drafted, issued
from billhead.access.permissions import Role
from billhead.layout.catalog import CATALOGS
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from billhead.storage.ids import new_id
from billhead.templates.rules import template_text, text_hash
from billhead.templates.samples import SAMPLES

Json = dict[str, Any]
VECTORS = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "vectors"
CODES = [standard.code for standard in STANDARD_TEMPLATES]


def a_template(words: str = "House", version: int = 1) -> Json:
    """A template that prints these words and the invoice's number."""
    return {
        "kind": "invoice-template-ast", "version": version, "metadata": {"templateName": f"{words} style"},
        "styles": {"classes": {"z": {"color": "#ff0000"}, "a": {"color": "#0000ff"}}},
        "bindings": {"values": {"number": {"id": "number", "kind": "value", "path": "invoiceNumber"}}},
        "layout": {
            "id": "root", "type": "document",
            "children": [
                {"id": "words", "type": "text", "content": {"type": "literal", "value": words}},
                {"id": "number", "type": "field", "binding": {"bindingId": "number"}},
            ],
        },
    }  # fmt: skip


def made(client: TestClient, words: str = "House", kind: str = "invoice") -> Json:
    """A saved template."""
    answer = client.post("/billing/templates", json={"name": words, "kind": kind, "template": a_template(words)})
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def previewed(client: TestClient, **body: object) -> Json:
    answer = client.post("/billing/templates/preview", json=body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def states(preview: Json) -> tuple[str, str, str]:
    phases = preview["phases"]
    return phases["shape"]["state"], phases["render"]["state"], phases["verify"]["state"]


def test_the_life_of_a_template(office: Office) -> None:
    client = office.client()
    body = made(client)
    path = f"/billing/templates/{body['templateId']}"
    assert (body["version"], body["isStandard"], body["isDefault"], body["findings"]) == (1, False, False, [])
    assert body["contentHash"] == text_hash(template_text(a_template()))
    found = client.get(path)
    assert (found.json(), found.headers["etag"]) == (body, '"v1"')

    change = {"name": "Castle", "template": a_template("Castle")}
    saved = client.put(path, json=change, headers={"If-Match": '"v1"'})
    assert (saved.status_code, saved.json()["version"], saved.headers["etag"]) == (200, 2, '"v2"')
    versions = client.get(f"{path}/versions").json()["items"]
    assert [(v["version"], v["contentHash"]) for v in versions] == [
        (2, saved.json()["contentHash"]), (1, body["contentHash"]),
    ]  # fmt: skip
    assert client.get(f"{path}/export", params={"version": 1}).json() == a_template()
    assert client.get(f"{path}/export", params={"version": 3}).status_code == 404

    default = client.post(f"{path}/default").json()
    assert (default["templateId"], default["isDefault"]) == (body["templateId"], True)
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    rows = client.get("/billing/templates", params={"kind": "invoice"}).json()["items"]
    assert [row["templateId"] for row in rows if row["isDefault"]] == ["standard-default"]


def test_a_standard_template_is_edited_as_a_copy(office: Office) -> None:
    client = office.client()
    body = {"name": "Mine", "template": a_template()}
    refused = client.put("/billing/templates/standard-detailed", json=body, headers={"If-Match": '"v1"'})
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "TEMPLATE_READ_ONLY")
    assert client.delete("/billing/templates/standard-detailed").status_code == 409
    copy = client.post("/billing/templates/standard-detailed/clone", json={}).json()
    assert (copy["name"], copy["basedOn"]) == ("Copy of Detailed Template", "standard-detailed")
    path = f"/billing/templates/{copy['templateId']}"
    assert client.put(path, json=body, headers={"If-Match": '"v1"'}).status_code == 200


@pytest.mark.parametrize("code", CODES)
def test_a_file_comes_back_as_it_was(office: Office, code: str) -> None:
    client = office.client()
    kind = next(standard.kind for standard in STANDARD_TEMPLATES if standard.code == code)
    exported = client.get(f"/billing/templates/{code}/export")
    assert exported.headers["content-disposition"] == f'attachment; filename="{code}.json"'
    assert exported.json() == standard_source(code)
    imported = client.post("/billing/templates/import", params={"kind": kind}, content=exported.content,
                           headers={"Content-Type": "application/json"})  # fmt: skip
    assert imported.status_code == 201, imported.text
    body = imported.json()
    assert body["name"] == standard_source(code)["metadata"]["templateName"]  # type: ignore[index]
    again = client.get(f"/billing/templates/{body['templateId']}/export")
    assert again.content == exported.content
    assert client.get(f"/billing/templates/{code}").json()["contentHash"] == body["contentHash"]


def vectors() -> list[tuple[str, Json]]:
    """The templates of the conformance cases, where that folder is there; else one of our own."""
    if not VECTORS.is_dir():
        return [("own", a_template())]
    return [
        (f"{file.stem}-{case['id']}", case["ast"])
        for file in sorted(VECTORS.glob("*.json"))
        for case in json.loads(file.read_text())
        if isinstance(case, dict) and isinstance(case.get("ast"), dict)
    ]


def test_files_of_others_come_back_as_they_were(office: Office) -> None:
    client, imported = office.client(), 0
    for name, source in vectors():
        is_valid = client.post("/billing/templates/validate", json={"template": source}).json()["valid"]
        answer = client.post("/billing/templates/import", json=source)
        assert answer.status_code == (201 if is_valid else 400), (name, answer.text)
        if is_valid:
            imported += 1
            path = f"/billing/templates/{answer.json()['templateId']}"
            exported = client.get(f"{path}/export").text
            assert exported == json.dumps(source, ensure_ascii=False, separators=(",", ":")), name
            assert client.delete(path).status_code == 204
    assert imported


def test_every_finding_of_a_bad_file_is_told_and_nothing_saved(office: Office) -> None:
    client = office.client()
    bad = a_template() | {"surprise": 1}
    bad["layout"]["children"][0].pop("content")
    answer = client.post("/billing/templates/import", json=bad)
    assert (answer.status_code, answer.json()["reasonCode"]) == (400, "TEMPLATE_INVALID")
    assert set(answer.json()["fieldErrors"]) == {"body", "layout.children.0.content"}
    findings = client.post("/billing/templates/validate", json={"template": bad}).json()
    assert not findings["valid"]
    assert {(f["severity"], f["path"]) for f in findings["findings"]} == {
        ("error", ""), ("error", "layout.children.0.content"),
    }  # fmt: skip
    assert all(finding["code"] for finding in findings["findings"])
    assert not [row for row in client.get("/billing/templates").json()["items"] if not row["isStandard"]]


def test_warnings_are_told_and_saved(office: Office) -> None:
    client, source = office.client(), a_template()
    source["layout"]["style"] = {"inline": {"width": "12 parsecs"}}
    answer = client.post("/billing/templates/import", json=source, params={"name": "Far"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], [f["severity"] for f in body["findings"]]) == ("Far", ["warning"])
    assert client.get(f"/billing/templates/{body['templateId']}").json()["findings"] == body["findings"]


def test_a_template_over_the_limit_is_refused(office: Office) -> None:
    source = a_template()
    source["bindings"]["values"] |= {
        f"v{n}": {"id": f"v{n}", "kind": "value", "path": "x" * 1000} for n in range(1100)
    }  # fmt: skip
    answer = office.client().post("/billing/templates/import", json=source)
    assert (answer.status_code, answer.json()["errorCode"]) == (413, "TEMPLATE_TOO_LARGE")


def test_a_document_is_printed_with_the_clients_template_else_the_businesss(office: Office) -> None:
    client = office.client()
    invoice = drafted(client)
    client_id = client.get(f"/billing/invoices/{invoice['invoiceId']}").json()["customerAccountId"]
    path = f"/billing/invoices/{invoice['invoiceId']}"
    assert "House" not in client.get(f"{path}/html").text
    client.post(f"/billing/templates/{made(client, 'House')['templateId']}/default")
    assert "House" in client.get(f"{path}/html").text
    theirs = made(client, "Theirs")
    assigned = client.put(f"/billing/clients/{client_id}/templates/invoice", json={"templateId": theirs["templateId"]})
    assert (assigned.status_code, assigned.headers["etag"]) == (201, '"v1"')
    html = client.get(f"{path}/html").text
    assert "Theirs" in html
    assert "House" not in html
    preview = previewed(client, invoiceId=invoice["invoiceId"])
    assert (preview["templateId"], states(preview)) == (theirs["templateId"], ("passed", "passed", "passed"))
    assert client.delete(f"/billing/clients/{client_id}/templates/invoice").status_code == 204
    assert client.get(f"/billing/clients/{client_id}/templates/invoice").status_code == 404
    assert "House" in client.get(f"{path}/html").text


def test_an_issued_invoice_keeps_its_version_of_the_template(office: Office) -> None:
    client = office.client()
    template = made(client, "House")
    path = f"/billing/templates/{template['templateId']}"
    client.post(f"{path}/default")
    invoice_path = f"/billing/invoices/{issued(client)['invoiceId']}"
    before = client.get(f"{invoice_path}/pdf").content
    change = {"name": "House", "template": a_template("Castle")}
    assert client.put(path, json=change, headers={"If-Match": '"v1"'}).status_code == 200
    assert client.delete(path).status_code == 204
    assert client.get(f"{invoice_path}/pdf").content == before
    html = client.get(f"{invoice_path}/html").text
    assert "House" in html
    assert "Castle" not in html
    preview = previewed(client, invoiceId=invoice_path.rpartition("/")[2])
    assert (preview["templateId"], preview["sourceHash"]) == (None, template["contentHash"])
    assert states(preview) == ("passed", "passed", "passed")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind}-{sample.name}")
def test_a_preview_over_each_sample(office: Office, sample: Any) -> None:
    preview = previewed(office.client(), kind=sample.kind, sample=sample.name, locale="de-DE", currency="EUR")
    assert preview["success"], preview["diagnostics"]
    assert preview["templateId"] in CODES
    assert len(preview["pages"]) == preview["pageCount"] >= 1
    assert all(page.startswith("<svg") for page in preview["pages"])
    assert preview["html"].startswith("<!doctype html>")
    by_location = sample.name == "by-location"
    assert ("by-location" in preview["templateId"]) == by_location


def test_a_preview_tells_what_is_wrong_phase_by_phase(office: Office) -> None:
    client = office.client()
    bad = previewed(client, template={"kind": "?"})
    assert (bad["success"], states(bad), bad["html"], bad["pages"]) == (
        False, ("failed", "skipped", "skipped"), None, [],
    )  # fmt: skip
    source = a_template()
    source["layout"]["children"][1]["binding"]["bindingId"] = "nobody"
    missing = previewed(client, template=source, data={})
    found = {(d["kind"], d["severity"], d["code"], d["nodeId"], d["path"]) for d in missing["diagnostics"]}
    assert ("evaluation", "warning", "MISSING_BINDING", "number", "layout.children.1") in found
    assert missing["sourceHash"] == text_hash(template_text(source))


def test_a_preview_is_asked_for_one_thing_at_a_time(office: Office) -> None:
    client = office.client()
    cases: list[tuple[Json, set[str]]] = [
        ({"template": {}, "templateId": "standard-default"}, {"templateId"}),
        ({"sample": "standard", "data": {}}, {"data"}),
        ({"sample": "standard", "data": {}, "invoiceId": str(new_id())}, {"data", "invoiceId"}),
        ({"invoiceId": str(new_id()), "kind": "quote"}, {"kind"}),
        ({"sample": "no-such"}, {"sample"}),
        ({"templateId": "standard-quote-default"}, {"templateId"}),
    ]
    for body, fields in cases:
        answer = client.post("/billing/templates/preview", json=body)
        assert (answer.status_code, set(answer.json()["fieldErrors"])) == (400, fields), body
    assert client.post("/billing/templates/preview", json={"invoiceId": str(new_id())}).status_code == 404
    assert client.post("/billing/templates/preview", json={"templateId": str(new_id())}).status_code == 404


def test_own_data_is_json_of_a_modest_size(office: Office) -> None:
    client, json_type = office.client(), {"Content-Type": "application/json"}
    words = {"items": [{"description": "x" * 1000, "total": 1}] * 1100}
    large = client.post("/billing/templates/preview", json={"data": words})
    assert (large.status_code, large.json()["errorCode"]) == (413, "PREVIEW_DATA_TOO_LARGE")
    odd = client.post("/billing/templates/preview", content=b'{"data": {"total": NaN}}', headers=json_type)
    assert (odd.status_code, set(odd.json()["fieldErrors"])) == (400, {"data"})
    own = previewed(client, data={"invoiceNumber": "X-77", "subtotal": 1250}, currency="JPY")
    assert "X-77" in own["html"]
    assert "¥1,250" in own["html"]


def test_a_preview_saves_nothing_and_needs_leave_to_see_the_invoice(office: Office) -> None:
    from app import bearer

    admin = office.client()
    invoice = drafted(admin)
    only = bearer(office.app, office.new_token(permissions=["billing:template:view"]))
    assert only.post("/billing/templates/preview", json={"sample": "standard"}).status_code == 200
    assert only.post("/billing/templates/preview", json={"invoiceId": invoice["invoiceId"]}).status_code == 403
    viewer = office.client(Role.VIEWER)
    assert viewer.post("/billing/templates/preview", json={"invoiceId": invoice["invoiceId"]}).status_code == 200
    assert viewer.post("/billing/templates", json={}).status_code == 403


def test_a_preview_changes_nothing_and_needs_no_key(office: Office) -> None:
    client, key = office.client(), {"Idempotency-Key": "try-1"}
    first = client.post("/billing/templates/preview", json={}, headers=key)
    again = client.post("/billing/templates/preview", json={}, headers=key)
    assert (first.status_code, again.content) == (200, first.content)
    assert "idempotent-replayed" not in again.headers, "no transaction is opened to write"
    assert client.post("/billing/templates/preview", json={}, headers={"Idempotency-Key": ""}).status_code == 400


def test_the_fields_that_a_template_can_bind(office: Office) -> None:
    client = office.client(Role.CASHIER)
    for kind, catalog in CATALOGS.items():
        body = client.get("/billing/meta/template-fields", params={"kind": kind}).json()
        assert [value["id"] for value in body["values"]] == [value.id for value in catalog.values]
        assert [entry["id"] for entry in body["collections"]] == [entry.id for entry in catalog.collections]
        assert body["samples"]
    invoice = client.get("/billing/meta/template-fields", params={"kind": "invoice"}).json()
    labels = {value["id"]: (value["label"], value["category"]) for value in invoice["values"]}
    assert labels["recurringServicePeriodLabel"] == ("Recurring Service Period", "Invoice")
    columns = {column["path"] for column in invoice["collections"][0]["columns"]}
    assert {"servicePeriodStart", "servicePeriodEnd", "billingTiming"} <= columns
    assert client.get("/billing/meta/template-fields", params={"kind": "letter"}).status_code == 400
    assert client.get("/billing/meta/template-fields").status_code == 400


def test_an_assignment_is_changed_with_its_etag(office: Office) -> None:
    client = office.client()
    client_id = client.post("/billing/clients", json=a_client()).json()["clientId"]
    path = f"/billing/clients/{client_id}/templates/quote"
    first = client.put(path, json={"templateId": "standard-quote-detailed"})
    assert first.status_code == 201, first.text
    own = client.get(f"/billing/templates/{first.json()['templateId']}").json()
    assert own["basedOn"] == "standard-quote-detailed"
    other = {"templateId": made(client, "Other", "quote")["templateId"]}
    assert client.put(path, json=other).status_code == 428
    assert client.put(path, json=other, headers={"If-Match": '"v7"'}).status_code == 409
    second = client.put(path, json=other, headers={"If-Match": '"v1"'})
    assert (second.status_code, second.json()["etag"]) == (200, "v2")
    assert client.get(path).json() == second.json()
    wrong = client.put(path, json={"templateId": "standard-default"}, headers={"If-Match": '"v2"'})
    assert (wrong.status_code, set(wrong.json()["fieldErrors"])) == (400, {"templateId"})
    unknown = f"/billing/clients/{new_id()}/templates/quote"
    assert client.put(unknown, json=other).json()["errorCode"] == "CLIENT_NOT_FOUND"
    assert client.delete(path, headers={"If-Match": '"v1"'}).status_code == 409
    assert client.delete(path, headers={"If-Match": '"v2"'}).status_code == 204
