"""Pages of invoices over HTTP: made once, kept for ever, drawn from what was frozen, grouped by location."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import obstore
import pytest
from obstore.store import LocalStore
from sqlalchemy import select
from starlette.testclient import TestClient

from app import Office, a_client, a_line, a_snapshot, a_tax_region, a_work_order, drafted, issued, open_office
from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.entrypoints.http import create_app
from billhead.invoices.tables import InvoiceRendition
from billhead.layout.standard import standard_source
from billhead.storage.blobs import BlobStore
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.tables import table_of
from billhead.templates.queries import find_kept_text
from scopes import a_runtime


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    """A runtime whose blobs are files, so that some can be lost."""
    made = a_runtime(database, tmp_path)
    folder = tmp_path / "blobs"
    return Runtime(
        **{name: getattr(made, name) for name in made.__slots__ if name != "blobs"},
        blobs=BlobStore(LocalStore(folder, mkdir=True), folder),
    )


@pytest.fixture
def office(runtime: Runtime) -> Office:
    """A tenant behind an application whose blobs are files."""
    return open_office(create_app(runtime), runtime, "northside-auto")


def lose_blobs(runtime: Runtime) -> None:
    """Delete every blob."""
    store = LocalStore(runtime.settings.data_dir / "blobs")
    for blob in list(runtime.blobs.list_blobs()):
        obstore.delete(store, f"{blob.sha256[:2]}/{blob.sha256}")


def renditions(office: Office) -> list[str]:
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        return list(session.scalars(select(table_of(InvoiceRendition).c.sha256)))


def test_many_first_downloads_at_once_make_one_pdf(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{issued(client)['invoiceId']}/pdf"
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: client.get(path), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    (content,) = {answer.content for answer in answers}
    digest = sha256(content).hexdigest()
    assert {answer.headers["etag"] for answer in answers} == {f'"{digest}"'}
    assert renditions(office) == [digest]
    assert [blob.sha256 for blob in office.runtime.blobs.list_blobs()].count(digest) == 1


def test_a_lost_pdf_is_made_again_with_the_same_bytes(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{issued(client)['invoiceId']}/pdf"
    first = client.get(path)
    lose_blobs(office.runtime)
    again = client.get(path)
    assert (again.status_code, again.content) == (200, first.content)
    assert office.runtime.blobs.get(sha256(first.content).hexdigest()) == first.content


def test_drafts_are_drawn_anew_and_never_kept(office: Office) -> None:
    client = office.client()
    answer = client.get(f"/billing/invoices/{drafted(client)['invoiceId']}/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert "etag" not in answer.headers
    assert renditions(office) == []


def own_template(client: TestClient, words: str) -> dict[str, object]:
    """A template of one's own, with these words, that is the default."""
    source = standard_source("standard-default")
    root = source["layout"]
    assert isinstance(root, dict)
    root["children"] = [
        {"id": "words", "type": "text", "content": {"type": "literal", "value": words}}, *root["children"]
    ]  # fmt: skip
    made = client.post("/billing/templates", json={"name": "Ours", "kind": "invoice", "template": source})
    assert made.status_code == 201, made.text
    body: dict[str, object] = made.json()
    assert client.post(f"/billing/templates/{body['templateId']}/default").status_code == 200
    return body


def test_an_issued_invoice_keeps_its_template_when_the_blob_is_lost(office: Office) -> None:
    client = office.client()
    template = own_template(client, "Bicycles since 1971")
    path = f"/billing/invoices/{issued(client)['invoiceId']}"
    page = client.get(f"{path}/html").text
    assert "Bicycles since 1971" in page
    assert client.delete(f"/billing/templates/{template['templateId']}").status_code in (204, 409)
    lose_blobs(office.runtime)
    assert client.get(f"{path}/html").text == page
    assert template["contentHash"] in {blob.sha256 for blob in office.runtime.blobs.list_blobs()}


