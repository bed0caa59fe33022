"""What the report says, one module a part: each makes a `Section` of the results, or none where there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from eprofessionalism_graders.cohort.document import Section
from eprofessionalism_graders.cohort.results import Results

ORDER = (
    "finishing", "passing", "learning", "mastery", "cases", "items", "scale", "confident", "calibration", "judging",
    "years", "groups", "branches",
)  # fmt: skip
"""The modules, in the order of the page."""


def sections(results: Results) -> Iterator[Section]:
    """All parts that these results have."""
    for name in ORDER:
        if find_spec(f"{__name__}.{name}"):
            part = import_module(f"{__name__}.{name}").section(results)
            if part is not None:
                yield part
