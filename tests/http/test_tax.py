"""Tax regions and fee rules over HTTP."""

from typing import Any

import pytest

from app import Office, a_tax_region
from billhead.access.permissions import Role

SUPPLIES: dict[str, Any] = {
    "code": "SHOP-SUPPLIES",
    "name": "Shop supplies",
    "basis": "PERCENT",
    "percent": "5.5",
    "caps": [{"currency": "USD", "amount": 3500}],
    "amounts": [],
    "taxable": True,
    "taxCategory": "standard",
    "appliesTo": ["LABOR", "PART"],
    "validFrom": "2026-01-01",
    "validTo": None,
    "active": True,
}


def test_the_life_of_a_region(office: Office) -> None:
    client = office.client(Role.ACCOUNTANT)
    made = client.post("/billing/tax-regions", json=a_tax_region())
    assert made.status_code == 201, made.text
    place = f"/billing/tax-regions/{made.json()['taxRegionId']}"
    rates = made.json()["rates"]
    assert rates[0]["components"][1] == {"name": "Seattle", "percent": "3.85", "compound": False}
    assert client.get(place).json() == made.json()

    ended = {**rates[0], "validTo": "2026-07-01"}
    coming = {"validFrom": "2026-07-01", "components": [{"name": "WA state", "percent": "6.7"}]}
    body = a_tax_region(rates=[ended, coming])
    assert client.put(place, json=body).status_code == 428
    changed = client.put(place, json=body, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert client.put(place, json=body, headers={"If-Match": made.headers["etag"]}).status_code == 409

    wrong = a_tax_region(rates=[changed.json()["rates"][1]])
    refused = client.put(place, json=wrong, headers={"If-Match": changed.headers["etag"]})
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "TAX_RATE_IN_FORCE")
    assert refused.json()["fieldErrors"] == {"rates": "has begun"}
    corrected = client.put(
        place, json={**wrong, "correctionReason": "Never was one"}, headers={"If-Match": changed.headers["etag"]}
    )
    assert [rate["validFrom"] for rate in corrected.json()["rates"]] == ["2026-07-01"]
    assert client.get("/billing/tax-regions?text=seattle").json()["items"] == [corrected.json()]
    assert client.delete(place).status_code == 204
    assert client.get(place).json()["errorCode"] == "TAX_REGION_NOT_FOUND"


def test_a_region_with_rates_that_have_begun_stays(office: Office) -> None:
    client = office.client()
    made = client.post("/billing/tax-regions", json=a_tax_region()).json()
    refused = client.delete(f"/billing/tax-regions/{made['taxRegionId']}")
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "TAX_REGION_IN_USE")


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"code": " ", "country": "USA", "rates": [{}]},
         {"code", "country", "rates[0].validFrom", "rates[0].components"}),
        ({"rates": [{"validFrom": "soon", "components": [{"name": "A", "percent": "ten"}]}]},
         {"rates[0].validFrom", "rates[0].components[0].percent"}),
        ({"code": "us-wa", "country": "ZZ",
          "rates": [{"validFrom": "2026-01-01", "validTo": "2025-01-01", "components": []},
                    {"validFrom": "2026-01-01", "components": [{"name": "A", "percent": "1001"}]}]},
         {"code", "country", "rates[0].validTo", "rates[0].components", "rates[1].components[0].percent"}),
        ({"correctionReason": "none to correct"}, {"correctionReason"}),
    ],
)  # fmt: skip
def test_bad_regions_are_refused_whole(office: Office, fields: dict[str, Any], errors: set[str]) -> None:
    client = office.client()
    answer = client.post("/billing/tax-regions", json=a_tax_region(**fields))
    assert answer.status_code == 400, answer.text
    assert answer.json()["fieldErrors"].keys() == errors
    assert client.get("/billing/tax-regions").json()["items"] == []


def test_the_life_of_a_fee_rule(office: Office) -> None:
    client = office.client(Role.ACCOUNTANT)
    made = client.post("/billing/fee-rules", json=SUPPLIES)
    assert made.status_code == 201, made.text
    assert {key: made.json()[key] for key in SUPPLIES} == SUPPLIES
    place = f"/billing/fee-rules/{made.json()['feeRuleId']}"
    fixed = {**SUPPLIES, "basis": "FIXED", "percent": None, "caps": [], "appliesTo": [],
             "amounts": [{"currency": "JPY", "amount": -5}]}  # fmt: skip
    assert client.put(place, json=fixed).status_code == 428
    changed = client.put(place, json=fixed, headers={"If-Match": made.headers["etag"]})
    assert {key: changed.json()[key] for key in SUPPLIES} == fixed
    assert client.get(place).json() == changed.json()
    assert client.get("/billing/fee-rules?active=true&text=shop").json()["items"] == [changed.json()]
    assert client.post("/billing/fee-rules", json=SUPPLIES).json()["errorCode"] == "FEE_RULE_CODE_TAKEN"
    assert client.delete(place, headers={"If-Match": '"v1"'}).status_code == 409
    assert client.delete(place).status_code == 204
    assert client.get(place).json()["errorCode"] == "FEE_RULE_NOT_FOUND"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"basis": "SHARE", "appliesTo": ["WORK"], "caps": [{"currency": "USD", "amount": 1.5}]},
         {"basis", "appliesTo[0]", "caps[0].amount"}),
        ({"percent": None, "amounts": [{"currency": "USD", "amount": 1}], "validTo": "2025-01-01"},
         {"percent", "amounts", "validTo"}),
        ({"basis": "FIXED"}, {"percent", "caps", "amounts"}),
    ],
)  # fmt: skip
def test_bad_fee_rules_are_refused_whole(office: Office, fields: dict[str, Any], errors: set[str]) -> None:
    client = office.client()
    answer = client.post("/billing/fee-rules", json={**SUPPLIES, **fields})
    assert answer.status_code == 400, answer.text
    assert answer.json()["fieldErrors"].keys() == errors
    assert client.get("/billing/fee-rules").json()["items"] == []


def test_who_may(office: Office, other_office: Office) -> None:
    region = office.client().post("/billing/tax-regions", json=a_tax_region()).json()
    rule = office.client().post("/billing/fee-rules", json=SUPPLIES).json()
    for place, body in (
        (f"/billing/tax-regions/{region['taxRegionId']}", a_tax_region()),
        (f"/billing/fee-rules/{rule['feeRuleId']}", SUPPLIES),
    ):
        assert office.client(Role.ADVISOR).get(place).status_code == 200
        assert office.client(Role.ADVISOR).put(place, json=body).status_code == 403
        assert office.client(Role.CASHIER).get(place).status_code == 403
        assert other_office.client().get(place).status_code == 404
        assert other_office.client().put(place, json=body, headers={"If-Match": "*"}).status_code == 404
        assert other_office.client().delete(place).status_code == 404
