"""Bindings: paths of the template's catalog resolved in the data."""

from collections.abc import Mapping

from billhead.layout.errors import INVALID_SOURCE_COLLECTION, MISSING_BINDING, EvaluationRefused
from billhead.layout.template import Bindings, CollectionBinding, ValueBinding
from billhead.layout.values import JS_SPACE, MISSING, lookup, split_path

Aliases = Mapping[str, str]
Record = Mapping[str, object]


def resolve_bindings(catalog: Bindings, data: Record, aliases: Aliases) -> dict[str, object]:
    """Every binding by its key. The data itself is `invoice` unless a binding of that id overwrites it.

    A value that is absent takes its fallback and is left out when it has none; an explicit null stays null.
    """
    bindings: dict[str, object] = {"invoice": data}
    for name, value_binding in catalog.values.items():
        value = _value(value_binding, data, aliases)
        if value is not MISSING:
            bindings[name] = value
        else:
            bindings.pop(name, None)
    for name, collection_binding in catalog.collections.items():
        bindings[name] = _collection(collection_binding, data, aliases)
    return bindings


def transform_source(
    catalog: Bindings, source_id: str, data: Record, aliases: Aliases
) -> tuple[Mapping[str, object], ...]:
    """The rows that a pipeline starts from: a value binding, a collection or a bare path that holds an array.

    Refuses with `MISSING_BINDING` when the id names nothing, `INVALID_SOURCE_COLLECTION` when it is no array.
    """
    raw = _look(source_id, data, aliases)
    if source_id not in catalog.values and source_id not in catalog.collections and raw is MISSING:
        raise EvaluationRefused(MISSING_BINDING, f"Transform source {source_id!r} is neither a binding nor in the data")
    found: object = MISSING
    if source_id in catalog.values:
        found = _value(catalog.values[source_id], data, aliases)
    elif source_id in catalog.collections:
        found = _look(catalog.collections[source_id].path, data, aliases)
    else:
        found = raw
    if not isinstance(found, list | tuple):
        raise EvaluationRefused(INVALID_SOURCE_COLLECTION, f"Transform source {source_id!r} is not an array")
    return tuple(_row(element) for element in found)


def _look(path: str, data: Record, aliases: Aliases) -> object:
    trimmed = path.strip(JS_SPACE)
    return lookup(data, split_path(aliases.get(trimmed, trimmed)))


def _value(binding: ValueBinding, data: Record, aliases: Aliases) -> object:
    value = _look(binding.path, data, aliases)
    return binding.fallback if value is MISSING else value


def _collection(binding: CollectionBinding, data: Record, aliases: Aliases) -> list[Mapping[str, object]]:
    found = _look(binding.path, data, aliases)
    return [_row(element) for element in found] if isinstance(found, list | tuple) else []


def _row(element: object) -> Mapping[str, object]:
    return element if isinstance(element, dict) else {}
