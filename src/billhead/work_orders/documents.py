"""The JSON documents in the tables and the values behind them; what is read was checked when it came in."""

from pydantic import TypeAdapter

from billhead.work_orders.rules import Approval, ArtifactRef, ScopeSnapshot

_SNAPSHOT = TypeAdapter(ScopeSnapshot)
_APPROVALS = TypeAdapter(tuple[Approval, ...])
_ARTIFACT_REFS = TypeAdapter(tuple[ArtifactRef, ...])


def snapshot_document(snapshot: ScopeSnapshot) -> object:
    """A snapshot as a document: decimals, ids and times as strings."""
    return _SNAPSHOT.dump_python(snapshot, mode="json")


def snapshot_of(document: object) -> ScopeSnapshot:
    """The snapshot behind a document."""
    return _SNAPSHOT.validate_python(document)


def approvals_document(approvals: tuple[Approval, ...]) -> object:
    """Approvals as a document."""
    return _APPROVALS.dump_python(approvals, mode="json")


def approvals_of(document: object) -> tuple[Approval, ...]:
    """The approvals behind a document."""
    return _APPROVALS.validate_python(document)


def artifact_refs_document(refs: tuple[ArtifactRef, ...]) -> object:
    """Artifact references as a document."""
    return _ARTIFACT_REFS.dump_python(refs, mode="json")


def artifact_refs_of(document: object) -> tuple[ArtifactRef, ...]:
    """The artifact references behind a document."""
    return _ARTIFACT_REFS.validate_python(document)
