from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.clients.actions import change_client, create_client, delete_client
from billhead.clients.queries import (
    find_billing_client,
    get_billing_client,
    get_client,
    list_client_names,
    list_clients,
)
from billhead.clients.rules import ClientFields, ClientKind, Contact, Location
from billhead.clients.tax_ids import TaxId
from billhead.money import Treatment
from billhead.postal import PostalAddress
from billhead.refusal import Conflict, Malformed, NotFound, PreconditionRequired
from billhead.storage.tables import AuditEntry, OutboxEvent
from billhead.work_orders.actions import report_work_order
from billhead.work_orders.report import read_report
from scopes import OpenShop, Shop
from work_reports import WORK_ORDER, a_report_body

ADDRESS = PostalAddress(("500 Pine St",), "Seattle", "WA", "98101", "US")
FLEET = ClientFields(
    ClientKind.BUSINESS,
    "Fleet Øst AS",
    reference="C-1001",
    contacts=(Contact("Kari Nordmann", "Fleet manager", "kari@fleet.example", "+47 22 22 22 22"), Contact("Ola")),
    billing_email="billing@fleet.example",
    billing_address=ADDRESS,
    locations=(Location(None, "Depot", ADDRESS, "US-WA-SEATTLE"), Location(None, "Harbour")),
    currency="USD",
    locale="en-US",
    tax_ids=(TaxId("us.ein", "91-1144442"),),
    prices_include_tax=False,
    approval_required=True,
)


def a_consumer(name: str, **fields: object) -> ClientFields:
    return replace(ClientFields(ClientKind.CONSUMER, name), **fields)  # type: ignore[arg-type]


def events(scope: Scope) -> list[tuple[str, int]]:
    """Type and version of every event so far."""
    rows = scope.session.execute(select(OutboxEvent.type, OutboxEvent.subject_version).order_by(OutboxEvent.id))
    return [(row.type.removeprefix("billhead."), row.subject_version) for row in rows]


def audited(scope: Scope) -> list[tuple[str, str | None, object]]:
    """Act, reason and detail of every audit entry so far."""
    rows = scope.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.reason, row.detail) for row in rows]


