"""Whether the two forms of the test are so unequally hard that a learner may have failed for the form they drew.

For the page, `finding(found)` is the paragraph; for the page with names, `reasons(found)` has a reason for each learner
whom it concerns. Both take what `forms_apart(results)` returned, which one reckons once, and say nothing of None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from eprofessionalism.sequence import BEFORE_AND_AFTER
from eprofessionalism_graders.cohort.analysis import learning
from eprofessionalism_graders.cohort.analysis.intervals import Estimate, difference
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.words import counted
from eprofessionalism_graders.forms import other

FEWEST_TO_COMPARE = 25
"""With fewer learners with both tests in either order of the forms, nobody's result is held against the other form.

From samples as small as 25 it was better to take two forms as equally hard than to reckon with a difference; from 50 on
it was not, below the mean by the difference of the means (Skaggs, J Educ Meas 2005;42:309-330, who gave each form to
other learners). Here each learner takes both: 25 in each order are 50 on each form."""


UNKNOWN = Estimate(float("nan"))


@dataclass(frozen=True, slots=True)
class Taken:
    """One form as the test after the course, at the first attempt: how many have a result, and reached the mark."""

    form: str
    learners: int
    passed: int

    @property
    def share(self) -> float:
        """Who reached the mark, in percent."""
        return 100 * self.passed / self.learners if self.learners else float("nan")


@dataclass(frozen=True, slots=True)
class FormsApart:
    """Two forms that are not equally hard.

    Args:
        harder: the form that is harder, and who passed on it.
        easier: the other one.
        difference: how much harder, in points of percent, above 0 with its whole 95 % interval.
        pass_mark: in percent, the same for both.
        passing_lower: who would have reached the mark at the first attempt with a lower one on the harder form.
        passing_higher: the same with a higher mark on the easier form.
        apart_before: how much easier the easier form was in the test before the course, of those who took both tests:
            learners who began with the one against those who began with the other.
        apart_after: the same in the test after the course.
        between: ids of the learners who have not passed, neither on the harder form nor in a second attempt, and had
            on that form less than the mark by no more than the difference; in the order of the roster.
    """

    harder: Taken
    easier: Taken
    difference: Estimate
    pass_mark: float
    passing_lower: int
    passing_higher: int
    between: tuple[str, ...]
    apart_before: Estimate = UNKNOWN
    apart_after: Estimate = UNKNOWN

    @property
    def lower(self) -> float:
        """What a result on the harder form has to be, to be worth the pass mark on the easier one."""
        return self.pass_mark - self.difference.value

    @property
    def higher(self) -> float:
        """What a result on the easier form has to be, to be worth the pass mark on the harder one."""
        return self.pass_mark + self.difference.value


def forms_apart(results: Results) -> FormsApart | None:
    """The harder form and whom it concerns; None where the forms cannot be told apart.

    The difference is that of mean equating: in a counterbalanced design half of what one order gained more than the
    other (`analysis.learning.form_difference`), of those with both results, whatever they learned. It is that of
    learners on average, takes for granted that learning does not depend on the order, and may be another far from the
    mean (Kolen and Brennan, Test Equating, Scaling, and Linking, Springer).

    None where its interval holds 0, where either order has fewer than `FEWEST_TO_COMPARE` learners with both results,
    or where the test after the course is more than a form.
    """
    if any(bank.is_test and not bank.form for bank in results.banks.values()):
        return None
    learners = results.tables.learners.set_index("learner")
    both = learning.paired(learners["pre_percent"], learners["post_percent"], learners["pre_form"])
    if not both.balanced or min(map(len, both.strata)) < FEWEST_TO_COMPARE:
        return None
    found = both.estimate(learning.form_difference)
    if not found.sign:
        return None
    first, second = BEFORE_AND_AFTER
    harder = first if found.sign > 0 else second
    apart = (found, *_test_by_test(both))
    return _apart(results, apart if found.sign > 0 else tuple(map(_turned, apart)), harder)


def _test_by_test(both: learning.Paired) -> tuple[Estimate, Estimate]:
    """How much easier the second form was than the first, before the course and after it: other learners each time."""
    began_first, began_second = both.strata
    before = difference([(began_first[:, 0], began_second[:, 0])])
    return before, difference([(began_second[:, 1], began_first[:, 1])])


def _turned(found: Estimate) -> Estimate:
    return Estimate(-found.value, -found.high, -found.low)


def _apart(results: Results, apart: Sequence[Estimate], harder: str) -> FormsApart:
    learners, mark = results.tables.learners.set_index("learner"), results.pass_mark
    difference, before, after = apart
    percents = learners["post_percent"].astype("float64").round(6)
    on_harder, on_easier = (percents[learners["pre_form"] == other(form)] for form in (harder, other(harder)))
    lower, higher = (round(mark + sign * difference.value, 6) for sign in (-1, 1))
    failed = ~learners["passed"].fillna(True).astype(bool)
    between = (on_harder >= lower) & (on_harder < mark) & failed[on_harder.index]
    at_once = _taken(harder, on_harder, mark), _taken(other(harder), on_easier, mark)
    return FormsApart(
        *at_once,
        difference,
        mark,
        passing_lower=int((on_harder >= lower).sum()) + at_once[1].passed,
        passing_higher=at_once[0].passed + int((on_easier >= higher).sum()),
        between=tuple(map(str, on_harder.index[between])),
        apart_before=before,
        apart_after=after,
    )


def _taken(form: str, percents: pd.Series[float], mark: float) -> Taken:
    return Taken(form, int(percents.notna().sum()), int((percents >= mark).sum()))


# ---- Words -----------------------------------------------------------------------------------------------------------


def finding(found: FormsApart | None) -> str:
    """The finding for the page, without names; empty where there is none."""
    if found is None:
        return ""
    mark, harder, easier = f"{found.pass_mark:g}%", found.harder, found.easier
    lowest, highest = found.pass_mark - found.difference.high, found.pass_mark - found.difference.low
    return (
        f"Form {harder.form} is {points(found)} harder than form {easier.form} (95% interval "
        f"{found.difference.low:.1f} to {found.difference.high:.1f}, among learners who took both), and both have one "
        f"pass mark. At the first attempt {harder.passed} of {harder.learners} passed on form {harder.form} "
        f"({harder.share:.0f}%) and {easier.passed} of {easier.learners} on form {easier.form} ({easier.share:.0f}%). "
        f"About {found.lower:.0f}% ({lowest:.0f} to {highest:.0f}) on form {harder.form} is worth {mark} on form "
        f"{easier.form}; {_concerned(found)}.{_assumed(found)} This is the difference on average: for a single learner "
        "it is a guide, and the test’s own error comes on top."
    )


def _assumed(found: FormsApart) -> str:
    """What the difference takes for granted, and what each test by itself makes it."""
    before, after = found.apart_before, found.apart_after
    if not (before.known and after.known):
        return ""
    return (
        " It takes for granted that as much is learned whichever form comes first. Between learners, the forms were "
        f"{_with_interval(before)} points apart before the course and {_with_interval(after)} after it."
    )


def _with_interval(found: Estimate) -> str:
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})".replace("-", "−")


def reasons(found: FormsApart | None) -> Iterator[tuple[str, str]]:
    """For the page with names: the id of each learner who may have failed for the form they drew, and why."""
    if found is None:
        return
    form = f"form {found.harder.form}, {points(found)} harder than form {found.easier.form}"
    for learner in found.between:
        yield learner, f"Took {form}, and missed the mark by no more than that."


def points(found: FormsApart) -> str:
    """The difference in words, for instance `about 5 points`."""
    size = f"{found.difference.value:.0f}"
    if size == "0":
        return "less than a point"
    return f"about {size} point{'s' * (size != '1')}"


def _concerned(found: FormsApart) -> str:
    """Whom the difference may have failed."""
    count = len(found.between)
    if not count:
        return "nobody who has not passed lies between the two"
    who = "one learner who has" if count == 1 else f"{counted(count, 'learner')} who have"
    return f"{who} not passed had that or more, and less than {found.pass_mark:g}%"