def test_a_shipped_template_comes_back_when_its_blob_is_lost(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{issued(client)['invoiceId']}"
    page = client.get(f"{path}/html").text
    lose_blobs(office.runtime)
    for form in ("html", "pages", "pages/1.svg", "pdf"):
        assert client.get(f"{path}/{form}").status_code == 200
    assert client.get(f"{path}/html").text == page


@pytest.mark.parametrize("template", ["standard-default", "standard-of-old", "01a1fe78-b8dd-7170-94e4-24d1d11bb9e1"])
def test_nothing_but_what_was_issued_stands_in_for_a_lost_template(office: Office, template: str) -> None:
    with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
        assert find_kept_text(scope, template, 1, "0" * 64) is None


def two_depots(client: TestClient) -> tuple[str, str, str]:
    """A client with two depots: its id and theirs."""
    address = {
        "lines": ["1401 NW Leary Way"],
        "city": "Seattle",
        "region": "WA",
        "postalCode": "98107",
        "country": "US",
    }
    made = client.post(
        "/billing/clients",
        json=a_client(locations=[{"name": "Ballard depot", "address": address}, {"name": "Bellevue depot"}]),
    ).json()
    first, second = (place["locationId"] for place in made["locations"])
    return made["clientId"], first, second


def drawn_by_location(office: Office, **report: object) -> str:
    """The page of a new draft for work at the depots of one client."""
    client = office.client()
    work_order_id = str(new_id())
    reported = client.put(f"/billing/work-orders/{work_order_id}", json=report)
    assert reported.status_code == 201, reported.text
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    return str(client.get(f"/billing/invoices/{draft['invoiceId']}/html").text)


def test_an_invoice_for_two_locations_is_printed_by_location(office: Office) -> None:
    client = office.client()
    client_id, first, second = two_depots(client)
    lines = [a_line(lineId="1"), a_line(lineId="2", description="Oil change", locationId=second)]
    report = a_work_order(client_id, locationId=first, snapshot=a_snapshot(lines=lines))
    page = drawn_by_location(office, **report)
    places = [page.index(words) for words in ("Ballard depot", "1401 NW Leary Way", "Front brake job",
                                              "Bellevue depot", "Oil change")]  # fmt: skip
    assert places == sorted(places)


def test_an_invoice_for_one_location_is_not(office: Office) -> None:
    client_id, first, _ = two_depots(office.client())
    assert "Ballard depot" not in drawn_by_location(office, **a_work_order(client_id, locationId=first))


def test_the_locations_of_an_issued_invoice_stay_when_the_client_moves(office: Office) -> None:
    client = office.client()
    client.post("/billing/tax-regions", json=a_tax_region())
    client_id, first, second = two_depots(client)
    lines = [a_line(lineId="1", locationId=first), a_line(lineId="2", locationId=second)]
    work_order_id = str(new_id())
    client.put(f"/billing/work-orders/{work_order_id}", json=a_work_order(client_id, snapshot=a_snapshot(lines=lines)))
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    path = f"/billing/invoices/{draft['invoiceId']}"
    assert client.post(f"{path}/issue", json={}).status_code == 200
    page = client.get(f"{path}/html").text
    answer = client.get(f"/billing/clients/{client_id}")
    body = {name: value for name, value in answer.json().items() if name in a_client()} | {"locations": []}
    moved = client.put(f"/billing/clients/{client_id}", json=body, headers={"If-Match": answer.headers["etag"]})
    assert moved.status_code == 200, moved.text
    assert "Bellevue depot" in page
    assert client.get(f"{path}/html").text == page


def test_a_place_that_only_the_work_order_knows_goes_by_its_name(office: Office) -> None:
    client_id, first, _ = two_depots(office.client())
    lines = [a_line(lineId="1"), a_line(lineId="2", description="Oil change", locationId=first)]
    report = a_work_order(client_id, locationId=str(new_id()), locationName="Roadside, I-5",
                          snapshot=a_snapshot(lines=lines))  # fmt: skip
    page = drawn_by_location(office, **report)
    assert page.index("Roadside, I-5") < page.index("Ballard depot")
