"""The published JSON Schema of `case.yaml`: generated from the model, so that an editor completes and checks it."""

from __future__ import annotations

import json
from pathlib import Path

from eprofessionalism.authoring.model import CaseFile

SCHEMA_FILE = Path(__file__).with_name("case.schema.json")


def schema_text() -> str:
    """The schema as it is committed."""
    schema = CaseFile.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
