"""Lists of drafts: the day's dates and rates, and clients in the order of the alphabet."""

from datetime import timedelta

from app import Office, a_client, a_tax_region, a_work_order, drafted, issued
from billhead.entrypoints.worker import BackgroundWork
from billhead.invoices.business_days import BusinessDays
from billhead.storage.ids import new_id


def test_lists_follow_the_calendar(office: Office) -> None:
    client = office.client()
    region = a_tax_region()
    components = [{"name": "State", "percent": "20"}]
    (now,) = region["rates"]  # type: ignore[misc]
    rates = [{**now, "validTo": "2026-03-03"}, {"validFrom": "2026-03-03", "components": components}]
    assert client.post("/billing/tax-regions", json={**region, "rates": rates}).status_code == 201
    frozen = issued(client)
    before = drafted(client)
    days = BusinessDays(office.runtime)
    assert days.begin() == 0
    office.clock.at += timedelta(days=1)
    assert days.begin() == 1
    assert days.begin() == 0
    background = BackgroundWork(office.runtime)
    background.worker.run_until_idle()
    listed = {row["invoiceId"]: row for row in client.get("/billing/invoices").json()["items"]}
    draft, old = listed[before["invoiceId"]], listed[frozen["invoiceId"]]
    assert (before["invoiceDate"], before["dueDate"], before["grandTotal"]) == ("2026-03-02", "2026-04-01", 32002)
    assert (draft["invoiceDate"], draft["dueDate"], draft["grandTotal"]) == ("2026-03-03", "2026-04-02", 34800)
    assert (old["invoiceDate"], old["grandTotal"]) == ("2026-03-02", 32002)
    assert BusinessDays(office.runtime).begin() == 0, "another process finds nothing more to do"


def test_clients_are_sorted_as_people_sort_names(office: Office) -> None:
    client = office.client()
    assert client.post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    names = ["zebra Towing", "Älg Cars", "Yak Rentals", "alpha Fleet", "Éclair Vans"]
    for name in names:
        made = client.post("/billing/clients", json=a_client(name=name)).json()
        work_order_id = new_id()
        client.put(f"/billing/work-orders/{work_order_id}", json=a_work_order(made["clientId"]))
        draft = client.post("/billing/invoices/draft", json={"workOrderId": str(work_order_id)}).json()
        if name.startswith("Y"):
            assert client.post(f"/billing/invoices/{draft['invoiceId']}/issue", json={}).status_code == 200
    expected = ["Älg Cars", "alpha Fleet", "Éclair Vans", "Yak Rentals", "zebra Towing"]
    found, after = [], ""
    for _ in names:
        page = client.get(f"/billing/invoices?sort=client&direction=asc&limit=1{after}").json()
        found += [row["clientName"] for row in page["items"]]
        after = f"&after={page['next']}"
    assert (found, page["next"]) == (expected, None)
    listed = client.get("/billing/invoices?sort=client&direction=desc").json()["items"]
    assert [row["clientName"] for row in listed] == expected[::-1]


def test_a_renamed_client_moves_in_the_list(office: Office) -> None:
    client = office.client()
    drafted(client)
    made = client.get("/billing/clients").json()["items"][0]
    place = f"/billing/clients/{made['clientId']}"
    etag = client.get(place).headers["etag"]
    assert client.put(place, json=a_client(name="Zorro Ltd"), headers={"If-Match": etag}).status_code == 200
    draft = client.get("/billing/invoices").json()["items"][0]
    done = client.post(f"/billing/invoices/{draft['invoiceId']}/issue", json={}).json()
    assert done["clientName"] == "Zorro Ltd"
    other = issued(client)
    listed = client.get("/billing/invoices?sort=client&direction=asc").json()["items"]
    assert [row["invoiceId"] for row in listed] == [other["invoiceId"], done["invoiceId"]]
