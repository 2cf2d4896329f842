"""Is the process alive, and can it work?"""

from typing import Annotated

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from billhead.access.http import Entry, Router, public
from billhead.access.wire import WireModel
from billhead.refusal import Unavailable
from billhead.storage.schema import current_revision, newest_revision

router = Router(tags=["Health"])


class HealthBody(WireModel):
    status: str


@router.get("/healthz")
def get_healthz(entry: Annotated[Entry, public(apart=True)]) -> HealthBody:
    """The process answers."""
    return HealthBody(status="ok")


@router.get("/readyz")
def get_readyz(entry: Annotated[Entry, public(apart=True)]) -> HealthBody:
    """The database answers and stands at the schema this code needs."""
    try:
        with entry.runtime.database.connect(write=False) as connection:
            connection.execute(text("SELECT 1"))
            ready = current_revision(connection) == newest_revision()
    except OperationalError as error:
        raise Unavailable("DATABASE_AWAY", "The database does not answer.") from error
    if not ready:
        raise Unavailable("SCHEMA_OUTDATED", "The database must be migrated first: billhead migrate.")
    return HealthBody(status="ready")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def get_metrics(entry: Annotated[Entry, public(apart=True)]) -> Response:
    """Counts and times for Prometheus; no ids, no names."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
