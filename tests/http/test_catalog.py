"""The catalog over HTTP."""

from typing import Any

import pytest

from app import Office
from billhead.access.permissions import Role

BRAKES: dict[str, Any] = {
    "code": "BRK-1",
    "name": "Brake inspection",
    "description": "All four wheels",
    "kind": "LABOR",
    "unit": "hour",
    "prices": [{"currency": "USD", "unitPrice": "9600.000000000001"}],
    "taxable": True,
    "taxCategory": "standard",
    "active": True,
}


def test_the_life_of_a_service(office: Office) -> None:
    client = office.client(Role.ADVISOR)
    made = client.post("/billing/services", json=BRAKES)
    assert made.status_code == 201, made.text
    assert {key: made.json()[key] for key in BRAKES} == BRAKES
    place = f"/billing/services/{made.json()['serviceId']}"
    edited = {**BRAKES, "prices": [{"currency": "EUR", "unitPrice": 12.5}], "active": False}
    assert client.put(place, json=edited).status_code == 428
    changed = client.put(place, json=edited, headers={"If-Match": made.headers["etag"]})
    assert changed.json()["prices"] == [{"currency": "EUR", "unitPrice": "12.5"}]
    assert client.put(place, json=BRAKES, headers={"If-Match": made.headers["etag"]}).status_code == 409
    assert client.get(place).json() == changed.json()
    assert client.get("/billing/services?active=false&text=wheel").json()["items"] == [changed.json()]
    assert client.get("/billing/services?kind=PART").json()["items"] == []
    taken = client.post("/billing/services", json=BRAKES)
    assert (taken.status_code, taken.json()["existingId"]) == (409, made.json()["serviceId"])
    assert client.delete(place).status_code == 204
    assert client.get(place).json()["errorCode"] == "SERVICE_NOT_FOUND"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"code": "", "kind": "X", "unit": "x" * 41}, {"code", "kind", "unit"}),
        ({"description": "x" * 4001, "prices": [{"currency": "USD", "unitPrice": "1e400"}]},
         {"description", "prices[0].unitPrice"}),
        ({"prices": [{"currency": "USD", "unitPrice": "NaN"}, {"unitPrice": True}]},
         {"prices[0].unitPrice", "prices[1].currency", "prices[1].unitPrice"}),
        ({"prices": [{"currency": "ZZZ", "unitPrice": 1}], "taxCategory": "A"}, {"prices[0].currency", "taxCategory"}),
    ],
)  # fmt: skip
def test_bad_input_is_refused_whole(office: Office, fields: dict[str, Any], errors: set[str]) -> None:
    client = office.client()
    answer = client.post("/billing/services", json={**BRAKES, **fields})
    assert answer.status_code == 400, answer.text
    assert answer.json()["fieldErrors"].keys() == errors
    assert client.get("/billing/services").json()["items"] == []


def test_each_fault_says_its_code_beside_its_words(office: Office) -> None:
    prices = [{"currency": "USD", "unitPrice": "-1"}, {"currency": "USD", "unitPrice": "1"}]
    answer = office.client().post("/billing/services", json={**BRAKES, "prices": prices, "taxCategory": "A"})
    codes = {"prices[0].unitPrice": "NEGATIVE", "prices[1].currency": "REPEATED", "taxCategory": "WRONG_FORM"}
    assert (answer.json()["errorCode"], answer.json()["fieldErrorCodes"]) == ("INVALID_SERVICE", codes)
    blank = {"code": "", "name": None, "unit": "x" * 41, "kind": "X", "x": 1, "prices": [{"unitPrice": "a"}]}
    answer = office.client().post("/billing/services", json={**BRAKES, **blank})
    assert answer.json()["fieldErrorCodes"] == {
        "code": "REQUIRED", "name": "REQUIRED", "unit": "TOO_LONG", "kind": "UNKNOWN_CHOICE", "x": "UNKNOWN_FIELD",
        "prices[0].currency": "REQUIRED", "prices[0].unitPrice": "NOT_A_NUMBER",
    }  # fmt: skip
    person = {"name": "Kim", "email": "kim", "password": "short", "role": "VIEWER"}
    codes = {"email": "NOT_AN_EMAIL"}
    assert office.client().post("/billing/users", json=person).json()["fieldErrorCodes"] == codes
    strange = {**person, "email": "kim@northside.org"}
    assert office.client().post("/billing/users", json=strange).json()["fieldErrorCodes"] == {"password": "TOO_SHORT"}


def test_who_may(office: Office, other_office: Office) -> None:
    made = office.client().post("/billing/services", json=BRAKES).json()
    place = f"/billing/services/{made['serviceId']}"
    assert office.client(Role.CASHIER).get(place).status_code == 200
    assert office.client(Role.CASHIER).put(place, json={}).status_code == 403
    assert other_office.client().delete(place).status_code == 404
