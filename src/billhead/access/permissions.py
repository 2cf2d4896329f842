"""Every permission on exactly one row, with the roles that have it by default (BILL-DEC-008).

A route names the permission it needs; a role is nothing but the rows it stands on.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of a tenant is there for."""

    ADMIN = "ADMIN"
    ADVISOR = "ADVISOR"
    CASHIER = "CASHIER"
    ACCOUNTANT = "ACCOUNTANT"
    VIEWER = "VIEWER"


_ALL = frozenset(Role)
_ADMIN = frozenset({Role.ADMIN})
_DESK = frozenset({Role.ADMIN, Role.ADVISOR})
_COUNTER = frozenset({Role.ADMIN, Role.ADVISOR, Role.CASHIER})
_BOOKS = frozenset({Role.ADMIN, Role.ACCOUNTANT})
_OFFICE = frozenset({Role.ADMIN, Role.ADVISOR, Role.ACCOUNTANT})
_NOT_CASHIER = frozenset({Role.ADMIN, Role.ADVISOR, Role.ACCOUNTANT, Role.VIEWER})


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission string, what it lets its holder do, and who holds it by default."""

    code: str
    allows: str
    roles: frozenset[Role]


PERMISSIONS: tuple[Permission, ...] = (
    Permission("billing:invoice:view", "See invoices, their pages and PDFs", _ALL),
    Permission("billing:invoice:create-draft", "Create draft invoices", _DESK),
    Permission("billing:invoice:issue", "Issue invoices", _DESK),
    Permission("billing:invoice:void", "Void issued invoices and discard drafts", _OFFICE),
    Permission("billing:invoice:rebill", "Draft a new invoice for a work order whose invoice was voided", _OFFICE),
    Permission("billing:traceability:view", "See where an invoice comes from", _NOT_CASHIER),
    Permission("billing:artifact:list", "List the artifacts of an invoice", _OFFICE),
    Permission("billing:artifact:download", "Download artifacts", _OFFICE),
    Permission("billing:rules:view", "See billing rules", _NOT_CASHIER),
    Permission("billing:rules:manage", "Change billing rules", _BOOKS),
    Permission("billing:checkout:po:capture", "Enter a purchase order at checkout", _COUNTER),
    Permission("billing:checkout:po:override", "Waive a required purchase order", _ADMIN),
    Permission("billing:auth:elevate", "Confirm another person's act with one's own credentials", _BOOKS),
    Permission("billing:auth:ask-elevation", "Ask somebody else to confirm an act", _ALL - {Role.VIEWER}),
    Permission("billing:receipt:view", "See receipts", _ALL),
    Permission("billing:receipt:deliver", "Print and e-mail receipts", _COUNTER),
    Permission("billing:receipt:reprint", "Print a receipt again", _COUNTER),
    Permission("billing:ap:bill:view", "See vendors' bills", _BOOKS),
    Permission("billing:ap:bill:manage", "Take in vendors' bills and take them back", _BOOKS),
    Permission("billing:ap:vendor:manage", "Add and change vendors", _BOOKS),
    Permission("billing:ap:payment:execute", "Pay vendors", _BOOKS),
    Permission("billing:ap:payment:view", "See payments to vendors", _BOOKS),
    Permission("billing:ap:payout:confirm", "Say what became of a payment made by bank", _BOOKS),
    Permission("billing:ap:gl:acknowledge", "Say whether accounting posted a payment", _BOOKS),
    Permission("billing:posting-error:detail:view", "See posting errors in full", _BOOKS),
    Permission("billing:client:view", "See clients", _ALL),
    Permission("billing:client:manage", "Create and change clients", _OFFICE),
    Permission("billing:catalog:view", "See the service catalog", _ALL),
    Permission("billing:catalog:manage", "Change the service catalog", _OFFICE),
    Permission("billing:tax:view", "See tax regions and rates", _NOT_CASHIER),
    Permission("billing:tax:manage", "Change tax regions and rates", _BOOKS),
    Permission("billing:fee:view", "See fee rules", _NOT_CASHIER),
    Permission("billing:fee:manage", "Change fee rules", _BOOKS),
    Permission("billing:workorder:view", "See work orders", _ALL),
    Permission("billing:workorder:report", "Report work orders from the work-execution system", _DESK),
    Permission("billing:template:view", "See and try templates", _ALL),
    Permission("billing:template:manage", "Create, change and delete templates, and say who uses which", _ADMIN),
    Permission("billing:number-series:view", "See number series and their audit", _BOOKS),
    Permission("billing:number-series:manage", "Change number series", _ADMIN),
    Permission("billing:settings:view", "See the business details", _ALL),
    Permission("billing:settings:manage", "Change the business details", _ADMIN),
    Permission("billing:user:view", "See who belongs to the business", _ADMIN),
    Permission("billing:user:manage", "Add people, change their roles, remove them", _ADMIN),
    Permission("billing:token:view", "See API tokens", _ADMIN),
    Permission("billing:token:manage", "Create and revoke API tokens", _ADMIN),
    Permission("billing:event:view", "Read the event stream", _BOOKS),
    Permission("billing:webhook:view", "See webhooks and what was sent to them", _BOOKS),
    Permission("billing:webhook:manage", "Create, change, test and replay webhooks", _ADMIN),
    Permission("billing:accounting:view", "Read the journal and which accounts it uses", _BOOKS),
    Permission("billing:accounting:manage", "Say which accounts the journal uses", _BOOKS),
    Permission("billing:audit:view", "Read and verify the audit trail", _BOOKS),
)

ALL_PERMISSIONS: frozenset[str] = frozenset(p.code for p in PERMISSIONS)


def permissions_of(role: Role) -> frozenset[str]:
    """What a role may do by default."""
    return frozenset(p.code for p in PERMISSIONS if role in p.roles)


ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {role: permissions_of(role) for role in Role}
