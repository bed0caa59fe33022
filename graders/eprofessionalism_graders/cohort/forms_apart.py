"""Whether the two forms of the test are so unequally hard that a learner may have failed for the form they drew.

For the page, `finding(found)` is the paragraph and `step(found)` what to do next; for the page with names,
`reasons(found)` has a reason for each learner whom it concerns. All three take what `forms_apart(results)` returned,
which one reckons once, and say nothing of None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eprofessionalism.sequence import BEFORE_AND_AFTER
from eprofessionalism_graders.cohort.analysis import learning
from eprofessionalism_graders.cohort.analysis.intervals import Estimate
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.words import Step, counted
from eprofessionalism_graders.forms import other

FEWEST_TO_COMPARE = 25
"""With fewer learners with both tests in either order of the forms, nobody's result is held against the other form.

From samples as small as 25 it was better to take two forms as equally hard than to reckon with a difference; from 50 on
it was not, below the mean by the difference of the means (Skaggs, J Educ Meas 2005;42:309-330, who gave each form to
other learners). Here each learner takes both: 25 in each order are 50 on each form."""


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
        between: ids of the learners who have not passed, neither on the harder form nor in a second attempt, and had
            on that form less than the mark by no more than the difference; in the order of the roster.
    """

    harder: Taken
    easier: Taken
    difference: Estimate
    pass_mark: float
    between: tuple[str, ...]

    @property
    def equivalent(self) -> float:
        """What a result on the harder form has to be, to be worth the pass mark on the easier one.

        The mark is taken to be the easier form's: learners were told it, so nobody's is raised afterwards.
        """
        return self.pass_mark - self.difference.value


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
    difference = found if found.sign > 0 else Estimate(-found.value, -found.high, -found.low)
    taken = learners[learners["pre_form"] == other(harder)]
    percents = taken["post_percent"].astype("float64").round(6)
    least = round(results.pass_mark - difference.value, 6)
    concerned = (percents >= least) & (percents < results.pass_mark) & ~taken["passed"].fillna(True).astype(bool)
    return FormsApart(
        _taken(results, harder),
        _taken(results, other(harder)),
        difference,
        results.pass_mark,
        tuple(map(str, taken.index[concerned])),
    )


def _taken(results: Results, form: str) -> Taken:
    learners = results.tables.learners
    percents = learners.loc[learners["pre_form"] == other(form), "post_percent"].dropna().astype("float64").round(6)
    return Taken(form, len(percents), int((percents >= results.pass_mark).sum()))


# ---- Words -----------------------------------------------------------------------------------------------------------


def finding(found: FormsApart | None) -> str:
    """The finding for the page, without names; empty where there is none."""
    if found is None:
        return ""
    mark, harder, easier = f"{found.pass_mark:g}%", found.harder, found.easier
    return (
        f"Form {harder.form} is {_points(found)} harder than form {easier.form} (95% interval "
        f"{found.difference.low:.1f} to {found.difference.high:.1f}, among learners who took both), and both have one "
        f"pass mark. At the first attempt {harder.passed} of {harder.learners} passed on form {harder.form} "
        f"({harder.share:.0f}%) and {easier.passed} of {easier.learners} on form {easier.form} ({easier.share:.0f}%). "
        f"About {found.equivalent:.0f}% on form {harder.form} is worth {mark} on form {easier.form}; "
        f"{_concerned(found)}. This is the difference on average: for a single learner it is a guide, and the test’s "
        "own error comes on top."
    )


def step(found: FormsApart | None) -> Step | None:
    """What to do next, without names; None where nobody may have failed for the form they drew."""
    if found is None or not found.between:
        return None
    mark, harder, easier = f"{found.pass_mark:g}%", found.harder, found.easier
    how = (
        f"Form {harder.form} is {_points(found)} harder: {harder.share:.0f}% passed on it, {easier.share:.0f}% on form "
        f"{easier.form}. About {found.equivalent:.0f}% on it is worth {mark} on form {easier.form}; you may as well "
        f"add the difference. The page for your eyes names the {counted(len(found.between), 'learner')} whom it "
        "concerns."
    )
    return Step(f"Before you fail anybody near {mark} on form {harder.form}, set a mark for each form.", how)


def reasons(found: FormsApart | None) -> Iterator[tuple[str, str]]:
    """For the page with names: the id of each learner who may have failed for the form they drew, and why."""
    if found is None:
        return
    form = f"form {found.harder.form}, {_points(found)} harder than form {found.easier.form}"
    for learner in found.between:
        yield learner, f"Took {form}, and missed the mark by no more than that."


def _points(found: FormsApart) -> str:
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
