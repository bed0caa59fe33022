"""One case being worked on, wherever its bank lies: read anew at each look, checked beside the others of its bank."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from eprofessionalism.authoring.build import Checkout, figure_drawer
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.commands import bank_findings
from eprofessionalism.authoring.figures import load_published
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.loader import CASE_FILE, Case, case_folders, load_case
from eprofessionalism.authoring.model import Figure
from eprofessionalism.authoring.notebook import DrawFigure


class NoCaseError(FileNotFoundError):
    """What was named is no case; the message says what to name."""


class Bench:
    """One case and what it is checked against.

    The course's own bank, in a source checkout, asks for all that `eprof check` does; any other bank for what an
    offering asks of an institution's own cases.

    Args:
        name: the name of a case of the course, a case's folder, or its case file.

    Raises:
        NoCaseError: there is no such case.
    """

    def __init__(self, name: str) -> None:
        checkout = checkout_or_none()
        self.folder = _folder(name, checkout)
        self.checkout = checkout if checkout and self.folder.parent == checkout.bank else None
        self._root = self.checkout.root if self.checkout else Path.cwd()

    def look(self) -> tuple[Case | None, list[Finding]]:
        """The case, where its form is right, and everything that is wrong with it."""
        try:
            case = load_case(self.folder, self._root)
        except FindingsError as error:
            return None, error.findings
        return case, [finding for finding in self._check(case) if finding.file == case.source.file]

    def _check(self, case: Case) -> list[Finding]:
        cases = {**self._others, self.folder.name: case}
        if self.checkout is None:
            return check_cases(cases, ())
        findings = check_cases(cases, load_published(self.checkout.published), course=True)
        return sorted([*findings, *bank_findings(self.checkout, cases)])

    @cached_property
    def _others(self) -> Mapping[str, Case]:
        """The other cases of the bank whose form is right: no two may use one item id."""
        others = {}
        for folder in case_folders(self.folder.parent):
            if folder != self.folder and (folder / CASE_FILE).is_file():
                try:
                    others[folder.name] = load_case(folder, self._root)
                except FindingsError:
                    continue
        return others

    @property
    def draw(self) -> DrawFigure:
        """How its figures are drawn: from the course's table, which no other bank has."""
        return figure_drawer(self.checkout.published) if self.checkout else _no_figure


def checkout_or_none() -> Checkout | None:
    """The source checkout around the package, where there is one."""
    try:
        return Checkout()
    except FileNotFoundError:
        return None


def _folder(name: str, checkout: Checkout | None) -> Path:
    named = Path(name)
    places = [named.parent if named.name == CASE_FILE else named]
    places += [checkout.bank / name] if checkout else []
    for place in places:
        if (place / CASE_FILE).is_file():
            return place.resolve()
    known = f" ({', '.join(folder.name for folder in case_folders(checkout.bank))})" if checkout else ""
    expected = f"a case’s folder, its {CASE_FILE}, or the name of a case of the course{known}"
    raise NoCaseError(f"{name}: expected {expected}, found none; look at the name, or begin one with eprof new")


def _no_figure(block: Figure) -> tuple[bytes, str]:
    raise LookupError(f"{block.figure}: only the course’s own checkout has the table that figures are drawn from")