def test_a_client_is_kept_as_it_was_given(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
    with shop.scope(write=False) as scope:
        found = get_client(scope, made.id)
        assert found == made
        assert replace(found.fields, locations=()) == replace(
            FLEET, locations=(), tax_ids=(TaxId("us.ein", "911144442"),)
        )
        assert [place.name for place in found.fields.locations] == ["Depot", "Harbour"]
        assert all(place.location_id for place in found.fields.locations)
        assert events(scope) == [("client.created", 1)]


def test_what_an_invoice_sees(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
    with shop.scope(write=False) as scope:
        client = get_billing_client(scope, made.id)
        assert client.billing_address is not None
        assert client.billing_address.lines(home_country="US") == ("500 Pine St", "Seattle, WA 98101")
        depot = client.locations[0]
        assert depot.location_id is not None
        assert client.find_location(depot.location_id) == depot
        assert (client.currency, client.tax_treatment, client.approval_required) == ("USD", Treatment.STANDARD, True)
        assert find_billing_client(scope, uuid4()) is None
        assert list_client_names(scope, [made.id, uuid4()]) == {made.id: "Fleet Øst AS"}


def test_changing_replaces_everything_and_keeps_locations(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
    depot, harbour = made.fields.locations
    wanted = replace(
        FLEET,
        name="Fleet Vest AS",
        contacts=(Contact("Ola"),),
        locations=(replace(harbour, name="Quay"), Location(None, "Yard"), depot),
        tax_ids=(),
    )
    with shop.scope() as scope:
        changed = change_client(scope, made.id, wanted, '"v1"')
    assert changed.version == 2
    with shop.scope(write=False) as scope:
        found = get_client(scope, made.id)
        assert found == changed
        assert found.fields.contacts == (Contact("Ola"),)
        assert [(p.name, p.location_id) for p in found.fields.locations][::2] == [
            ("Quay", harbour.location_id),
            ("Depot", depot.location_id),
        ]
        assert events(scope) == [("client.created", 1), ("client.changed", 2)]
        assert audited(scope) == []


@pytest.mark.parametrize(("if_match", "refusal"), [(None, PreconditionRequired), ('"v7"', Conflict)])
def test_a_change_needs_the_etag_last_read(shop: Shop, if_match: str | None, refusal: type[Exception]) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
    with pytest.raises(refusal), shop.scope() as scope:
        change_client(scope, made.id, a_consumer("Somebody"), if_match)
    with shop.scope(write=False) as scope:
        assert get_client(scope, made.id) == made


def test_a_changed_tax_treatment_is_audited(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
        change_client(
            scope, made.id, replace(FLEET, tax_treatment=Treatment.EXEMPT, tax_reason="Reseller permit 7"), '"v1"'
        )
        assert audited(scope) == [
            ("client.change-tax-treatment", "Reseller permit 7", {"from": "STANDARD", "to": "EXEMPT"})
        ]


def test_references_are_unique_in_a_business(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    with here.scope() as scope:
        made = create_client(scope, FLEET)
        other = create_client(scope, a_consumer("Other"))
        create_client(scope, a_consumer("Third"))
    with there.scope() as scope:
        create_client(scope, FLEET)
    with here.scope() as scope:
        with pytest.raises(Conflict) as refused:
            create_client(scope, FLEET)
        assert (refused.value.code, refused.value.existing_id) == ("CLIENT_REFERENCE_TAKEN", str(made.id))
        with pytest.raises(Conflict) as refused:
            change_client(scope, other.id, a_consumer("Other", reference="C-1001"), '"v1"')
        assert refused.value.existing_id == str(made.id)
    with here.scope(write=False) as scope:
        assert get_client(scope, other.id) == other
        assert events(scope) == [("client.created", 1)] * 3


def test_another_business_sees_nothing(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    with here.scope() as scope:
        made = create_client(scope, FLEET)
    with there.scope() as scope:
        assert find_billing_client(scope, made.id) is None
        assert list_client_names(scope, [made.id]) == {}
        assert list_clients(scope, text=None, kind=None, archived=None, limit=5, after=None).items == ()
        for act in (
            lambda: get_client(scope, made.id),
            lambda: change_client(scope, made.id, FLEET, '"v1"'),
            lambda: delete_client(scope, made.id),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_location_of_another_client_is_refused(shop: Shop) -> None:
    with shop.scope() as scope:
        made, other = create_client(scope, FLEET), create_client(scope, a_consumer("Other"))
        with pytest.raises(Malformed) as refused:
            change_client(scope, other.id, a_consumer("Other", locations=made.fields.locations), '"v1"')
        assert set(refused.value.field_errors) == {"locations[0].locationId", "locations[1].locationId"}


def test_a_client_nobody_refers_to_is_deleted(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
    with pytest.raises(Conflict), shop.scope() as scope:
        delete_client(scope, made.id, '"v9"')
    with shop.scope() as scope:
        assert delete_client(scope, made.id, '"v1"') is None
    with shop.scope(write=False) as scope:
        with pytest.raises(NotFound):
            get_client(scope, made.id)
        assert events(scope) == [("client.created", 1), ("client.deleted", 2)]


def test_a_client_in_use_is_archived(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_client(scope, FLEET)
        report_work_order(scope, WORK_ORDER, read_report(a_report_body(clientId=str(made.id)), WORK_ORDER))
    with shop.scope() as scope:
        kept = delete_client(scope, made.id)
        assert kept is not None
        assert delete_client(scope, made.id) == kept
    with shop.scope(write=False) as scope:
        assert get_client(scope, made.id) == kept
        assert kept.fields.archived
        assert kept.fields.contacts == FLEET.contacts
        assert [e for e in events(scope) if e[0].startswith("client.")] == [
            ("client.created", 1),
            ("client.archived", 2),
        ]


NAMES = ["Zebra", "zoo", "Äpfel & Birnen", "apfel", "Ødegård", "100 % Auto", "Bäcker", "émile"]


def test_lists_go_by_name_page_by_page(shop: Shop) -> None:
    with shop.scope() as scope:
        for name in NAMES:
            create_client(scope, a_consumer(name))
    seen: list[str] = []
    after: str | None = None
    with shop.scope(write=False) as scope:
        for _ in range(4):
            page = list_clients(scope, text=None, kind=None, archived=None, limit=2, after=after)
            seen += [row.name for row in page.items]
            after = page.next
        assert after is None
    assert seen == ["100 % Auto", "apfel", "Äpfel & Birnen", "Bäcker", "émile", "Ødegård", "Zebra", "zoo"]


@pytest.mark.parametrize(
    ("text", "kind", "archived", "names"),
    [
        ("apfel", None, None, ["apfel", "Äpfel & Birnen"]),
        ("APFEL birn", None, None, ["Äpfel & Birnen"]),
        ("%", None, None, ["100 % Auto"]),
        ("_", None, None, []),
        ("kari@", None, None, ["Fleet Øst AS"]),
        ("c-1001", ClientKind.BUSINESS, None, ["Fleet Øst AS"]),
        ("c-1001", ClientKind.CONSUMER, None, []),
        ("zoo", None, True, ["zoo"]),
        ("zoo", None, False, []),
        ("  ", ClientKind.BUSINESS, False, ["Fleet Øst AS"]),
    ],
)
def test_searching(shop: Shop, text: str, kind: ClientKind | None, archived: bool | None, names: list[str]) -> None:
    with shop.scope() as scope:
        for name in NAMES:
            create_client(scope, a_consumer(name, archived=name == "zoo"))
        create_client(scope, FLEET)
        page = list_clients(scope, text=text, kind=kind, archived=archived, limit=50, after=None)
        assert [row.name for row in page.items] == names


@pytest.mark.parametrize("after", ["", "x", "%%%", "bnVsbA", "WyJhIiwiYiJd", "WyJhIl0"])
def test_a_made_up_cursor_is_refused(shop: Shop, after: str) -> None:
    with pytest.raises(Malformed) as refused, shop.scope(write=False) as scope:
        list_clients(scope, text=None, kind=None, archived=None, limit=5, after=after)
    assert refused.value.code == "INVALID_CURSOR"
