"""The list of work orders knows what was invoiced."""

from app import Office, drafted, issued, ready_to_bill


def test_what_is_not_invoiced_yet_is_found(office: Office) -> None:
    client = office.client()
    waiting = ready_to_bill(client)
    draft, done, gone = drafted(client), issued(client), issued(client)
    again = drafted(client)
    assert client.delete(f"/billing/invoices/{again['invoiceId']}").status_code == 204
    assert client.post(f"/billing/invoices/{gone['invoiceId']}/void", json={"reason": "wrong"}).status_code == 200

    def ids(query: str) -> set[object]:
        answer = client.get(f"/billing/work-orders?{query}")
        assert answer.status_code == 200, answer.text
        return {row["workOrderId"] for row in answer.json()["items"]}

    assert ids("invoiced=false") == {waiting, again["workOrderId"]}
    assert ids("invoiced=true") == {draft["workOrderId"], done["workOrderId"], gone["workOrderId"]}
    assert len(ids("")) == 5
    assert client.get("/billing/overview").json()["readyWorkOrders"] == 2


def test_the_filter_holds_from_page_to_page(office: Office) -> None:
    client = office.client()
    waiting = {ready_to_bill(client) for _ in range(3)}
    drafted(client)
    found, after = set(), ""
    while True:
        page = client.get(f"/billing/work-orders?invoiced=false&limit=1{after}").json()
        found |= {row["workOrderId"] for row in page["items"]}
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == waiting
