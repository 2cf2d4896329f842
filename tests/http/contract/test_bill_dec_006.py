"""BILL-DEC-006: billing rules are saved under ETag and If-Match, over real HTTP semantics on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from httpx import Response
from starlette.testclient import TestClient

from app import Office, a_client

RULES: dict[str, object] = {
    "isPoRequired": False, "paymentTermsId": "NET15", "invoiceDeliveryMethod": "PORTAL",
    "invoiceGroupingStrategy": "SINGLE_INVOICE",
}  # fmt: skip


def an_account(client: TestClient) -> str:
    return f"/billing/rules/{client.post('/billing/clients', json=a_client()).json()['clientId']}"


def told(answer: Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("errorCode")


def test_bill_dec_006_get_of_an_unconfigured_account_is_404(office: Office) -> None:
    client = office.client()
    assert told(client.get(an_account(client))) == (404, "BILLING_RULES_NOT_CONFIGURED")


def test_bill_dec_006_get_returns_rules_and_etag_header(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    client.put(path, json=RULES)
    found = client.get(path)
    assert (found.status_code, found.headers["etag"]) == (200, f'"{found.json()["etag"]}"')
    assert found.json().items() >= RULES.items()
    assert found.json().keys() >= {"accountId", "etag", "updatedAt", "updatedByUserId"}


def test_bill_dec_006_put_without_if_match_creates_only_when_absent(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    assert client.put(path, json=RULES).status_code == 201
    assert told(client.put(path, json={**RULES, "isPoRequired": True})) == (428, "IF_MATCH_REQUIRED")
    assert client.get(path).json()["isPoRequired"] is False


def test_bill_dec_006_put_with_the_etag_read_updates(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    tag = client.put(path, json=RULES).headers["etag"]
    changed = client.put(path, json={**RULES, "isPoRequired": True}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["isPoRequired"]) == (200, True)
    assert changed.headers["etag"] != tag
    assert client.get(path).json() == changed.json()


def test_bill_dec_006_put_with_a_stale_etag_is_409(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    stale = client.put(path, json=RULES).headers["etag"]
    client.put(path, json={**RULES, "isPoRequired": True}, headers={"If-Match": stale})
    assert told(client.put(path, json=RULES, headers={"If-Match": stale})) == (409, "STALE_ETAG")
    assert client.get(path).json()["isPoRequired"] is True


def test_bill_dec_006_put_with_if_match_on_an_unconfigured_account_is_409(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    for tag in ('"v1"', "*"):
        assert told(client.put(path, json=RULES, headers={"If-Match": tag})) == (409, "STALE_ETAG")
    assert client.get(path).status_code == 404


def test_bill_dec_006_upsert_is_idempotent(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    first = client.put(path, json=RULES)
    office.clock.at += timedelta(hours=1)
    again = client.put(path, json=RULES, headers={"If-Match": first.headers["etag"]})
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(client.get(f"{path}/history").json()["items"]) == 1


def test_bill_dec_006_of_two_with_the_same_etag_one_wins(office: Office) -> None:
    client = office.client()
    path = an_account(client)

    def save(days: int, headers: dict[str, str]) -> tuple[int, str | None]:
        body = {**RULES, "paymentTermsId": "CUSTOM", "customTermsDays": days}
        return told(client.put(path, json=body, headers=headers))

    with ThreadPoolExecutor(2) as both:
        created = sorted(both.map(save, (1, 2), ({}, {})))
        assert created == [(201, None), (428, "IF_MATCH_REQUIRED")]
        for version in range(1, 6):
            tag = {"If-Match": f'"v{version}"'}
            assert sorted(both.map(save, (10 * version, 10 * version + 1), (tag, tag))) == [
                (200, None), (409, "STALE_ETAG"),
            ]  # fmt: skip
    assert len(client.get(f"{path}/history").json()["items"]) == 6
