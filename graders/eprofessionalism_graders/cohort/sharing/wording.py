"""What the page to hand on says in sentences, and its figures: made of what may be shown alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.sharing.choices import MEANINGS
from eprofessionalism_graders.cohort.sharing.opinions import Survey
from eprofessionalism_graders.cohort.sharing.shared import Shared
from eprofessionalism_graders.cohort.words import number


def content(shared: Shared, surveys: Sequence[Survey]) -> dict[str, Any]:
    """What the page to hand on says."""
    chosen = any(question.has_shares for case in shared.cases for question in case.questions)
    return {
        "shared": shared,
        "surveys": surveys,
        "has_shares": chosen,
        "has_numbers": shared.has_results or chosen or any(survey.has_shares for survey in surveys),
        "smallest_for_numbers": privacy.smallest_for_numbers(shared.smallest),
        "fewest": number(privacy.FEWEST_ANSWERS),
        "meanings": MEANINGS,
        "headline": headline(shared),
        "learning": learned(shared),
        "distribution": bars(shared),
        "left_out": sum(not question.is_open for case in shared.cases for question in case.questions),
    }


def headline(shared: Shared) -> Markup:
    """What whoever reads the page should know, in two sentences."""
    finished, passed, by_now = shared.finished, shared.test.passed, shared.test.passed_by_now
    text = Markup("<b>{}</b>").format(finished)
    text += f"; {passed[:1].lower()}{passed[1:]}" if passed else ""
    text += f", about {by_now}% counting second attempts" if passed and by_now else ""
    without = shared.test.distribution.without if shared.test.distribution else None
    text += f", and about {without}% have no result yet." if passed and without else "."
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


def bars(shared: Shared) -> list[tuple[str, int, bool]]:
    """The distribution of the test, as (what a bar is of, its share of all learners in percent, whether it passed)."""
    found = shared.test.distribution
    if found is None:
        return []
    steps = [(figures.bin_name(low, high), share, low >= shared.pass_mark) for low, high, share in found.bins]
    if found.without is not None:
        return [("No result", found.without, False), *steps]
    name, share, passed = steps[0]
    return [(f"{name}, or no result", share, passed), *steps[1:]]
