"""One of everything in a business, and a valid body for every route that takes one.

Matrices over the route table are generated from these; a new route without a row here fails them.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pyotp

from app import (
    PASSWORD,
    Office,
    a_client,
    a_snapshot,
    a_tax_region,
    a_work_order,
    console,
    drafted,
    issued,
    ready_to_bill,
)
from billhead.access.permissions import Role
from billhead.access.scope import open_system_scope
from billhead.storage.ids import new_id
from billhead.webhooks.deliveries import record_attempt, take_next
from billhead.webhooks.rules import Outcome
from vendors import a_bill, a_vendor, bill_body, paid, payment_body, tell, the_payment
from vendors import work as do_payables

_WEIGHTS = count(1)
SERVICE = {"code": "OIL", "name": "Oil change", "kind": "SERVICE", "unit": "each", "prices": [], "taxable": True}
FEE = {"code": "SHOP", "name": "Shop supplies", "basis": "PERCENT", "percent": "6", "validFrom": "2024-01-01"}


def one_of_everything(office: Office) -> dict[str, str]:
    """The id of something real for every parameter that a path can have."""
    client = office.client()
    invoice = issued(client)
    series = client.get("/billing/number-series").json()["items"][0]
    service = client.post("/billing/services", json=SERVICE)
    fee = client.post("/billing/fee-rules", json=FEE)
    assert (service.status_code, fee.status_code) == (201, 201), (service.text, fee.text)
    token = client.post("/billing/tokens", json={"name": "to be revoked"}).json()
    template = _a_template_call(office)
    client_id = _client_template_call(office).ids["client_id"]
    run = client.post("/billing/issue-runs", json={"invoiceIds": [drafted(client)["invoiceId"]]}).json()
    webhook_id = _a_webhook(office)
    payment = paid(client, a_vendor(client))
    return {
        "account_id": _billing_rules_call(office).ids["account_id"],
        "bill_id": a_bill(client, a_vendor(client)),
        "billing_payment_id": payment,
        "checkout_id": _a_checkout(office),
        "client_id": client_id,
        "fee_rule_id": fee.json()["feeRuleId"],
        "delivery_id": _a_delivery(office, webhook_id),
        "font_id": _a_font(office),
        "invoice_id": str(invoice["invoiceId"]),
        "kind": "invoice",
        "number": "1",
        "payment_ref": str(the_payment(client, payment)["paymentRef"]),
        "run_id": run["issueRunId"],
        "series_id": series["numberSeriesId"],
        "service_id": service.json()["serviceId"],
        "tax_region_id": client.get("/billing/tax-regions").json()["items"][0]["taxRegionId"],
        "template_id": template.ids["template_id"],
        "token_id": token["tokenId"],
        "user_id": str(office.add_user("colleague@example.com", Role.CASHIER)),
        "webhook_id": webhook_id,
        "vendor_id": a_vendor(client),
        "work_order_id": str(invoice["workOrderId"]),
    }


@dataclass(frozen=True, slots=True)
class Call:
    """What a route is called with so that it succeeds: the ids in its path, and its body (None: it takes none)."""

    ids: dict[str, str]
    body: object
    etag: str | None = None


def _contact() -> dict[str, object]:
    return {"name": "Ada Berg", "email": "ada@ballardfreight.example", "phone": "+1 206 555 0100", "role": "AP"}


def _a_full_client(**fields: object) -> dict[str, object]:
    return a_client(
        contacts=[_contact()],
        locations=[{"name": "Depot", "address": a_client()["billingAddress"], "taxRegion": "US-WA-SEATTLE"}],
        taxIds=[], reference=f"C-{new_id().hex[-12:].upper()}", currency="USD", locale="en-US", taxTreatment="STANDARD",
        taxReason=None, pricesIncludeTax=False, taxRegion="US-WA-SEATTLE", approvalRequired=True, archived=False,
        **fields,
    )  # fmt: skip


def _a_full_service() -> dict[str, object]:
    prices = [{"currency": "USD", "unitPrice": "4500.5"}]
    return {
        **SERVICE,
        "code": f"S-{new_id().hex[-12:].upper()}",
        "description": "With filter",
        "prices": prices,
        "active": True,
    }


def _a_full_fee() -> dict[str, object]:
    caps = [{"currency": "USD", "amount": 5000}]
    return {
        **FEE, "code": f"F-{new_id().hex[-12:].upper()}", "caps": caps, "amounts": [], "taxable": True,
        "appliesTo": ["PART"], "validTo": "2030-12-31", "active": True,
    }  # fmt: skip


def _a_full_work_order(client_id: str) -> dict[str, object]:
    discounts = [{"kind": "PERCENT", "value": "10"}]
    lines = [{
        "lineId": "1", "kind": "LABOR", "description": "Brake job", "quantity": "2", "unitPrice": "14500",
        "taxable": True, "taxRegion": "US-WA-SEATTLE", "discounts": discounts,
    }]  # fmt: skip
    artifact = {
        "artifactRefId": str(new_id()), "type": "PHOTO", "displayName": "Brakes.jpg", "contentType": "image/jpeg",
        "sizeBytes": 4821, "createdAt": "2026-03-01T10:00:00Z",
    }  # fmt: skip
    return a_work_order(
        client_id, vehicleId=str(new_id()), locationId=str(new_id()), locationName="Northside",
        estimate={"estimateId": str(new_id()), "estimateVersionId": str(new_id())}, artifactRefs=[artifact],
        approvals=[{"approvalId": str(new_id()), "approvedAt": "2026-03-01T10:00:00Z", "method": "SIGNATURE"}],
        completedAt="2026-03-02T11:00:00Z", snapshot=a_snapshot(lines=lines, createdAt="2026-03-02T11:00:00Z"),
        upstreamTotals={"grandTotal": 1},
    )  # fmt: skip


def _settings(office: Office) -> Call:
    body = office.client().get("/billing/settings").json()
    return Call({}, {k: v for k, v in body.items() if k not in {"tenantId", "etag"}}, body["etag"])


def _series(office: Office) -> Call:
    found = office.client().get("/billing/number-series").json()["items"][0]
    body = {"pattern": found["pattern"], "reset": found["reset"]}
    return Call({"series_id": found["numberSeriesId"]}, body, found["etag"])


def _made(office: Office, path: str, body: dict[str, object], name: str, wire_name: str) -> Call:
    answer = office.client().post(path, json=body)
    assert answer.status_code == 201, answer.text
    return Call({name: answer.json()[wire_name]}, body, answer.json()["etag"])


def _person() -> str:
    return f"person-{new_id().hex[-12:]}@example.com"


def _member(office: Office) -> Call:
    user_id = office.add_user(_person(), Role.CASHIER)
    return Call({"user_id": str(user_id)}, {"role": "ADVISOR"}, "v1")


def _draft_call(office: Office, body: object) -> Call:
    return Call({"invoice_id": str(drafted(office.client())["invoiceId"])}, body)


def _issued_call(office: Office, body: object) -> Call:
    return Call({"invoice_id": str(issued(office.client())["invoiceId"])}, body)


def _void_call(office: Office) -> Call:
    call = _issued_call(office, None)
    path = f"/billing/invoices/{call.ids['invoice_id']}/void"
    assert office.client().post(path, json={"reason": "wrong client"}).status_code == 200
    return call


def _token(office: Office) -> Call:
    made = office.client().post("/billing/tokens", json={"name": "to be revoked"}).json()
    return Call({"token_id": made["tokenId"]}, None)


def _new_token(office: Office) -> Call:
    body = {"name": "till", "permissions": ["billing:invoice:view"], "role": None, "expiresAt": "2030-01-01T00:00:00Z"}
    return Call({}, body)


def _a_region() -> dict[str, object]:
    region = a_tax_region(code=f"R-{new_id().hex[-12:].upper()}")
    (rate,) = region["rates"]  # type: ignore[misc]
    components = [component | {"compound": False} for component in rate["components"]]
    return region | {"rates": [rate | {"components": components, "taxCategory": "standard", "validFrom": "2029-01-01"}]}


def _fee_call(office: Office) -> Call:
    return _made(office, "/billing/fee-rules", _a_full_fee(), "fee_rule_id", "feeRuleId")


def _client_call(office: Office) -> Call:
    return _made(office, "/billing/clients", _a_full_client(), "client_id", "clientId")


def _work_order_call(office: Office) -> Call:
    client_id = office.client().post("/billing/clients", json=a_client()).json()["clientId"]
    return Call({"work_order_id": str(new_id())}, _a_full_work_order(client_id))


def _sign_in(office: Office) -> Call:
    email = _person()
    office.add_user(email, Role.VIEWER)
    return Call({}, {"email": email, "password": "correct horse battery"})


def _elevate(office: Office) -> Call:
    email = _person()
    office.add_user(email, Role.ACCOUNTANT)
    body = {"action": "PO_OVERRIDE", "resourceId": str(new_id()), "approver": email, "proof": "PASSWORD"}
    return Call({}, body | {"secret": PASSWORD})


def _totp_code(office: Office) -> Call:
    """A code of a seed that was just begun, for the person who does everything in these tests."""
    begun = console(office.app, "boss@example.com").post("/billing/auth/totp", json={"password": PASSWORD})
    seed = begun.json()["seed"]
    return Call({}, {"code": pyotp.TOTP(seed).at(office.clock.at)})


def _po_account(office: Office) -> str:
    """A client whose invoices need a purchase order."""
    account_id = str(office.client().post("/billing/clients", json=a_client()).json()["clientId"])
    rules = _billing_rules() | {"poFormatRegex": None}
    saved = office.client().put(f"/billing/rules/{account_id}", json=rules)
    assert saved.status_code == 201, saved.text
    return account_id


def _intent(office: Office) -> dict[str, object]:
    account_id = _po_account(office)
    return {"accountId": account_id, "workOrderId": None, "locationId": None, "amount": 20000, "currency": "USD"}


def _a_checkout(office: Office) -> str:
    """A checkout that was begun and is not settled."""
    checkout_id = str(new_id())
    begun = office.client().post(f"/billing/checkout/{checkout_id}/evaluate", json=_intent(office))
    assert begun.status_code == 200, begun.text
    return checkout_id


def _po_override(office: Office) -> Call:
    checkout_id, tokens = _a_checkout(office), []
    for approver in (_elevate(office), _elevate(office)):
        assert isinstance(approver.body, dict)
        body = approver.body | {"resourceId": checkout_id}
        tokens.append(office.client().post("/billing/auth/elevate", json=body).json())
    names = ("elevationToken", "secondElevationToken")
    confirmed = {name: token["elevationToken"] for name, token in zip(names, tokens, strict=True)}
    return Call({"checkout_id": checkout_id}, confirmed | {"reasonCode": "EMERGENCY", "reasonNote": "fleet waits"})


def _a_template() -> dict[str, object]:
    """The smallest template that prints something."""
    return {
        "kind": "invoice-template-ast", "version": 1, "metadata": {"templateName": "House style"},
        "bindings": {"values": {"number": {"id": "number", "kind": "value", "path": "invoiceNumber"}}},
        "layout": {
            "id": "root", "type": "document",
            "children": [{"id": "number", "type": "field", "binding": {"bindingId": "number"}}],
        },
    }  # fmt: skip


def _a_template_call(office: Office) -> Call:
    body = {"name": "House style", "template": _a_template()}
    made = office.client().post("/billing/templates", json=body | {"kind": "invoice"})
    assert made.status_code == 201, made.text
    return Call({"template_id": made.json()["templateId"]}, body, made.json()["etag"])


def _client_template_call(office: Office) -> Call:
    client_id = office.client().post("/billing/clients", json=a_client()).json()["clientId"]
    ids = {"client_id": client_id, "kind": "invoice"}
    body = {"templateId": _a_template_call(office).ids["template_id"]}
    made = office.client().put(f"/billing/clients/{client_id}/templates/invoice", json=body)
    assert made.status_code == 201, made.text
    return Call(ids, body, made.json()["etag"])


def _billing_rules() -> dict[str, object]:
    reprints = {"maxReprints": 3, "windowDays": 30, "reasonCodeRequired": True, "elevationRequiredAfter": 1}
    return {
        "isPoRequired": True, "paymentTermsId": "CUSTOM", "customTermsDays": 45, "invoiceDeliveryMethod": "PORTAL",
        "invoiceGroupingStrategy": "PER_VEHICLE", "poFormatRegex": "PO-[0-9]{6}", "poUniquenessScope": "LOCATION",
        "overrideAllowed": True, "overrideRequiresSecondApprover": True, "overrideReasonCodeRequired": False,
        "partialPaymentsAllowed": False, "approvalRequired": True, "estimateBindingRequired": False,
        "reprintPolicy": reprints, "creditLimit": {"amount": 250_000, "currency": "USD"},
    }  # fmt: skip


def _billing_rules_call(office: Office) -> Call:
    client_id = office.client().post("/billing/clients", json=a_client()).json()["clientId"]
    made = office.client().put(f"/billing/rules/{client_id}", json=_billing_rules())
    assert made.status_code == 201, made.text
    return Call({"account_id": client_id}, _billing_rules(), made.json()["etag"])


def _font_body() -> dict[str, object]:
    """Another weight each time: a business has one font of each."""
    data = bytearray((Path(__file__).parent / "layout" / "fonts" / "NotoSansThai-subset.ttf").read_bytes())
    entry = data.index(b"OS/2")
    weight = int.from_bytes(data[entry + 8 : entry + 12], "big") + 4
    data[weight : weight + 2] = next(_WEIGHTS).to_bytes(2, "big")
    return {"file": base64.b64encode(data).decode()}


def _a_font(office: Office) -> str:
    made = office.client().post("/billing/fonts", json=_font_body())
    assert made.status_code == 201, made.text
    return str(made.json()["fontId"])


def _webhook() -> dict[str, object]:
    """At an address that needs no look-up; nothing is sent without a worker."""
    wanted = ["billhead.invoice.*", "billhead.client.created"]
    return {"url": "https://1.1.1.1/hooks", "eventTypes": wanted, "description": "The books", "active": True}


def _webhook_call(office: Office) -> Call:
    """One that is there already, if there is: a business has only some."""
    for known in office.client().get("/billing/webhooks").json()["items"]:
        return Call({"webhook_id": known["webhookId"]}, _webhook(), known["etag"])
    return _made(office, "/billing/webhooks", _webhook(), "webhook_id", "webhookId")


def _a_webhook(office: Office) -> str:
    return _webhook_call(office).ids["webhook_id"]


def _a_delivery(office: Office, webhook_id: str) -> str:
    made = office.client().post(f"/billing/webhooks/{webhook_id}/test")
    assert made.status_code == 202, made.text
    return str(made.json()["deliveryId"])


def _sent_delivery(office: Office) -> Call:
    """A test that was sent, and failed at once: its host is a private one by then."""
    webhook_id, sender = _a_webhook(office), new_id()
    delivery_id = _a_delivery(office, webhook_id)
    with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
        while parcel := take_next(scope, UUID(webhook_id), sender, timedelta(minutes=1)):
            record_attempt(scope, parcel, Outcome(1, error="PRIVATE_ADDRESS"), 0.0)
    return Call({"webhook_id": webhook_id, "delivery_id": delivery_id}, None)


def _accounts(office: Office) -> Call:
    body = {"receivables": "1200", "revenue": "4000", "fees": "4100", "taxPayable": "2200"}
    return Call({}, body, office.client().get("/billing/accounting/accounts").json()["etag"])


def _a_full_vendor() -> dict[str, object]:
    return {
        "name": "Cascade Parts Supply", "reference": f"V-{new_id().hex[-12:]}", "email": "ar@cascade.example",
        "address": a_client()["billingAddress"], "archived": False,
    }  # fmt: skip


def _bill_call(office: Office) -> Call:
    return Call({"vendor_id": a_vendor(office.client())}, bill_body(description="Brake pads, March"))


def _payment_call(office: Office) -> Call:
    vendor_id = a_vendor(office.client())
    return Call({}, payment_body(vendor_id, bills={a_bill(office.client(), vendor_id): 10_000}))


def _settled_payment(office: Office, *, failed_posting: bool = False) -> str:
    """A payment that accounting was asked to post, and did not if so wanted."""
    payment = _sent_payment(office)
    assert tell(office.client(), payment, "payout-confirmation", status="SUCCEEDED").status_code == 200
    do_payables(office)
    if failed_posting:
        assert tell(office.client(), payment, "gl-acknowledgement", status="FAILED").status_code == 200
    return payment


def _sent_payment(office: Office) -> str:
    """A payment that waits for a person's word."""
    payment = paid(office.client(), a_vendor(office.client()))
    do_payables(office)
    return payment


