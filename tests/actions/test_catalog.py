from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.catalog.actions import change_service, create_service, delete_service
from billhead.catalog.queries import find_services, get_service, list_services
from billhead.catalog.rules import ServiceFields, ServiceKind, UnitPrice
from billhead.refusal import Conflict, NotFound
from billhead.storage.tables import OutboxEvent
from scopes import OpenShop, Shop

BRAKES = ServiceFields(
    code="BRK-1",
    name="Brake inspection",
    kind=ServiceKind.LABOR,
    description="All four wheels",
    unit="hour",
    prices=(UnitPrice("EUR", Decimal("8900.5")), UnitPrice("USD", Decimal("9600"))),
)
CALLS = ServiceFields(
    code="API",
    name="API calls",
    kind=ServiceKind.SERVICE,
    prices=(UnitPrice("USD", Decimal("0.040000000001")),),
    taxable=False,
    tax_category="reduced",
)


def events(scope: Scope) -> list[tuple[str, int]]:
    """Type and version of every event so far."""
    rows = scope.session.execute(select(OutboxEvent.type, OutboxEvent.subject_version).order_by(OutboxEvent.id))
    return [(row.type.removeprefix("billhead."), row.subject_version) for row in rows]


def test_a_service_is_kept_as_it_was_given(shop: Shop) -> None:
    with shop.scope() as scope:
        brakes, calls = create_service(scope, BRAKES), create_service(scope, CALLS)
    with shop.scope(write=False) as scope:
        assert get_service(scope, brakes.id) == brakes
        assert brakes.fields == BRAKES
        found = find_services(scope, [brakes.id, calls.id, uuid4()])
        assert found.keys() == {brakes.id, calls.id}
        assert found[calls.id].prices == {"USD": Decimal("0.040000000001")}
        assert (found[calls.id].taxable, found[calls.id].tax_category) == (False, "reduced")
        assert (found[brakes.id].unit, found[brakes.id].kind) == ("hour", ServiceKind.LABOR)


def test_changing_replaces_everything(shop: Shop) -> None:
    wanted = replace(BRAKES, name="Brakes", prices=(UnitPrice("USD", Decimal("9900")),), active=False)
    with shop.scope() as scope:
        made = create_service(scope, BRAKES)
    with shop.scope() as scope:
        changed = change_service(scope, made.id, wanted, '"v1"')
    with pytest.raises(Conflict), shop.scope() as scope:
        change_service(scope, made.id, BRAKES, '"v1"')
    with shop.scope(write=False) as scope:
        assert get_service(scope, made.id) == changed
        assert changed.fields == wanted
        assert events(scope) == [("service.created", 1), ("service.changed", 2)]


def test_codes_are_unique_in_a_business(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    with here.scope() as scope:
        made, other = create_service(scope, BRAKES), create_service(scope, CALLS)
    with there.scope() as scope:
        create_service(scope, BRAKES)
        assert find_services(scope, [made.id]) == {}
        for act in (
            lambda: get_service(scope, made.id),
            lambda: change_service(scope, made.id, BRAKES, '"v1"'),
            lambda: delete_service(scope, made.id),
        ):
            with pytest.raises(NotFound):
                act()
    with here.scope() as scope:
        with pytest.raises(Conflict) as refused:
            create_service(scope, BRAKES)
        assert (refused.value.code, refused.value.existing_id) == ("SERVICE_CODE_TAKEN", str(made.id))
        with pytest.raises(Conflict) as refused:
            change_service(scope, other.id, replace(CALLS, code="BRK-1"), '"v1"')
        assert refused.value.existing_id == str(made.id)
        assert get_service(scope, other.id) == other


def test_a_service_nothing_refers_to_is_deleted(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_service(scope, BRAKES)
    with shop.scope() as scope:
        assert delete_service(scope, made.id, '"v1"') is None
    with shop.scope(write=False) as scope:
        assert find_services(scope, [made.id]) == {}
        assert events(scope) == [("service.created", 1), ("service.deleted", 2)]


@pytest.mark.parametrize(
    ("text", "kind", "active", "codes"),
    [
        (None, None, None, ["API", "BRK-1", "OLD"]),
        ("wheels", None, None, ["BRK-1"]),
        ("brk", None, None, ["BRK-1"]),
        (None, ServiceKind.SERVICE, None, ["API"]),
        (None, None, False, ["OLD"]),
        (None, None, True, ["API", "BRK-1"]),
    ],
)
def test_searching(
    shop: Shop, text: str | None, kind: ServiceKind | None, active: bool | None, codes: list[str]
) -> None:
    with shop.scope() as scope:
        for service in (BRAKES, CALLS, replace(CALLS, code="OLD", name="Old", kind=ServiceKind.PART, active=False)):
            create_service(scope, service)
        seen: list[str] = []
        after: str | None = None
        for _ in range(4):
            page = list_services(scope, text=text, kind=kind, active=active, limit=1, after=after)
            seen += [row.fields.code for row in page.items]
            after = page.next
            if after is None:
                break
        assert seen == codes
