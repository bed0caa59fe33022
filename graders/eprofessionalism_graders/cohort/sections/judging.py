"""Whether the pass mark bears looking at: what judges make it, what borderline learners had, and who would pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eprofessionalism_graders.cohort.analysis import judging
from eprofessionalism_graders.cohort.analysis.judging import FEWEST_JUDGES, Borderline
from eprofessionalism_graders.cohort.document import Block, Figure, Note, Section
from eprofessionalism_graders.cohort.figures.judging import Round, judges, pass_curve
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import judged
from eprofessionalism_graders.cohort.sections.judged import Rated
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import capital, counted, number


def section(results: Results) -> Section | None:
    """The pass mark and its grounds; None where no panel and no judge has been asked."""
    rated = [Rated(results.banks[name], frame) for name, frame in results.judges.items()]
    if not rated and results.borderline.empty:
        return None
    group = _borderline(results)
    enough = [one for one in rated if one.last.judges >= FEWEST_JUDGES]
    suggested = _suggested(enough, group)
    return Section(
        id="judging",
        title=_title(results.pass_mark, enough, group),
        lead=_lead(rated, group),
        blocks=tuple(_blocks(results, rated, enough, group, suggested)),
        answer=_answer(results, enough, suggested),
    )


# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _borderline(results: Results) -> Borderline | None:
    if results.borderline.empty:
        return None
    percents = judged.after(results)
    return judging.borderline_group(percents[percents.index.isin(results.borderline["learner"])])


def _suggested(rated: Sequence[Rated], group: Borderline | None) -> tuple[str, float, float] | None:
    """Who suggests another mark, which, and its standard error (0 of a borderline group): the panel before the group.

    Of several forms it is the mean: the panel's mark if one has to hold for all.
    """
    if rated:
        mean = sum(one.last.mean for one in rated) / len(rated)
        return "panel", mean, max(one.first.se for one in rated)
    return ("borderline group", group.median, 0.0) if group else None


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(mark: float, rated: Sequence[Rated], group: Borderline | None) -> str:
    if rated:
        cuts = [one.last.mean for one in rated]
        mean, low, high = sum(cuts) / len(cuts), min(cuts), max(cuts)
        if all(abs(one.last.mean - mark) <= one.first.se for one in rated):
            return f"The panel’s mark of {mean:.0f}% and the pass mark of {mark:g}% differ by no more than its error"
        if low <= mark <= high:
            return f"The pass mark of {mark:g}% lies between the panel’s for the forms, {low:.0f}% and {high:.0f}%"
        return f"The panel would set the pass mark at {mean:.0f}%, not {mark:g}%"
    if group:
        if group.low <= mark <= group.high:
            return f"Borderline learners had about the pass mark of {mark:g}%: {group.median:.0f}%"
        return f"Borderline learners had {group.median:.0f}%, where the pass mark is {mark:g}%"
    return "Too few have judged to say anything of the pass mark"


def _lead(rated: Sequence[Rated], group: Borderline | None) -> str:
    parts = []
    if rated:
        parts.append(
            "A judge’s mark is the mean of the ratings, weighted by points; the panel’s is the mean over judges in the "
            "last round (modified Angoff). Its standard error rests on judges who worked alone, as in the first round."
        )
    if group:
        parts.append(
            f"The {number(group.learners)} learners named as borderline had a median of {group.median:.0f}% in the "
            f"test after the course (95% interval {group.low:.0f} to {group.high:.0f}, mean {group.mean:.0f})."
        )
    return " ".join(parts) or "A mark is set by three judges or more, or read off five borderline learners or more."


def _answer(results: Results, rated: Sequence[Rated], suggested: tuple[str, float, float] | None) -> str:
    percents = judged.after(results)
    if suggested is None or len(percents) < FEWEST_LEARNERS:
        return ""
    whose, mark, _ = suggested
    own = judged.each_its_own(results, rated)
    taken = [(found, one.last.mean) for one, found in own] if own else [(percents, mark)]
    each = [f"{one.last.mean:.0f}% on {one.name}" for one, _ in own]
    then, now = (100 * judging.reached(pairs) / len(percents) for pairs in (taken, [(percents, results.pass_mark)]))
    return (
        f"The {whose} would put the pass mark at {' and '.join(each) or f'{mark:.0f}%'}: {then:.0f}% would pass the "
        f"test after the course, where {now:.0f}% do at {results.pass_mark:g}%."
    )


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(
    results: Results,
    rated: Sequence[Rated],
    enough: Sequence[Rated],
    group: Borderline | None,
    suggested: tuple[str, float, float] | None,
) -> Iterator[Block]:
    percents = judged.after(results)
    if rated:
        yield from _few(rated)
        yield Figure(
            "judges-marks",
            "A dot: what one judge’s ratings come to. A stroke: their mean, which would be the pass mark.",
            judges([_round(one, round_, rated) for one in rated for round_ in one.by_round], results.pass_mark),
        )
    if suggested and len(percents) >= FEWEST_LEARNERS:
        whose, mark, _ = suggested
        caption = "The higher the mark, the fewer pass: share of learners who would, if one mark held for every form."
        yield Figure("pass-marks", caption, pass_curve(list(percents), results.pass_mark, mark, whose))
        yield judged.rates(results, enough, mark if enough else None, group)
    if group is None and not results.borderline.empty:
        few = f"Fewer than {number(FEWEST_LEARNERS)} borderline learners have a result of the test after the course"
        yield Note(f"{few}: no mark is read off so few.")
    if rated:
        yield judged.panels(rated)
        yield judged.questions(results, rated)
        yield from judged.held_against(results, rated)


def _few(rated: Sequence[Rated]) -> Iterator[Note]:
    for one in rated:
        if one.last.judges < FEWEST_JUDGES:
            who = f"{capital(counted(one.last.judges, 'judge'))} rated “{one.bank.title}”"
            yield Note(f"{who}: no mark rests on fewer than {number(FEWEST_JUDGES)}.", caution=True)


def _round(one: Rated, round_: int, rated: Sequence[Rated]) -> Round:
    name = f"Round {round_}" + (f", {one.bank.title}" if len(rated) > 1 else "")
    return Round(name, {str(judge): float(cut) for judge, cut in one.cuts(round_).items()})
