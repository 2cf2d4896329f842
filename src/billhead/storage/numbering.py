"""Document numbers without gap or duplicate: a series, what it gave out, and the proof.

A number is taken inside the transaction that uses it, after the aggregate is locked and with nothing slow behind it
(DESIGN.md section 5, Numbering). If that transaction fails, the number was never taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, bindparam, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from billhead.refusal import Conflict, Fault, FaultCode, Malformed, NotFound
from billhead.storage.columns import Whole
from billhead.storage.ids import new_id
from billhead.storage.tables import NumberEntry, NumberSeries, table_of

_DIGIT, _MORE = "digit", "more digits"
_PLACEHOLDER = re.compile(r"\{(YYYY|YY|MM|N{1,12})\}")


class Reset(StrEnum):
    """When a series starts again at 1."""

    NEVER = "NEVER"
    YEARLY = "YEARLY"


_SERIES, _LEDGER = table_of(NumberSeries), table_of(NumberEntry)
_YEAR = bindparam("year", type_=String())
_PERIOD = case((_SERIES.c.reset == Reset.YEARLY, _YEAR), else_="")
# A clock set back, or a reset switched off and on, takes up a period that has numbers: it goes on where it ended.
_TAKEN_UP = (
    select(func.coalesce(func.max(_LEDGER.c.value), 0) + 1)
    .where(_LEDGER.c.tenant_id == _SERIES.c.tenant_id, _LEDGER.c.series_id == _SERIES.c.id, _LEDGER.c.period == _PERIOD)
    .correlate(_SERIES)
    .scalar_subquery()
)
_TAKE = (
    update(_SERIES)
    .where(_SERIES.c.tenant_id == bindparam("tenant"), _SERIES.c.code == bindparam("wanted"))
    .values(
        next_value=case((_SERIES.c.period == _PERIOD, _SERIES.c.next_value), else_=_TAKEN_UP)
        + bindparam("count", type_=Whole),
        period=_PERIOD,
    )
    .returning(_SERIES.c.id, _SERIES.c.next_value, _SERIES.c.pattern, _SERIES.c.period)
)
_ENTER = insert(_LEDGER)


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """One number out of a series, as printed."""

    series_id: UUID
    value: int
    number: str


@dataclass(frozen=True, slots=True)
class PeriodAudit:
    """The ledger of one period of a series: `first..last` expected, what is missing, what was cancelled."""

    period: str
    last: int
    issued: int
    cancelled: int
    missing: tuple[int, ...]


def check_pattern(pattern: str, reset: Reset) -> None:
    """Refuse a pattern that could not give unique numbers.

    Exactly one run of `{N…}` (its length is the least number of digits); a yearly reset needs `{YYYY}` or `{YY}`.
    """
    found = _PLACEHOLDER.findall(pattern)
    errors = {}
    if sum(name.startswith("N") for name in found) != 1:
        errors["pattern"] = Fault(FaultCode.WRONG_FORM, "needs exactly one {NNN} for the running number")
    elif "{" in _PLACEHOLDER.sub("", pattern) or "}" in _PLACEHOLDER.sub("", pattern):
        errors["pattern"] = Fault(FaultCode.WRONG_FORM, "only {YYYY}, {YY}, {MM} and {NNN} may stand in braces")
    elif reset is Reset.YEARLY and not {"YYYY", "YY"} & set(found):
        errors["pattern"] = Fault(FaultCode.WRONG_FORM, "a series that starts again each year must show the year")
    elif not pattern.isprintable():
        errors["pattern"] = Fault(FaultCode.WRONG_FORM, "must hold nothing but printable characters")
    if errors:
        raise Malformed("INVALID_NUMBER_PATTERN", "The number pattern cannot be used.", field_errors=errors)


def refuse_same_numbers(pattern: str, others: Mapping[str, str]) -> None:
    """Refuse a pattern that could print a number that another series, by code and pattern, could print too."""
    if taken := sorted(code for code, other in others.items() if can_print_the_same(pattern, other)):
        words = f"could give a number that the series {taken[0]} gives too"
        errors = {"pattern": Fault(FaultCode.TAKEN, words)}
        raise Malformed("INVALID_NUMBER_PATTERN", "The number pattern cannot be used.", field_errors=errors)


def can_print_the_same(one: str, other: str) -> bool:
    """Whether two patterns have a number in common, in whatever year and after however many numbers.

    Both are walked together, character by character; a running number may have more digits than places.
    """
    left, right = _places(one), _places(other)
    seen, ahead = set(), [(0, 0)]
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        at_left, at_right = here
        if at_left == len(left) and at_right == len(right):
            return True
        if at_left < len(left) and left[at_left] is _MORE:
            ahead.append((at_left + 1, at_right))
        if at_right < len(right) and right[at_right] is _MORE:
            ahead.append((at_left, at_right + 1))
        if at_left < len(left) and at_right < len(right) and _fit(left[at_left], right[at_right]):
            ahead.append((at_left + (left[at_left] is not _MORE), at_right + (right[at_right] is not _MORE)))
    return False


def _places(pattern: str) -> list[str]:
    """A pattern as one entry for each character: itself, `_DIGIT`, or `_MORE` for further digits."""
    places: list[str] = []
    for literal, name in re.findall(r"([^{]+)|\{(\w+)\}", pattern):
        places += literal or [_DIGIT] * len(name) + [_MORE] * name.startswith("N")
    return places


def _fit(one: str, other: str) -> bool:
    digits = (_DIGIT, _MORE)
    if one in digits:
        return other in digits or (other.isascii() and other.isdigit())
    return other == one or (other in digits and one.isascii() and one.isdigit())


def format_number(pattern: str, value: int, on: date) -> str:
    """`INV-{YYYY}-{NNNN}`, 7, 2026-03-01 → `INV-2026-0007`; more digits than places are printed in full."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.startswith("N"):
            return str(value).zfill(len(name))
        return {"YYYY": f"{on.year:04d}", "YY": f"{on.year % 100:02d}", "MM": f"{on.month:02d}"}[name]

    return _PLACEHOLDER.sub(fill, pattern)


