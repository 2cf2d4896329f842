"""Endpoints, what is on its way to them, and what came of each attempt. Bodies and secrets are not in these tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document
from billhead.storage.tables import TENANT, Base, TenantOwned
from billhead.webhooks.rules import MAX_URL_LENGTH


class WebhookEndpoint(TenantOwned, Base):
    """Where a business wants its events, and how far it has been given them."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(MAX_URL_LENGTH))
    event_types: Mapped[object] = mapped_column(Document)
    description: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool]
    disabled_reason: Mapped[str | None] = mapped_column(String(20))
    disabled_at: Mapped[datetime | None]
    position: Mapped[int]
    """Up to this position of the tenant's stream its deliveries are made."""
    failing_since: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    """Nothing is sent before: somebody is sending just now (`sender`), or it has just failed."""
    sender: Mapped[UUID | None]
    old_secret_until: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80))


class WebhookDelivery(TenantOwned, Base):
    """One event on its way to one endpoint; a test has no event. `message_id` is what the receiver knows it by."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "endpoint_id"], ["webhook_endpoint.tenant_id", "webhook_endpoint.id"]),
        ForeignKeyConstraint([TENANT, "event_id"], ["outbox_event.tenant_id", "outbox_event.id"]),
        UniqueConstraint(TENANT, "endpoint_id", "event_id"),
        Index("ix_webhook_delivery_due", TENANT, "endpoint_id", "next_at", "id",
              sqlite_where=text("status = 'PENDING'"), postgresql_where=text("status = 'PENDING'")),
        Index("ix_webhook_delivery_status", TENANT, "endpoint_id", "status", "id"),
        Index("ix_webhook_delivery_settled_at", "settled_at"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    message_id: Mapped[UUID]
    event_type: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    tries: Mapped[int]
    """Attempts since it was begun or replayed; the schedule counts these."""
    next_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class WebhookAttempt(TenantOwned, Base):
    """One attempt, written down before it is made; without `ended_at` nobody knows what came of it (yet)."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "delivery_id"], ["webhook_delivery.tenant_id", "webhook_delivery.id"]),
    )
    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    duration_ms: Mapped[int | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(40))
