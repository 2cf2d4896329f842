"""The template format as JSON Schema (2020-12), made from the shapes that validation itself uses.

`template-1.json` and `template-2.json` beside this module are the published form; a test keeps them fresh.
"""

from typing import Literal

from billhead.layout.validation.expressions import EXPRESSIONS
from billhead.layout.validation.grammar import DECLARATIONS, NODE, STYLES_OF_NODE, template_shape
from billhead.layout.validation.transforms import COMPUTATIONS, PREDICATES


def json_schema(version: Literal[1, 2]) -> dict[str, object]:
    """The schema of that version of the format. Limits of size and depth are not in it, nor the grammar of CSS."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:billhead:template:{version}",
        "title": f"Billhead document template, version {version}",
        **template_shape(version).schema(version),
        "$defs": {
            "style": STYLES_OF_NODE.schema(version),
            "declaration": DECLARATIONS.schema(version),
            "node": NODE.schema(version),
            "expression": EXPRESSIONS.schema(version),
            "predicate": PREDICATES.schema(version),
            "computation": COMPUTATIONS.schema(version),
        },
    }
