"""Whether the pass mark bears looking at: what judges make it, what borderline learners had, and who would pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from eprofessionalism_graders.cohort.analysis.judging import FEWEST_JUDGES, Borderline
from eprofessionalism_graders.cohort.document import Block, Figure, Note, Section
from eprofessionalism_graders.cohort.figures.judging import Round, judges, pass_curve
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import borderline, judged, panel
from eprofessionalism_graders.cohort.sections.borderline import OnForm
from eprofessionalism_graders.cohort.sections.panel import Rated
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT, capital, counted, number

Groups: TypeAlias = Sequence[tuple[OnForm, Borderline]]
"""The forms with enough borderline learners, and what these had."""


def section(results: Results) -> Section | None:
    """The pass mark and its grounds; None where no panel and no judge has been asked."""
    rated = [Rated(results.banks[name], frame) for name, frame in results.judges.items()]
    if not rated and results.borderline.empty:
        return None
    groups, enough = borderline.groups(results), panel.agreed(results)
    return Section(
        id="judging",
        title=_title(results, enough, groups),
        lead=_lead(results, rated, groups),
        blocks=tuple(_blocks(results, rated, enough, groups)),
    )


def _suggested(rated: Sequence[Rated], groups: Groups) -> tuple[str, float] | None:
    """Who suggests another mark, and which: the panel before the borderline group.

    Of several forms it is the mean: the mark if one has to hold for all.
    """
    whose = "panel" if rated else "borderline group"
    marks = [one.last.mean for one in rated] or [group.median for _, group in groups]
    return (whose, sum(marks) / len(marks)) if marks else None


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(results: Results, rated: Sequence[Rated], groups: Groups) -> str:
    """The mark that the panel would set on each form, else what borderline learners had."""
    mark = results.pass_mark
    if len(rated) == 1:
        (one,) = rated
        return f"The panel would set {one.mark} ({panel.verdict(one.last.mean, one.interval, mark)})"
    if rated:
        return f"The panel would set {panel.on_forms(rated, mark)}"
    return borderline.title(groups, mark) if groups else "Too few have judged to say anything of the pass mark"


def _lead(results: Results, rated: Sequence[Rated], groups: Groups) -> str:
    parts, own = [], panel.own_marks(results)
    if own:
        than = f"not {own.now}" if own.passing != own.now else "as now"
        parts.append(f"With the panel’s own mark for each form, {own.passing} would pass at once, {than}.")
    if rated:
        parts.append(
            "A judge’s mark is the mean of the ratings, weighted by points; the panel’s is the mean over judges in the "
            "last round (modified Angoff). It is clearly another mark where its 95% interval leaves the pass mark out; "
            "that rests on the first round, in which judges worked alone."
        )
    parts.append(borderline.lead(groups))
    few = "A mark is set by three judges or more, or read off five borderline learners or more."
    return " ".join(filter(None, parts)) or few


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(results: Results, rated: Sequence[Rated], enough: Sequence[Rated], groups: Groups) -> Iterator[Block]:
    suggested = _suggested(enough, groups)
    if rated:
        yield from _few(rated)
        yield Figure(
            "judges-marks",
            "A dot: one judge’s ratings of the last round. A stroke: their mean, which is the panel’s mark.",
            judges([_last_round(one) for one in rated], results.pass_mark),
        )
    if suggested:
        yield from _would_pass(results, enough, suggested)
    yield from _few_borderline(results)
    if rated:
        yield judged.panels(rated)
        yield judged.questions(results, rated)
        yield from judged.held_against(results, rated)


def _would_pass(results: Results, enough: Sequence[Rated], suggested: tuple[str, float]) -> Iterator[Block]:
    """Who would pass: a curve of shares of many, and of fewer the counts."""
    percents, (whose, mark) = panel.after(results), suggested
    if len(percents) >= ENOUGH_FOR_PERCENT:
        caption = "The higher the mark, the fewer pass: share of learners who would, if one mark held for every form."
        yield Figure("pass-marks", caption, pass_curve(list(percents), results.pass_mark, mark, whose))
    if len(percents) >= FEWEST_LEARNERS:
        yield judged.rates(results, enough, mark if enough else None)
    small = [one.name for one, taken in panel.takers(results, enough) if len(taken) < FEWEST_LEARNERS]
    if small:
        few = f"Fewer than {number(FEWEST_LEARNERS)} learners have a result of {', or of '.join(small)}"
        yield Note(f"{few}: how many would pass there is not counted.")


def _few_borderline(results: Results) -> Iterator[Note]:
    small = [one.name or "the test after the course" for one in borderline.on_forms(results) if one.found is None]
    if small:
        few = f"Fewer than {number(FEWEST_LEARNERS)} borderline learners have a result of {', or of '.join(small)}"
        yield Note(f"{few}: no mark is read off so few.")


def _few(rated: Sequence[Rated]) -> Iterator[Note]:
    for one in rated:
        if one.last.judges < FEWEST_JUDGES:
            who = f"{capital(counted(one.last.judges, 'judge'))} rated “{one.bank.title}”"
            yield Note(f"{who}: no mark rests on fewer than {number(FEWEST_JUDGES)}.", caution=True)


def _last_round(one: Rated) -> Round:
    """The round that decides; the others stand in the table of panels."""
    round_ = list(one.by_round)[-1]
    cuts = {str(judge): float(cut) for judge, cut in one.cuts(round_).items()}
    return Round(f"{capital(one.name)}, round {round_}", cuts)
