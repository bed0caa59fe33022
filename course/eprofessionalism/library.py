"""Where the built course lies: in an installed package, or in the source checkout that it was installed from."""

from __future__ import annotations

from pathlib import Path

from eprofessionalism.items import ITEMS_FILE


class NoCourseError(FileNotFoundError):
    """The package holds no built cases; the message says what to do."""


def built_cases() -> dict[str, Path]:
    """The folder of each built case by slug, in the order of the course.

    Raises:
        NoCourseError: neither the package nor a checkout around it has built cases.
    """
    package = Path(__file__).resolve().parent
    places = (package / "notebooks", package.parents[1] / "notebooks")
    for place in places:
        cases = {path.parent.name: path.parent for path in sorted(place.glob(f"*/{ITEMS_FILE}"))}
        if cases:
            return cases
    remedy = "install the course again, or run eprof build in a source checkout"
    raise NoCourseError(f"{places[0]}: expected the built cases of the course, found none; {remedy}")
