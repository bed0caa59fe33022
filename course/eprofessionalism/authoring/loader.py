"""From files to checked models: every mistake of form becomes a finding with its line, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.model import CaseFile
from eprofessionalism.authoring.yamlsource import Place, YamlSource, read_yaml

CASE_FILE = "case.yaml"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its author wrote it, with the lines to point at."""

    content: CaseFile
    source: YamlSource
    folder: Path

    @property
    def slug(self) -> str:
        """The name of the case, its folder and its assignment."""
        return self.content.case


def load_case(folder: Path, root: Path | None = None) -> Case:
    """Load one case folder.

    Args:
        folder: holds `case.yaml`, and `art/` where there are pictures.
        root: what the files' names in findings are relative to.

    Raises:
        FindingsError: all mistakes of form in the file.
    """
    path = folder / CASE_FILE
    source = read_yaml(path, _name(path, root))
    return Case(validate(CaseFile, source), source, folder)


def load_cases(bank: Path, root: Path | None = None) -> dict[str, Case]:
    """Load every case of a bank, by slug in order.

    Raises:
        FindingsError: the mistakes of all files together.
    """
    cases: dict[str, Case] = {}
    findings: list[Finding] = []
    for path in sorted(bank.glob(f"*/{CASE_FILE}")):
        try:
            case = load_case(path.parent, root)
        except FindingsError as error:
            findings += error.findings
        else:
            cases[case.slug] = case
    if findings:
        raise FindingsError(findings)
    return cases


def _name(path: Path, root: Path | None) -> str:
    return str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)


def validate(model: type[Model], source: YamlSource) -> Model:
    """Check the form of a file against its model.

    Raises:
        FindingsError: one finding for each mistake that pydantic reports, at its line.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        known, errors = _field_names(model), [dict(entry) for entry in error.errors()]
        raise FindingsError(
            _finding(source, entry, known) for entry in errors if not _follows(entry, errors)
        ) from error


def _follows(error: Mapping[str, Any], errors: list[dict[str, Any]]) -> bool:
    """Whether a list is too short only because entries of it were refused: those findings say all."""
    loc = error["loc"]
    deeper = any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors)
    return bool(error["type"] == "too_short" and deeper)


def _finding(source: YamlSource, error: Mapping[str, Any], known: set[str]) -> Finding:
    place = _place(source.data, error["loc"])
    field = str(error["loc"][-1]) if error["loc"] else "file"
    where = _where(source.data, place, field)
    expected, found, remedy = _explain(error, field, known)
    return Finding(source.file, source.line(place), where, expected, found, remedy)


def _place(data: Any, loc: tuple[str | int, ...]) -> Place:
    """The place in the file of pydantic's location, which also holds the tags of unions."""
    place: list[str | int] = []
    for step in loc:
        if _holds(data, step):
            data = data[step]
            place.append(step)
    return tuple(place)


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def _where(data: Any, place: tuple[Any, ...], field: str) -> str:
    """The innermost item, option or block around a place, and the field."""
    names: list[str] = []
    for step in place:
        data = data[step]  # a key of a mapping or an index of a list, as `_place` found it
        if isinstance(data, dict):
            names += [str(data[name]) for name in ("item", "scene", "artifact", "figure", "id") if name in data][:1]
    if field.isdigit() and names:  # an entry of a list is called by its own name
        return " / ".join(names)
    return " / ".join([*names, field])


def _explain(error: Mapping[str, Any], field: str, known: set[str]) -> tuple[str, str, str]:
    """What was expected, what was found, and the remedy, for one of pydantic's errors."""
    found = _short(error.get("input"))
    match error["type"]:
        case "missing":
            return f"a field “{field}”", "none", f"add “{field}:”"
        case "extra_forbidden":
            near = difflib.get_close_matches(field, known - {field}, n=1, cutoff=0.6)
            remedy = f"did you mean “{near[0]}”" if near else "take it out, or look the field up in docs/authors"
            return "a known field", f"“{field}”", remedy
        case "union_tag_invalid" | "union_tag_not_found":
            expected = "a block that begins with scene, artifact, figure or item, of a known kind or type"
            return expected, found, "see the list of blocks in docs/authors"
        case "too_short" | "too_long":
            limits = error["ctx"]
            bound = f"at least {limits['min_length']}" if "min_length" in limits else f"at most {limits['max_length']}"
            return f"{bound} entries", str(limits["actual_length"]), "add or remove entries"
        case "tuple_type" | "list_type":
            return "a list", found, "begin each entry with “- ”, or write [one, two]"
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            return message[:1].lower() + message[1:], found, "correct the value"


def _short(value: object, longest: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= longest else text[:longest] + "…"


def _field_names(model: type[BaseModel]) -> set[str]:
    """Every field name in the file's JSON Schema, for “did you mean”."""
    names: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            properties = part.get("properties", {})
            names.update(properties if isinstance(properties, dict) else ())
            for child in part.values():
                collect(child)
        elif isinstance(part, list):
            for child in part:
                collect(child)

    collect(model.model_json_schema())
    return names
