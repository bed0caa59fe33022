"""How far a result of the test can be trusted: its error, and what that means at the pass mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eprofessionalism_graders.cohort.analysis.scale import FIRST_LOOK
from eprofessionalism_graders.cohort.document import Note, Section
from eprofessionalism_graders.cohort.precise import Form, tables
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import sat
from eprofessionalism_graders.cohort.standing import told
from eprofessionalism_graders.cohort.words import capital, counted, listed

END_OF_COURSE, LOCAL = 0.8, 0.7
"""Reliability for a pass or fail at the end of a course, and for a local one of low stakes. 0.8 to 0.9 is
what providers and regulators take for adequate (Tighe et al, BMC Med Educ 2010;10:40); 0.7 is a convention. How much it
takes depends on what hangs on it (Downing, Med Educ 2004;38:1006-1012)."""


def section(results: Results) -> Section | None:
    """How precise each form of the test is; None before enough learners have taken one."""
    every = [Form(one, results.pass_mark) for one in sat(results) if one.bank.is_test]
    forms, second = ([form for form in every if form.sat.is_second == again] for again in (False, True))
    if not forms:
        return None
    known = [form for form in forms if form.is_known]
    notes = [*_said(forms, known), *(_second(form, results) for form in second)]
    return Section("scale", _title(forms, known), _lead(forms, known), (*notes, *tables(every)), _near(known))


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(forms: Sequence[Form], known: Sequence[Form]) -> str:
    """Only what the whole interval of the least reliable form bears out."""
    looked = [form for form in forms if form.sat.learners >= FIRST_LOOK]
    if any(form.runs_against for form in looked):
        return "The questions of the test do not go together: look for a wrong key"
    if any(form.value("alpha") < 0 for form in looked):
        return "How precise the test is cannot be said: its questions hardly go together, which may be chance"
    if not known:
        return "Too few have taken the test to say how precise it is"
    low, high = (min(float(form.statistics[end]["alpha"]) for form in known) for end in ("low", "high"))
    if low >= END_OF_COURSE:
        return "The test is precise enough to pass or fail at the end of a course"
    if low >= LOCAL:
        return "The test is precise enough for a pass mark of your own, not to rank learners"
    if high < LOCAL:
        return "The test shows what a group knows, and is too rough to judge single learners"
    return _cannot_tell(known)


def _cannot_tell(known: Sequence[Form]) -> str:
    """What the error of measurement comes to at the pass mark, by the form whose error is largest."""
    mark, error = known[0].pass_mark, _error(known)
    around = " or ".join(f"{end:g}%" for end in (mark - error, mark + error) if 0 <= end <= 100)
    near, learners = _counts(known)
    were = "was" if near == 1 else "were"
    return f"The test can hardly tell {mark:g}% from {around}: {near or 'none'} of {learners} {were} that close"


def _counts(known: Sequence[Form]) -> tuple[int, int]:
    """How many learners are within the test's error of the pass mark, and of how many."""
    return sum(form.near(_error(known)) for form in known), sum(form.sat.learners for form in known)


def _is_precise(known: Sequence[Form]) -> bool:
    """Whether the least reliable form is clearly good enough for a pass mark."""
    return min(float(form.statistics["low"]["alpha"]) for form in known) >= LOCAL


def _lead(forms: Sequence[Form], known: Sequence[Form]) -> str:
    if not known:
        if any(form.sat.learners >= FIRST_LOOK for form in forms):
            return "An error of measurement can be calculated where learners who do well on some do well on the others."
        return f"That takes {FIRST_LOOK} learners who took the same form after the course."
    alphas = _range([f"{form.value('alpha'):.2f}" for form in known])
    return (
        f"Two times in three, a result lies within {_error(known)} percentage points of what the learner would average "
        f"on many tests like this one (the standard error of measurement). Reliability (Cronbach’s alpha) is {alphas}; "
        f"{END_OF_COURSE:g} is commonly asked for, {LOCAL:g} where less hangs on it."
    )


def _error(known: Sequence[Form]) -> int:
    """The standard error of measurement: the largest of the forms' errors, in whole percentage points."""
    return told(max(form.value("sem_percent") for form in known))


def _range(shown: Sequence[str]) -> str:
    low, high = min(shown, key=float), max(shown, key=float)
    return low if low == high else f"{low} to {high}"


def _near(known: Sequence[Form]) -> str:
    """Whom the error of measurement may have passed or failed."""
    if not known:
        return ""
    near, learners = _counts(known)
    which = "" if len(known) > 1 else f" who took {known[0].sat.name}"
    within = f"within the test’s error ({_error(known)} percentage points) of the pass mark of {known[0].pass_mark:g}%"
    if not near:
        return f"None of the {learners} learners{which} came {within}."
    some = "that learner might" if near == 1 else "some of them would"
    said = (
        f"{near} of {learners} learners{which} came {within}: with other questions of this kind, {some} have come out "
        "on the other side."
    )
    if _is_precise(known):
        return said
    error = _error(known)
    return f"{said} Do not let a single result within {error} point{'s' * (error != 1)} of the mark decide."


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _said(forms: Sequence[Form], known: Sequence[Form]) -> Iterator[Note]:
    if known:
        yield Note(_near(known))
    few = [form for form in forms if form.sat.learners < FIRST_LOOK]
    if few:
        taken = [f"{form.sat.name} was taken by {counted(form.sat.learners, 'learner')}" for form in few]
        known_from = f"how precise a form is can be said from {FIRST_LOOK} on"
        yield Note(f"After the course, {listed(taken, '')}; {known_from}.")
    for form in forms:
        if form.sat.learners >= FIRST_LOOK and (note := form.statistics["note"]["alpha"]):
            yield Note(f"{capital(form.sat.name)}, reliability: {note}.", caution=form.runs_against)


def _second(form: Form, results: Results) -> Note:
    """How far a second attempt can be trusted, and what rests on it."""
    name, learners = form.sat.name, form.sat.learners
    parts = [f"{capital(name)} is the second attempt of {learners} who had failed before."]
    if form.is_known:
        parts.append(
            f"Its error is {told(form.value('sem_percent'))} percentage points. Its reliability "
            f"({form.value('alpha'):.2f}) cannot be set beside that of the other forms: among learners so alike the "
            "same questions have a lower one."
        )
    else:
        parts.append(f"How precise it is can be said from {FIRST_LOOK} learners on.")
    lacks = "was not compared with the other forms"
    lacks = lacks if form.sat.bank.case in results.judges else f"has no panel’s mark and {lacks}"
    passes = results.summary.assessment.by_retake if results.summary.assessment else 0
    rest = f"; {counted(passes, 'pass', 'passes')} {'rests' if passes == 1 else 'rest'} on it" * bool(passes)
    return Note(f"{' '.join(parts)} It {lacks}{rest}.")
