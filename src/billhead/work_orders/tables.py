"""Work orders as last reported, and every snapshot ever received."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document
from billhead.storage.tables import TENANT, Base, TenantOwned


class BillableScopeSnapshot(TenantOwned, Base):
    """A snapshot as received, kept for ever; triggers refuse any change.

    `content` is the whole snapshot, its lines included (`documents`): it is read and compared only as a whole.
    """

    __tablename__ = "billable_scope_snapshot"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        UniqueConstraint(TENANT, "work_order_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    work_order_id: Mapped[UUID]
    schema_version: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str | None] = mapped_column(String(3))
    line_count: Mapped[int]
    content: Mapped[object] = mapped_column(Document)
    received_at: Mapped[datetime]


class WorkOrder(TenantOwned, Base):
    """The last report of a work order; `snapshot_id` is the snapshot it named, which is the work order's own.

    `search_text` holds reference, vehicle and location as `storage.listing.searchable` folds them.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),
        ForeignKeyConstraint(
            [TENANT, "id", "snapshot_id"],
            ["billable_scope_snapshot.tenant_id", "billable_scope_snapshot.work_order_id",
             "billable_scope_snapshot.id"],
        ),
        Index("ix_work_order_newest", TENANT, "first_reported_at", "id"),
        Index("ix_work_order_client", TENANT, "client_id", "first_reported_at", "id"),
        Index("ix_work_order_status", TENANT, "status", "invoice_ready", "first_reported_at", "id"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    invoice_ready: Mapped[bool]
    client_id: Mapped[UUID | None]
    vehicle_id: Mapped[UUID | None]
    vehicle_label: Mapped[str | None] = mapped_column(String(200))
    location_id: Mapped[UUID | None]
    location_name: Mapped[str | None] = mapped_column(String(200))
    estimate_id: Mapped[UUID | None]
    estimate_version_id: Mapped[UUID | None]
    approvals: Mapped[object] = mapped_column(Document)
    artifact_refs: Mapped[object] = mapped_column(Document)
    completed_at: Mapped[datetime | None]
    snapshot_id: Mapped[UUID | None]
    search_text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    first_reported_at: Mapped[datetime]
    reported_at: Mapped[datetime]
