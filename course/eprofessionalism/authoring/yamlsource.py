"""YAML read with the line of every value, so that a mistake can be shown where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml.reader import ReaderError

from eprofessionalism.authoring import yamlwords
from eprofessionalism.authoring.findings import Finding, FindingsError

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: mapping keys and list indices from the top."""


_COMMENT = re.compile(r"[^\S\n]+(#\S.*)")
_QUOTED = 'put the text in quotes: "{}"'


class _PlainLoader(yaml.SafeLoader):
    """The scalars of YAML 1.2: `9:15`, `yes` and `2026-11-22` are text, as an author expects.

    What YAML would take for a tag, an anchor, an alias or a comment, and the author meant as text, is kept in `refused`
    as (line, expected, found, remedy).
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.refused: list[tuple[int, str, str, str]] = []

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Read one node, as if it had no tag and no anchor."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        kind = type(event)
        sign = (
            "*" if kind is yaml.AliasEvent else next((_SIGNS[name] for name in _SIGNS if getattr(event, name, 0)), "")
        )
        if sign:
            self._refuse_sign(event, sign)
        if kind is yaml.AliasEvent:
            self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("tag:yaml.org,2002:str", event.anchor, event.start_mark, event.end_mark)
        if kind is yaml.ScalarEvent and event.style is None:
            self._refuse_cut(event)
        event.anchor = event.tag = None
        return super().compose_node(parent, index)

    def _refuse_sign(self, event: Any, sign: str) -> None:
        mark = event.start_mark
        said = _line_from(mark).strip()
        self.refused.append(
            (mark.line + 1, "text that begins with a letter or digit", f"“{sign}” before it", _QUOTED.format(said))
        )

    def _refuse_cut(self, event: Any) -> None:
        """A plain text ends where a word begins with #: the rest would be lost in silence."""
        mark = event.end_mark
        if cut := _COMMENT.match(_line_from(mark)):
            found = f"that “{cut[1].strip()}” is read as a comment"
            remedy = "put the text in quotes, or the comment on a line of its own"
            self.refused.append((mark.line + 1, "the whole text", found, remedy))


_SIGNS = {"tag": "!", "anchor": "&"}


def _line_from(mark: Any) -> str:
    """What stands on the line from a mark on."""
    rest: str = mark.buffer[mark.pointer :]
    return rest.split("\n", 1)[0].rstrip("\0\r")


_CORE_SCALARS = {
    "null": (r"~|null|", ["~", "n", ""]),
    "bool": (r"true|false", ["t", "f"]),
    "int": (r"[-+]?(?:0|[1-9][0-9]{0,17})", list("-+0123456789")),  # 08 is no number to YAML, nor to us
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
    text = _text(path, file)
    try:
        loader = _PlainLoader(text)
        node = loader.get_single_node()
    except ReaderError as error:
        line, found = text.count("\n", 0, error.position) + 1, f"the invisible character U+{error.character:04X}"
        raise _refusal(file, line, "text", found, "take it out, or write a space in its place") from error
    except yaml.MarkedYAMLError as error:
        raise _refusal(file, *yamlwords.explain(error)) from error
    except RecursionError as error:
        raise _refusal(file, 1, "a few brackets inside one another", "hundreds", "close them") from error
    reader = _Reader(file, loader)
    data = reader.read(node, ()) if node else None
    findings = [Finding(file, line, "file", *words) for line, *words in loader.refused] + reader.findings
    if findings:
        raise FindingsError(findings)
    return YamlSource(file, data, reader.lines)


def _refusal(file: str, line: int, expected: str, found: str, remedy: str) -> FindingsError:
    return FindingsError([Finding(file, line, "file", expected, found, remedy)])


def _text(path: Path, file: str) -> str:
    """The text of a file.

    Raises:
        FindingsError: it cannot be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        found = error.strerror or "an error"
        raise _refusal(file, 1, "a file that can be read", found[:1].lower() + found[1:], "look at its name") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(file, line, "text in UTF-8", "another encoding", "save the file again as UTF-8") from error


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
        again = False
        for key_node, child in node.value:
            key, line = _field(key_node), key_node.start_mark.line + 1
            if node.flow_style and _is_empty(child):
                self._refuse(line, key, *_LOOSE)
            elif key in data and not again:  # one finding says it: more of them come from the same forgotten “- ”
                again, first = True, self.lines[(*place, key)]
                self._refuse(line, key, "each field once", f"it again (first on line {first})", _AGAIN)
            self.lines[(*place, key)] = line
            data[key] = self.read(child, (*place, key))
        return data

    def _refuse(self, line: int, where: str, expected: str, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.file, line, where, expected, found, remedy))


_AGAIN = "keep one of the two; if another entry begins here, write “- ” before its first field"
_LOOSE = ("a value for each field in {…}", "words after a comma or in brackets", 'put the text in quotes: "…"')


def _field(node: Any) -> str:
    """The name of a field; of what cannot be one, what was written."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    written: str = node.start_mark.buffer[node.start_mark.pointer : node.end_mark.pointer]
    return written


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and not node.value
