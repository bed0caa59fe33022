"""An institution's own cases, in `cases/NN-slug/` of its private folder: checked and built as ours are."""

from __future__ import annotations

from pathlib import Path

from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism.authoring.model import Figure
from eprofessionalism.authoring.notebook import build_case
from eprofessionalism_graders.errors import UserError


def build_private(folder: Path | None) -> dict[str, bytes]:
    """The built files of the institution's own cases, by path below `source/`; none where there is no such bank.

    Raises:
        UserError: everything that is wrong with the cases.
    """
    cases_folder = folder / "cases" if folder else None
    if cases_folder is None or not cases_folder.is_dir():
        return {}
    try:
        cases = load_cases(cases_folder)
        findings = check_cases(cases, ())  # no row of published figures: those are drawn in the course's own checkout
        if findings:
            raise FindingsError(findings)
    except FindingsError as error:
        raise UserError(str(error)) from error
    return {
        f"{slug}/{name}": data for slug, case in cases.items() for name, data in build_case(case, _no_figure).items()
    }


def _no_figure(block: Figure) -> tuple[bytes, str]:
    raise AssertionError(f"{block.figure}: figures are refused before building")
