"""From files to checked models: every mistake of form becomes a finding with its line, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eprofessionalism.authoring.explain import explain
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.model import AnyItem, BaseItem, CaseFile, Strict
from eprofessionalism.authoring.places import name_of
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

    @property
    def is_story(self) -> bool:
        """Whether it is a case of the course, and not its orientation, a form of the test or a survey."""
        return self.content.module == "case"

    def blocks(self) -> Iterator[tuple[Place, Strict]]:
        """The blocks of the story, each with its place in the file."""
        return ((("story", index), block) for index, block in enumerate(self.content.story))

    def items(self) -> Iterator[tuple[Place, AnyItem]]:
        """The items, each with its place in the file."""
        for index, block in enumerate(self.content.story):
            if isinstance(block, BaseItem):
                yield ("story", index), block

    def finding(self, place: Place, where: str, expected: str, found: str, remedy: str) -> Finding:
        """A finding on the line of a place."""
        return Finding(self.source.file, self.source.line(place), where, expected, found, remedy)


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
    """Load every case of a bank, by folder in order.

    Raises:
        FindingsError: the mistakes of form of all files together.
    """
    cases, findings = read_bank(bank, root)
    if findings:
        raise FindingsError(findings)
    return cases


def read_bank(bank: Path, root: Path | None = None) -> tuple[dict[str, Case], list[Finding]]:
    """The cases of a bank whose form is right, by folder in order, and what is wrong with the others."""
    cases: dict[str, Case] = {}
    findings: list[Finding] = []
    for folder in case_folders(bank):
        try:
            cases[folder.name] = _case_in(folder, root)
        except FindingsError as error:
            findings += error.findings
    return cases, findings


def case_folders(bank: Path) -> list[Path]:
    """The folders of a bank, each of which holds one case."""
    return sorted(path for path in bank.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))


def _case_in(folder: Path, root: Path | None) -> Case:
    if (folder / CASE_FILE).is_file():
        return load_case(folder, root)
    found = ", ".join(sorted(path.name for path in folder.iterdir())) or "an empty folder"
    remedy = f"name the case’s file {CASE_FILE}, or take the folder away"
    raise FindingsError([Finding(_name(folder, root), 1, folder.name, f"a file {CASE_FILE}", found, remedy)])


def _name(path: Path, root: Path | None) -> str:
    return str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)


def validate(model: type[Model], source: YamlSource) -> Model:
    """Check the form of a file against its model.

    Raises:
        FindingsError: every mistake of form, each on its line.
    """
    empty = list(_empty(source))
    findings = [_nothing(source, place) for place in empty]
    content = None
    try:
        content = model.model_validate(source.data)
    except ValidationError as error:
        findings += (finding for finding in explain(error, model, source) if finding.where not in _names(findings))
    if content is None or findings:
        raise FindingsError(findings)
    return content


def _names(findings: Iterable[Finding]) -> set[str]:
    return {finding.where for finding in findings}


def _empty(source: YamlSource) -> Iterator[Place]:
    """The fields and entries after which nothing stands."""
    return (place for place in source.lines if place and _value(source.data, place) is None)


def _value(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _nothing(source: YamlSource, place: Place) -> Finding:
    name, remedy = name_of(source.data, place), "write it, or take the field out"
    return Finding(source.file, source.line(place), name, "a value", "nothing", remedy)
