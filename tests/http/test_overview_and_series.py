"""The start page's sums, and number series that cannot get in each other's way."""

from sqlalchemy import text

from app import Office, issued

HUGE = 2**62


def test_sums_beyond_64_bits_are_exact(office: Office) -> None:
    client = office.client()
    for _ in range(3):
        issued(client)
    with office.runtime.database.tenant(office.tenant_id, write=True) as session:
        session.execute(text("UPDATE invoice SET balance_due = :huge"), {"huge": HUGE + 1})
    (standing,) = client.get("/billing/overview").json()["standings"]
    assert (standing["outstanding"], standing["overdue"]) == (3 * (HUGE + 1), 0)


def test_two_series_cannot_give_the_same_number(office: Office) -> None:
    client = office.client()
    series = {row["code"]: row for row in client.get("/billing/number-series").json()["items"]}
    orders = series["ORDER_RECORD"]
    place = f"/billing/number-series/{orders['numberSeriesId']}"
    for pattern in ("INV-{NNNNNN}", "INV-{NN}", "INV-{YYYY}{NNNN}"):
        refused = client.put(
            place, json={"pattern": pattern, "reset": "NEVER"}, headers={"If-Match": f'"{orders["etag"]}"'}
        )
        assert (refused.status_code, refused.json()["errorCode"]) == (400, "INVALID_NUMBER_PATTERN")
        assert refused.json()["fieldErrorCodes"] == {"pattern": "TAKEN"}
    kept = client.get(place).json()
    assert kept == orders
    changed = client.put(
        place, json={"pattern": "ORD-{NNNNNN}", "reset": "NEVER"}, headers={"If-Match": f'"{orders["etag"]}"'}
    )
    assert changed.status_code == 200, changed.text
    same = client.put(
        place, json={"pattern": "ORD-{NNNN}", "reset": "NEVER"}, headers={"If-Match": changed.headers["etag"]}
    )
    assert same.status_code == 200, "a series is not in its own way"