VALID_CALLS: dict[str, Callable[[Office], Call]] = {
    "POST /billing/auth/sign-in": _sign_in,
    "POST /billing/auth/sign-out": lambda office: Call({}, None),
    "PUT /billing/auth/session/tenant": lambda office: Call({}, {"tenantId": str(office.tenant_id)}),
    "POST /billing/auth/elevate": _elevate,
    "PUT /billing/auth/pin": lambda office: Call({}, {"pin": "4711", "password": PASSWORD}),
    "POST /billing/auth/totp": lambda office: Call({}, {"password": PASSWORD}),
    "POST /billing/auth/totp/confirm": _totp_code,
    "POST /billing/checkout/{checkout_id}/evaluate": lambda office: Call(
        {"checkout_id": str(new_id())}, _intent(office)
    ),
    "POST /billing/checkout/{checkout_id}/po": lambda office: Call(
        {"checkout_id": _a_checkout(office)}, {"poNumber": f"PO-{new_id().hex[-8:]}"}
    ),
    "POST /billing/checkout/{checkout_id}/po-override": _po_override,
    "POST /billing/users": lambda office: Call(
        {}, {"email": _person(), "name": "New Person", "password": "a long passphrase", "role": "CASHIER"}
    ),
    "PUT /billing/users/{user_id}": _member,
    "POST /billing/tokens": _new_token,
    "POST /billing/tokens/{token_id}/revoke": _token,
    "PUT /billing/settings": _settings,
    "PUT /billing/number-series/{series_id}": _series,
    "POST /billing/clients": lambda office: Call({}, _a_full_client()),
    "PUT /billing/clients/{client_id}": _client_call,
    "POST /billing/services": lambda office: Call({}, _a_full_service()),
    "PUT /billing/services/{service_id}": lambda office: _made(
        office, "/billing/services", _a_full_service(), "service_id", "serviceId"
    ),
    "POST /billing/tax-regions": lambda office: Call({}, _a_region()),
    "PUT /billing/tax-regions/{tax_region_id}": lambda office: _made(
        office, "/billing/tax-regions", _a_region(), "tax_region_id", "taxRegionId"
    ),
    "POST /billing/fee-rules": lambda office: Call({}, _a_full_fee()),
    "PUT /billing/fee-rules/{fee_rule_id}": _fee_call,
    "PUT /billing/work-orders/{work_order_id}": _work_order_call,
    "POST /billing/invoices/draft": lambda office: Call({}, {"workOrderId": ready_to_bill(office.client())}),
    "POST /billing/invoices/{invoice_id}/issue": lambda office: _draft_call(office, {"elevationToken": "none"}),
    "POST /billing/invoices/{invoice_id}/void": lambda office: _issued_call(office, {"reason": "wrong client"}),
    "POST /billing/invoices/{invoice_id}/rebill": _void_call,
    "POST /billing/fonts": lambda office: Call({}, _font_body()),
    "POST /billing/templates": lambda office: Call(
        {}, {"name": "House style", "kind": "invoice", "template": _a_template()}
    ),
    "POST /billing/templates/import": lambda office: Call({}, _a_template()),
    "POST /billing/templates/validate": lambda office: Call({}, {"template": {}}),
    "POST /billing/templates/preview": lambda office: Call(
        {},
        {"templateId": "standard-default", "kind": "invoice", "sample": "empty", "locale": "de-DE", "currency": "EUR"},
    ),
    "PUT /billing/templates/{template_id}": _a_template_call,
    "POST /billing/templates/{template_id}/clone": lambda office: Call(
        _a_template_call(office).ids, {"name": "Another style"}
    ),
    "POST /billing/templates/{template_id}/default": lambda office: Call(_a_template_call(office).ids, None),
    "PUT /billing/clients/{client_id}/templates/{kind}": _client_template_call,
    "PUT /billing/rules/{account_id}": _billing_rules_call,
    "PUT /billing/accounting/accounts": _accounts,
    "POST /billing/webhooks": lambda office: Call({}, _webhook()),
    "PUT /billing/webhooks/{webhook_id}": _webhook_call,
    "POST /billing/webhooks/{webhook_id}/rotate-secret": lambda office: Call(
        {"webhook_id": _a_webhook(office)}, {"graceHours": 1}
    ),
    "POST /billing/webhooks/{webhook_id}/test": lambda office: Call({"webhook_id": _a_webhook(office)}, None),
    "POST /billing/webhooks/{webhook_id}/replay": lambda office: Call(
        {"webhook_id": _a_webhook(office)}, {"since": "2026-03-01T00:00:00Z", "kind": "ALL"}
    ),
    "POST /billing/webhooks/{webhook_id}/deliveries/{delivery_id}/replay": _sent_delivery,
    "POST /billing/ap/vendors": lambda office: Call({}, _a_full_vendor()),
    "PUT /billing/ap/vendors/{vendor_id}": lambda office: _made(
        office, "/billing/ap/vendors", _a_full_vendor(), "vendor_id", "vendorId"
    ),
    "POST /billing/ap/vendors/{vendor_id}/bills": _bill_call,
    "POST /billing/ap/bills/{bill_id}/void": lambda office: Call(
        {"bill_id": a_bill(office.client(), a_vendor(office.client()))}, {"reason": "sent twice"}
    ),
    "POST /billing/ap/payments": _payment_call,
    "POST /billing/ap/payments/{billing_payment_id}/payout-confirmation": lambda office: Call(
        {"billing_payment_id": _sent_payment(office)}, {"status": "SUCCEEDED", "gatewayReference": "W", "error": None}
    ),
    "POST /billing/ap/payments/{billing_payment_id}/gl-acknowledgement": lambda office: Call(
        {"billing_payment_id": _settled_payment(office)},
        {"status": "FAILED", "glReference": None, "error": {"code": "PERIOD_CLOSED", "detail": "March"}},
    ),
    "POST /billing/ap/payments/{billing_payment_id}/gl-posting": lambda office: Call(
        {"billing_payment_id": _settled_payment(office, failed_posting=True)}, None
    ),
    "POST /billing/issue-runs": lambda office: Call({}, {"invoiceIds": [str(drafted(office.client())["invoiceId"])]}),
}
