"""`eprof build`: the whole bank into `notebooks/`, or a check that what is committed there is up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eprofessionalism.authoring import figures
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.loader import Case, load_cases
from eprofessionalism.authoring.notebook import DrawFigure, build_case


class Checkout:
    """The places of a source checkout that authors work in.

    Raises:
        FileNotFoundError: there is no checkout around the package.
    """

    def __init__(self) -> None:
        self.root = Path(__file__).resolve().parents[3]
        self.bank = self.root / "course" / "eprofessionalism" / "cases"
        self.notebooks = self.root / "notebooks"
        self.published = self.root / "datasets" / "published-figures.csv"
        if not (self.published.is_file() and self.bank.is_dir()):
            message = f"{self.root}: expected a source checkout of the course, with course/ and datasets/; found none"
            raise FileNotFoundError(f"{message}; authors work in a checkout, learners and instructors need no build")


def load_checked(checkout: Checkout) -> dict[str, Case]:
    """All cases of the checkout.

    Raises:
        FindingsError: everything that is wrong with them.
    """
    cases = load_cases(checkout.bank, checkout.root)
    findings = check_cases(cases, figures.load_published(checkout.published))
    if findings:
        raise FindingsError(findings)
    return cases


def build_all(cases: Mapping[str, Case], published: Path) -> dict[str, bytes]:
    """Every built file by its path below `notebooks/`."""
    draw = figure_drawer(published)
    return {f"{slug}/{name}": data for slug, case in cases.items() for name, data in build_case(case, draw).items()}


def figure_drawer(published: Path) -> DrawFigure:
    """What draws the figures of a case from the table of published figures."""
    rows = figures.load_published(published)
    return lambda block: (figures.draw(block, rows), figures.source_line([rows[row] for row in block.rows]))


def write(files: Mapping[str, bytes], notebooks: Path) -> list[str]:
    """Make `notebooks/` hold exactly these files; returns the paths that changed."""
    changed = [finding.where for finding in compare(files, notebooks)]
    for name in changed:
        path = notebooks / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        else:
            path.unlink()
    return changed


def compare(files: Mapping[str, bytes], notebooks: Path) -> list[Finding]:
    """One finding for each file of `notebooks/` that is missing, out of date or left over."""
    present = {str(path.relative_to(notebooks)): path for path in notebooks.rglob("*") if path.is_file()}
    findings = []
    for name in sorted(files.keys() | present.keys()):
        path = f"{notebooks.name}/{name}"
        if name not in present:
            findings.append(Finding(path, 1, name, "the built file", "none", "run eprof build and commit notebooks/"))
        elif name not in files:
            findings.append(
                Finding(path, 1, name, "no such file", "a leftover", "run eprof build and commit notebooks/")
            )
        elif files[name] != present[name].read_bytes():
            findings.append(
                Finding(
                    path,
                    1,
                    name,
                    "what the case builds today",
                    "other content",
                    "run eprof build and commit notebooks/",
                )
            )
    return findings
