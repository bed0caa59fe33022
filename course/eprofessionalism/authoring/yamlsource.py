"""YAML read with the line of every value, so that a mistake can be shown where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from eprofessionalism.authoring.findings import Finding, FindingsError

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: mapping keys and list indices from the top."""


class _PlainLoader(yaml.SafeLoader):
    """The scalars of YAML 1.2: `9:15`, `yes` and `2026-11-22` are text, as an author expects."""


_CORE_SCALARS = {
    "null": (r"~|null|", ["~", "n", ""]),
    "bool": (r"true|false", ["t", "f"]),
    "int": (r"[-+]?[0-9]+", list("-+0123456789")),
    "float": (r"[-+]?[0-9]+\.[0-9]+", list("-+0123456789")),
}
_PlainLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _CORE_SCALARS.items():
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), _first)


@dataclass(frozen=True, slots=True)
class YamlSource:
    """The content of one file, and the line from 1 of each place in it."""

    file: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that exists."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(path: Path, name: str | None = None) -> YamlSource:
    """Read one YAML file.

    Args:
        path: the file.
        name: what findings call the file; its path where not given.

    Raises:
        FindingsError: the file cannot be read, is not YAML, or gives a key twice; all such mistakes at once.
    """
    file = name or str(path)
    try:
        loader = _PlainLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except (OSError, UnicodeDecodeError) as error:
        raise FindingsError(
            [Finding(file, 1, "file", "a readable text file", str(error), "look at its name and access")]
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(filter(None, [error.context, error.problem]))
        remedy = "look at the indentation, quotes and colons of this line and the one before"
        raise FindingsError([Finding(file, line, "file", "valid YAML", problem, remedy)]) from error
    reader = _Reader(file, loader)
    data = reader.read(node, ()) if node else None
    if reader.findings:
        raise FindingsError(reader.findings)
    return YamlSource(file, data, reader.lines)


class _Reader:
    """Turns nodes into plain data and remembers where each stood."""

    def __init__(self, file: str, loader: _PlainLoader) -> None:
        self.file, self.loader = file, loader
        self.lines: dict[Place, int] = {}
        self.findings: list[Finding] = []

    def read(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*place, index)) for index, child in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _read_mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, child in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in data:
                first = self.lines[(*place, key)]
                found = f"it again (first on line {first})"
                self.findings.append(Finding(self.file, line, key, "each field once", found, "keep one of the two"))
            self.lines[(*place, key)] = line
            data[key] = self.read(child, (*place, key))
        return data
