"""`eprof build`: the whole bank into `notebooks/`, or a check that what is committed there is up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eprofessionalism.authoring import facilitator, figures
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.loader import Case, read_bank
from eprofessionalism.authoring.notebook import DrawFigure, build_case

NOTEBOOKS = "notebooks"
GUIDES = "docs/instructors/cases"
INSTRUCTOR = "instructor"
"""The folder in `notebooks/` that is no case and is not built: notebooks for instructors."""


class Checkout:
    """The places of a source checkout that authors work in.

    Raises:
        FileNotFoundError: there is no checkout around the package.
    """

    def __init__(self) -> None:
        self.root = Path(__file__).resolve().parents[3]
        self.bank = self.root / "course" / "eprofessionalism" / "cases"
        self.notebooks = self.root / NOTEBOOKS
        self.published = self.root / "datasets" / "published-figures.csv"
        if not (self.published.is_file() and self.bank.is_dir()):
            message = f"{self.root}: expected a source checkout of the course, with course/ and datasets/; found none"
            raise FileNotFoundError(f"{message}; authors work in a checkout, learners and instructors need no build")


def load_checked(checkout: Checkout) -> dict[str, Case]:
    """All cases of the checkout.

    Raises:
        FindingsError: everything that is wrong with them.
    """
    cases, findings = check_bank(checkout)
    if findings:
        raise FindingsError(findings)
    return cases


def check_bank(checkout: Checkout) -> tuple[dict[str, Case], list[Finding]]:
    """The cases of the checkout whose form is right, and everything that is wrong with these and the others."""
    cases, findings = read_bank(checkout.bank, checkout.root)
    return cases, findings + check_cases(cases, figures.load_published(checkout.published), course=True)


def outputs(checkout: Checkout, cases: Mapping[str, Case]) -> dict[str, dict[str, bytes]]:
    """Every folder that is built, by its path in the checkout, with all its files.

    Learners are given what is in `notebooks/`; the facilitators' pages lie in the documentation.
    """
    return {NOTEBOOKS: build_all(cases, checkout.published), GUIDES: facilitator.pages(cases)}


def build_all(cases: Mapping[str, Case], published: Path) -> dict[str, bytes]:
    """Every built file by its path below `notebooks/`."""
    draw = figure_drawer(published)
    return {f"{slug}/{name}": data for slug, case in cases.items() for name, data in build_case(case, draw).items()}


def figure_drawer(published: Path) -> DrawFigure:
    """What draws the figures of a case from the table of published figures."""
    rows = figures.load_published(published)
    return lambda block: (figures.draw(block, rows), figures.source_line([rows[row] for row in block.rows]))


def write(files: Mapping[str, bytes], folder: Path) -> tuple[list[str], list[str]]:
    """Make a folder hold exactly these files; returns the paths that were written and those that were removed."""
    changed = [finding.where for finding in compare(files, folder)]
    written = [name for name in changed if name in files]
    removed = [name for name in changed if name not in files]
    for name in written:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    for name in removed:
        (folder / name).unlink()
    for below in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(below.iterdir()):
            below.rmdir()
    return written, removed


def compare(files: Mapping[str, bytes], folder: Path, name: str = NOTEBOOKS) -> list[Finding]:
    """One finding for each file of a built folder that is missing, out of date or left over; `name` is its path."""
    places = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    present = {place.as_posix(): path for place, path in places.items() if place.parts[0] != INSTRUCTOR}
    findings = []
    for file in sorted(files.keys() | present.keys()):
        if file not in present:
            words = ("the built file", "none")
        elif file not in files:
            words = ("no such file", "a leftover")
        elif files[file] != present[file].read_bytes():
            words = ("what the case builds today", "other content")
        else:
            continue
        findings.append(Finding(f"{name}/{file}", 1, file, *words, f"run eprof build and commit {name}/"))
    return findings
