"""Service periods of recurring charges (header fields come from the invoice's own period, never from lines)."""

from datetime import date

from billhead.layout.formatting import medium_date_text

_ISO_DAY = 10


def day_of(text: str | None) -> date | None:
    """The calendar day that starts an ISO date or timestamp; None for blank, unreadable or impossible ones."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip()[:_ISO_DAY])
    except ValueError:
        return None


def service_period_label(start: str | None, end: str | None, locale: str = "en") -> str | None:
    """Both days of a period, in English `Jan 1, 2025 - Feb 1, 2025`; None when either is missing or impossible.

    A period that ends before it starts is printed as it is.
    """
    first, last = day_of(start), day_of(end)
    if first is None or last is None:
        return None
    return f"{medium_date_text(first.isoformat(), locale)} - {medium_date_text(last.isoformat(), locale)}"
