"""Clients over HTTP: the whole life of one, and every kind of bad input."""

from typing import Any
from uuid import uuid4

import pytest

from app import Office, a_client, a_work_order, drafted
from billhead.access.permissions import Role

FULL = {
    "kind": "BUSINESS",
    "name": "Fleet Øst AS",
    "reference": "C-1001",
    "contacts": [{"name": "Kari Nordmann", "role": "Fleet manager", "email": "kari@fleet.example", "phone": "+47 22"}],
    "billingEmail": "billing@fleet.example",
    "billingAddress": {"lines": ["Havnegata 1"], "city": "Oslo", "region": None, "postalCode": "0150", "country": "NO"},
    "locations": [{"name": "Depot", "address": None, "taxRegion": "NO"}],
    "currency": "NOK",
    "locale": "nb-NO",
    "taxTreatment": "EXEMPT",
    "taxReason": "Foreign mission",
    "taxIds": [{"scheme": "no.mva", "value": "NO 995 525 828 MVA"}],
    "pricesIncludeTax": False,
    "taxRegion": "NO",
    "approvalRequired": True,
    "archived": False,
}


def test_the_life_of_a_client(office: Office) -> None:
    client = office.client(Role.ADVISOR)
    made = client.post("/billing/clients", json=FULL)
    assert made.status_code == 201, made.text
    body = made.json()
    place = f"/billing/clients/{body['clientId']}"
    location_id = body["locations"][0]["locationId"]
    normal = {"taxIds": [{"scheme": "no.mva", "value": "995525828MVA"}],
              "locations": [{**FULL["locations"][0], "locationId": location_id}]}  # type: ignore[index]  # fmt: skip
    assert {key: body[key] for key in FULL} == {**FULL, **normal}
    assert made.headers["etag"] == f'"{body["etag"]}"'

    assert client.get(place).json() == body
    edited = {**{key: body[key] for key in FULL}, "name": "Fleet Vest AS", "contacts": []}
    assert client.put(place, json=edited).status_code == 428
    changed = client.put(place, json=edited, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert client.put(place, json=edited, headers={"If-Match": made.headers["etag"]}).status_code == 409
    assert client.get(place).json() == changed.json()

    assert client.delete(place, headers={"If-Match": '"v1"'}).json()["errorCode"] == "STALE_ETAG"
    assert client.delete(place).status_code == 204
    assert client.get(place).json()["errorCode"] == "CLIENT_NOT_FOUND"
    assert client.delete(place).status_code == 404


def test_a_client_in_use_is_archived_and_can_come_back(office: Office) -> None:
    client = office.client()
    invoice = drafted(client)
    place = f"/billing/clients/{invoice['customerAccountId']}"
    archived = client.delete(place)
    assert (archived.status_code, archived.json()["archived"]) == (200, True)
    assert client.get("/billing/clients?archived=false").json()["items"] == []
    body = {key: value for key, value in archived.json().items() if key in FULL}
    back = client.put(place, json={**body, "archived": False}, headers={"If-Match": archived.headers["etag"]})
    assert (back.status_code, back.json()["archived"]) == (200, False)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"kind": "COMPANY", "name": " ", "extra": 1}, {"kind", "name", "extra"}),
        ({"name": "x" * 201, "reference": "x" * 61}, {"name", "reference"}),
        ({"contacts": [{"name": "A"}, {"nam": "B"}]}, {"contacts[1].name", "contacts[1].nam"}),
        ({"contacts": [{"name": "A"}] * 101}, {"contacts"}),
        ({"billingAddress": {"lines": ["1"] * 7, "city": "A", "country": "usa"}},
         {"billingAddress.lines", "billingAddress.country"}),
        ({"locations": [{"locationId": "depot", "name": "Depot"}]}, {"locations[0].locationId"}),
        ({"pricesIncludeTax": "perhaps", "archived": None}, {"pricesIncludeTax", "archived"}),
        (
            {"currency": "ABC", "locale": "English", "billingEmail": "me", "taxReason": "why",
             "taxIds": [{"scheme": "us.ein", "value": "1"}], "contacts": [{"name": "A", "email": "b"}],
             "billingAddress": {"city": "A", "country": "ZZ"},
             "locations": [{"locationId": str(uuid4()), "name": "D"}]},
            {"currency", "locale", "billingEmail", "taxReason", "taxIds[0].value", "contacts[0].email",
             "billingAddress.country", "locations[0].locationId"},
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_whole(office: Office, fields: dict[str, Any], errors: set[str]) -> None:
    client = office.client()
    answer = client.post("/billing/clients", json=a_client(**fields))
    assert answer.status_code == 400, answer.text
    assert answer.json()["fieldErrors"].keys() == errors
    assert client.get("/billing/clients").json() == {"items": [], "next": None}


def test_a_reference_is_taken_once(office: Office) -> None:
    client = office.client()
    made = client.post("/billing/clients", json=a_client(reference="C-1")).json()
    again = client.post("/billing/clients", json=a_client(reference="C-1"))
    assert (again.status_code, again.json()["errorCode"]) == (409, "CLIENT_REFERENCE_TAKEN")
    assert again.json()["existingId"] == made["clientId"]


def test_lists(office: Office, other_office: Office) -> None:
    client = office.client(Role.ADVISOR)
    for name in ("Zoo", "Äpfel", "Auto"):
        client.post("/billing/clients", json=a_client(name=name, kind="CONSUMER" if name == "Zoo" else "BUSINESS"))
    first = client.get("/billing/clients?limit=2").json()
    second = client.get("/billing/clients", params={"limit": 2, "after": first["next"]}).json()
    assert [row["name"] for row in first["items"] + second["items"]] == ["Äpfel", "Auto", "Zoo"]
    assert second["next"] is None
    assert [row["name"] for row in client.get("/billing/clients?text=apf").json()["items"]] == ["Äpfel"]
    assert [row["name"] for row in client.get("/billing/clients?kind=CONSUMER").json()["items"]] == ["Zoo"]
    assert client.get("/billing/clients?after=x").json()["fieldErrors"].keys() == {"after"}
    assert client.get("/billing/clients?limit=201&kind=x").json()["fieldErrors"].keys() == {"limit", "kind"}
    assert other_office.client().get("/billing/clients").json()["items"] == []


def test_who_may(office: Office, other_office: Office) -> None:
    made = office.client().post("/billing/clients", json=a_client()).json()
    place = f"/billing/clients/{made['clientId']}"
    viewer = office.client(Role.VIEWER)
    assert viewer.get(place).status_code == 200
    assert viewer.post("/billing/clients", json={}).status_code == 403
    assert viewer.delete(place).status_code == 403
    stranger = other_office.client()
    assert stranger.get(place).status_code == 404
    assert stranger.put(place, json=a_client(), headers={"If-Match": "*"}).status_code == 404
    theirs = a_work_order(made["clientId"])
    assert stranger.put(f"/billing/work-orders/{uuid4()}", json=theirs).json()["fieldErrors"].keys() == {"clientId"}


def test_the_schemes_of_tax_ids(office: Office) -> None:
    items = office.client(Role.VIEWER).get("/billing/tax-id-schemes").json()["items"]
    assert {"scheme": "us.ein", "name": "EIN, United States"} in items
