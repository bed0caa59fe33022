"""The published JSON Schema of `case.yaml`: generated from the model, so that an editor completes and checks it.

What pydantic generates is reshaped for editors: no empty value is offered, a block is told by its first word and its
kind or type, and cites are completed from the standards, each with what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eprofessionalism import standards
from eprofessionalism.authoring.model import BLOCKS, FIRST_WORDS, TAGGED, CaseFile

SCHEMA_FILE = Path(__file__).with_name("case.schema.json")


def schema_text() -> str:
    """The schema as it is committed."""
    schema = _without_null(CaseFile.model_json_schema(by_alias=True))
    schema["properties"]["story"]["items"] = _block(schema["$defs"])
    for definition in schema["$defs"].values():
        _name_cites(definition["properties"])
    schema["$defs"] |= _cites()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _without_null(part: Any) -> Any:
    """An optional field is left out; it is never there and empty."""
    if isinstance(part, list):
        return [_without_null(child) for child in part]
    if not isinstance(part, dict):
        return part
    some = [choice for choice in part.get("anyOf", ()) if choice != {"type": "null"}]
    rest = {name: child for name, child in part.items() if not (name == "default" and child is None)}
    if len(some) == 1:
        rest = {name: child for name, child in rest.items() if name != "anyOf"} | some[0]
    elif some:
        rest["anyOf"] = some
    return {name: _without_null(child) for name, child in rest.items()}


def _block(definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A block of the story: its first word, then its kind or type, say which fields it has."""
    rules = [
        _if({word: True}, {"required": [word, field], "properties": {field: {"enum": _tags(definitions, field)}}})
        for word, field in TAGGED.items()
    ]
    for kind in BLOCKS.values():
        properties = definitions[kind.__name__]["properties"]
        word = next(word for word in FIRST_WORDS if word in properties)
        field = TAGGED.get(word)
        told = {word: True} | ({field: {"const": properties[field]["const"]}} if field else {})
        rules.append(_if(told, {"$ref": f"#/$defs/{kind.__name__}"}))
    return {
        "type": "object",
        "description": "A block of the page; it begins with scene, artifact, figure or item and its id.",
        "oneOf": [{"required": [word]} for word in FIRST_WORDS],
        "allOf": rules,
    }


def _if(told: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    return {"if": {"required": list(told), "properties": dict(told)}, "then": dict(then)}


def _tags(definitions: Mapping[str, Any], field: str) -> list[str]:
    properties = (definitions[kind.__name__]["properties"] for kind in BLOCKS.values())
    return [fields[field]["const"] for fields in properties if field in fields]


def _name_cites(properties: dict[str, Any]) -> None:
    """Point the fields that hold cites at the lists of what may be cited."""
    for name, target in (("cites", "Cite"), ("teaches", "Clause")):
        if name in properties:
            properties[name]["items"] = {"$ref": f"#/$defs/{target}"}
    if "cite" in properties:
        properties["cite"] = {"$ref": "#/$defs/Reading", "description": properties["cite"]["description"]}


def _cites() -> dict[str, Any]:
    clauses = [cite for clause in standards.clauses().values() for cite in (clause.id, *_parts(clause))]
    facts = [fact.id for fact in standards.facts().values() if fact.verified != "memory"]
    works = [*facts, *(clause for clause in clauses if standards.is_work(clause))]
    return {
        "Cite": {"anyOf": [{"$ref": "#/$defs/Clause"}, {"$ref": "#/$defs/Fact"}]},
        "Clause": _list(clauses, (f"{standards.label(cite)}: {standards.paraphrase(cite)}" for cite in clauses)),
        "Fact": _list(facts, map(standards.label, facts)),
        "Reading": _list(works, map(standards.label, works)),
    }


def _parts(clause: standards.Clause) -> Iterable[str]:
    return (f"{clause.id}.{part}" for part in clause.parts)


def _list(names: list[str], descriptions: Iterable[str]) -> dict[str, Any]:
    """Names to choose from, with what an editor shows beside each."""
    return {"type": "string", "enum": names, "enumDescriptions": list(descriptions)}
