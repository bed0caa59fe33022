"""What the page to hand on says in sentences, and its figures: made of `Shared` alone."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.figures import Plot
from eprofessionalism_graders.cohort.sharing.shared import Distribution, Shared

BOUND = re.compile(r"(At (?:least|most) \d+) of ")
WITHHELD = ("is a bound: the exact number is withheld.", "are bounds: the exact numbers are withheld.")
"""Said of one bound, and of two."""


def content(shared: Shared) -> dict[str, Any]:
    """What the page to hand on says."""
    test = shared.test
    return {
        "shared": shared,
        "headline": headline(shared),
        "learning": learned(shared),
        "distribution": _merged(test.distribution, shared.pass_mark),
        "left_out": sum(not question.is_open for case in shared.cases for question in case.questions),
    }


def headline(shared: Shared) -> Markup:
    """What whoever reads the page should know, in two sentences."""
    finished, passed = shared.finished, shared.test.passed
    text = Markup("<b>{}</b>").format(finished)
    text += f"; {passed[:1].lower()}{passed[1:]}" if passed else ""
    without = shared.test.distribution.without if shared.test.distribution else None
    text += f", and about {without}% have no result yet." if passed and without else "."
    bounds = [f"“{bound[1]}”" for bound in map(BOUND.match, (finished, passed)) if bound]
    if bounds:
        text += f" {' and '.join(bounds)} {WITHHELD[len(bounds) > 1]}"
    return text


def learned(shared: Shared) -> str:
    """What changed between the test before the course and the one after it, for those who took both."""
    found = shared.test.learning
    if found is None:
        return ""
    if found.gain is None:
        return f"{found.before} of the points before the course, {found.after} after it."
    if found.gain == 0:
        return "About as many points after the course as before it: a difference of less than 3 points, if any."
    size, more = abs(found.gain), "more" if found.gain > 0 else "fewer"
    about = f"At least {size}" if size == privacy.MOST_GAIN else f"About {size}"
    return f"{about} points {more} (of 100) after the course than before it."


def _merged(found: Distribution | None, pass_mark: float) -> Plot | None:
    return figures.merged_distribution(found.bins, found.without, pass_mark) if found else None
