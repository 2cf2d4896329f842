"""What evaluation hands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from billhead.layout.collation import sort_key
from billhead.layout.errors import LimitExceeded
from billhead.layout.values import Number

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Bindings by id (the whole data under `invoice`), and what the transforms made of their source.

    `groups` is None when nothing was grouped; else it equals `output` and each is `{key, items, aggregates?}`.
    """

    source_collection: Sequence[Row]
    output: Sequence[Row]
    groups: Sequence[Row] | None
    aggregates: Mapping[str, Number]
    totals: Mapping[str, Number]
    bindings: Mapping[str, object]

    def to_dict(self) -> dict[str, object]:
        """The result in wire names, all objects with their keys in collation order; missing bindings are left out.

        Refuses with `LimitExceeded` data that is nested too deeply to be written down.
        """
        try:
            return self._to_dict()
        except RecursionError as error:
            raise LimitExceeded("The data is nested too deeply") from error

    def _to_dict(self) -> dict[str, object]:
        return {
            "sourceCollection": _ordered(list(self.source_collection)),
            "output": _ordered(list(self.output)),
            "groups": None if self.groups is None else _ordered(list(self.groups)),
            "aggregates": _ordered(self.aggregates),
            "totals": _ordered(self.totals),
            "bindings": _ordered(self.bindings),
        }


def _ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=sort_key)}
    if isinstance(value, list | tuple):
        return [_ordered(part) for part in value]
    return value
