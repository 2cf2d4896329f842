"""JSON types are taken as they are: no text for a number, no number for a date, no 1 for true.

Pydantic's own strict mode would also refuse text for ids, dates and decimals, which JSON can write in no other way.
"""

import re

from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

_EXACT = {"bool", "int", "float"}
_TIMES = {"date", "datetime", "time"}
_TIMESTAMP = re.compile(r"\s*[-+]?[0-9.]+\s*")


def take_json_types_exactly(schema: CoreSchema) -> CoreSchema:
    """The schema of one model, stricter; models within it see to themselves."""
    made = _stricter(schema)
    assert isinstance(made, dict)
    return made


def _stricter(node: object) -> object:
    if isinstance(node, list):
        return [_stricter(item) for item in node]
    if isinstance(node, tuple):
        return tuple(_stricter(item) for item in node)
    if not isinstance(node, dict):
        return node
    kind = node.get("type")
    if not isinstance(kind, str):  # the fields of a model, by their names
        return {name: _stricter(field) for name, field in node.items()}
    made = {key: value if key in ("metadata", "default", "ref") else _stricter(value) for key, value in node.items()}
    if kind in _EXACT:
        made["strict"] = True
    elif kind in _TIMES:
        return no_info_before_validator_function(_no_timestamp, made)
    elif kind == "decimal":
        return no_info_before_validator_function(_no_boolean, made)
    return made


def _no_timestamp(given: object) -> object:
    if isinstance(given, int | float) or (isinstance(given, str) and _TIMESTAMP.fullmatch(given)):
        raise PydanticCustomError("date_type", "Input should be a date or time in ISO 8601")
    return given


def _no_boolean(given: object) -> object:
    if isinstance(given, bool):
        raise PydanticCustomError("decimal_type", "Input should be a number")
    return given
