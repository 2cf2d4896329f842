"""Evaluate: a typed template and data in, bindings and transform results out. The data is never changed.

Order: value bindings, collection bindings, then (with transforms) the source, the operations, the publishing.
"""

from collections.abc import Mapping

from billhead.layout.errors import LimitExceeded
from billhead.layout.evaluation.bindings import resolve_bindings, transform_source
from billhead.layout.evaluation.operations import run_pipeline
from billhead.layout.evaluation.result import Evaluation
from billhead.layout.evaluation.size import pipeline_size
from billhead.layout.limits import LIMITS
from billhead.layout.template import Template
from billhead.layout.values import as_record

__all__ = ["Evaluation", "evaluate_template"]


def evaluate_template(template: Template, data: object, binding_aliases: Mapping[str, str] | None = None) -> Evaluation:
    """Evaluates a valid template over `data` (a JSON value; anything but an object counts as an empty one).

    `binding_aliases` maps a binding's whole path to another one. Refuses with `EvaluationRefused` or `LimitExceeded`.
    """
    record = as_record(data)
    aliases = binding_aliases or {}
    bindings = resolve_bindings(template.bindings, record, aliases)
    pipeline = template.transforms
    if pipeline is None:
        return Evaluation((), (), None, {}, {}, bindings)
    source = transform_source(template.bindings, pipeline.source_binding_id, record, aliases)
    if len(source) > LIMITS.rows:
        raise LimitExceeded(f"More than {LIMITS.rows} rows in {pipeline.source_binding_id!r}")
    if len(source) * pipeline_size(pipeline) > LIMITS.pipeline_steps:
        raise LimitExceeded(f"The transforms take more than {LIMITS.pipeline_steps} steps over {len(source)} rows")
    state = run_pipeline(pipeline, source, record)
    output = state.items if state.groups is None else tuple(group.to_dict() for group in state.groups)
    name = pipeline.output_binding_id
    bindings[name] = list(output)
    bindings[f"{name}.aggregates"] = state.aggregates
    bindings[f"{name}.totals"] = state.totals
    groups = None if state.groups is None else output
    return Evaluation(source, output, groups, state.aggregates, state.totals, bindings)
