"""Who passed: the test after the course against the pass mark, and whether its forms are equally hard."""

from __future__ import annotations

from collections.abc import Iterator

from eprofessionalism_graders.cohort.document import Block, Figure, Note, Section
from eprofessionalism_graders.cohort.figures import distribution
from eprofessionalism_graders.cohort.forms_apart import finding, forms_apart
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import Assessment
from eprofessionalism_graders.cohort.words import capital, counted, number


def section(results: Results) -> Section | None:
    """The distribution of the post-test; nothing before there is a result."""
    test = results.summary.assessment
    if test is None or not test.percents:
        return None
    without = results.summary.overall.total - len(test.percents)
    return Section(id="passing", title=title(test), lead=_lead(without), blocks=tuple(_blocks(results, test)))


def title(test: Assessment) -> str:
    """Who passed, and how many of them in a second attempt."""
    text = f"{test.passed} of {len(test.percents)} passed"
    if not test.by_retake:
        return text
    at_once = test.passed - test.by_retake
    again = f"{number(test.by_retake)} at the second attempt"
    return f"{text}: {number(at_once)} at once, {again}" if at_once else f"{text}, {again}"


def _lead(without: int) -> str:
    """What passing rests on, and who is not counted."""
    text = "Pass or fail rests on the test after the course alone, and on its second attempt where there was one."
    if without:
        text += f" {capital(counted(without, 'learner'))} without a result {'is' if without == 1 else 'are'} left out."
    return text


def _blocks(results: Results, test: Assessment) -> Iterator[Block]:
    if apart := finding(forms_apart(results)):
        yield Note(apart, caution=True)
    caption = "Learners by percent of the points of the test after the course, first attempt."
    yield Figure("post-test", caption, distribution(test))
