"""How the cases went before their feedback: which was hardest, and where its topic stands in the test."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from eprofessionalism_graders.cohort.chance import is_clearly_lower
from eprofessionalism_graders.cohort.document import Figure, Section
from eprofessionalism_graders.cohort.figures import by_case
from eprofessionalism_graders.cohort.figures.cases import is_crowd
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.known import topics_known
from eprofessionalism_graders.cohort.summary import CaseResult, by_mean, hardest_case
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT, number


def section(results: Results) -> Section | None:
    """Results by case, the orientation left out; nothing before somebody has finished one."""
    found = [case for case in results.summary.cases if results.banks[case.assignment].module == "case"]
    if not by_mean(found):
        return None
    return Section(
        id="cases",
        title=title(found) + _after(hardest(found), results),
        lead=f"{basis(found)} First answers count: they say what was hard before the course taught it.",
        blocks=(Figure("cases", reading(found), by_case(found)),),
    )


def hardest(results: Sequence[CaseResult]) -> list[CaseResult]:
    """The case that was clearly hardest, or the two hardest where the easiest was clearly easier; else none."""
    order = by_mean(results)
    if len(order) < 2:
        return []
    first = hardest_case(results)
    if first:
        return [first]
    return order[:2] if is_clearly_lower(order[0].by_learner, order[-1].by_learner) else []


def title(results: Sequence[CaseResult]) -> str:
    """Which case was hardest, if one was clearly so; else whether any was clearly harder than any other.

    Of a few learners it is said no stronger than that it is the lowest so far.
    """
    if len(by_mean(results)) < 2:
        return "How the cases went"
    found = hardest(results)
    if not found:
        return "Before feedback, the cases were about equally hard"
    names = " and ".join(f"“{case.title}” ({case.mean:.0f}%)" for case in found)
    if min(len(case.percents) for case in found) < ENOUGH_FOR_PERCENT:
        return f"Lowest so far, before feedback: {names}"
    return f"Before feedback, {names} {'was the hardest case' if len(found) == 1 else 'were the hardest cases'}"


def _after(found: Sequence[CaseResult], results: Results) -> str:
    """What was earned on the topic of the hardest case in the test after the course, where enough took it."""
    if len(found) != 1:
        return ""
    about = topics(results.banks)[next(iter(results.banks[found[0].assignment].items))]
    told = topics_known(results).frame.set_index("unit")["percent"].get(about)
    return "" if pd.isna(told) else f"; its topic is at {told:.0f}% in the test"


def reading(results: Sequence[CaseResult]) -> str:
    """How to read the picture."""
    what = (
        "The bar is the middle half of the learners, the line nine in ten of them"
        if is_crowd(result.percents for result in results)
        else "One dot is one learner, or stands for several alike"
    )
    return f"Percent of the points. {what}; the stroke is the mean."


def basis(results: Sequence[CaseResult]) -> str:
    """Whose results are shown."""
    sizes = sorted({len(result.percents) for result in results if result.percents})
    count = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    unfinished = sum(result.partly for result in results)
    text = f"Each case was finished by {count} learner{'s' * (sizes[-1] > 1)}"
    if unfinished:
        are = "hand-in is" if unfinished == 1 else "hand-ins are"
        text += f"; {number(unfinished)} unfinished {are} left out"
    return f"{text}."