def create_series(session: Session, tenant_id: UUID, code: str, pattern: str, reset: Reset) -> UUID:
    """Add a series that starts at 1; its code is unique in the tenant."""
    check_pattern(pattern, reset)
    series_id = new_id()
    session.execute(
        insert(table_of(NumberSeries)).values(
            tenant_id=tenant_id, id=series_id, code=code, pattern=pattern, reset=reset, period="", next_value=1,
            version=1,
        )
    )  # fmt: skip
    return series_id


def take_numbers(
    session: Session, tenant_id: UUID, code: str, subjects: list[tuple[str, UUID]], *, on: date, now: datetime
) -> list[TakenNumber]:
    """Take one number for each (subject type, subject id), in order, in one statement, and write the ledger.

    `on` is the business day that decides the period and the date parts of the pattern. Conflict `NUMBER_TAKEN` when
    the pattern prints a number that was printed before, under an earlier pattern or in another series.
    """
    run, count = session.connection().execute, len(subjects)
    row = run(_TAKE, {"tenant": tenant_id, "wanted": code, "count": count, "year": str(on.year)}).one_or_none()
    if row is None:
        raise NotFound("NUMBER_SERIES_NOT_FOUND", f"There is no number series {code}.")
    first = row.next_value - count
    taken = [TakenNumber(row.id, v, format_number(row.pattern, v, on)) for v in range(first, row.next_value)]
    entries = [
        {"tenant_id": tenant_id, "series_id": row.id, "period": row.period, "value": n.value, "number": n.number,
         "subject_type": kind, "subject_id": subject_id, "state": "TAKEN", "at": now}
        for n, (kind, subject_id) in zip(taken, subjects, strict=True)
    ]  # fmt: skip
    try:
        run(_ENTER, entries)
    except IntegrityError as error:
        words = f"A number from {taken[0].number} on was given out before. Give the series {code} another pattern."
        raise Conflict("NUMBER_TAKEN", words) from error
    return taken


def cancel_number(session: Session, tenant_id: UUID, number: str) -> None:
    """Mark the number of a discarded draft; it stays in the ledger, so no gap is unexplained."""
    table = table_of(NumberEntry)
    session.execute(
        update(table)
        .where(table.c.tenant_id == tenant_id, table.c.number == number, table.c.state == "TAKEN")
        .values(state="CANCELLED")
    )


def audit_ledger(session: Session, tenant_id: UUID, series_id: UUID) -> list[PeriodAudit]:
    """Every period of the series with the values missing between 1 and its last one.

    Duplicates cannot be: the ledger's key is (series, period, value) and the number is unique in the tenant.
    """
    series = session.get(NumberSeries, (tenant_id, series_id))
    if series is None:
        raise NotFound("NUMBER_SERIES_NOT_FOUND", "There is no such number series.")
    entry = table_of(NumberEntry)
    own = (entry.c.tenant_id == tenant_id, entry.c.series_id == series_id)
    rows = session.execute(
        select(
            entry.c.period,
            func.max(entry.c.value).label("last"),
            func.count().label("present"),
            func.sum(case((entry.c.state == "CANCELLED", 1), else_=0)).label("cancelled"),
        )
        .where(*own)
        .group_by(entry.c.period)
        .order_by(entry.c.period)
    ).all()
    audits = []
    for period, last, present, cancelled in rows:
        expected = max(last, series.next_value - 1 if period == series.period else 0)
        missing: tuple[int, ...] = ()
        if present != expected:
            values = session.scalars(select(entry.c.value).where(*own, entry.c.period == period))
            missing = tuple(sorted(set(range(1, expected + 1)) - set(values)))
        audits.append(PeriodAudit(period, expected, present - int(cancelled), int(cancelled), missing))
    return audits
