"""What learners decided where a case goes on from their decision, and which ways through it they took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from eprofessionalism_graders.cohort.analysis import branches
from eprofessionalism_graders.cohort.chance import wilson
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures import flow
from eprofessionalism_graders.cohort.figures.flow import ORDINALS
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.decided import BranchingCase, Decided, branching, recommended
from eprofessionalism_graders.cohort.sections.few import without_percents
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import counted, number, share

CASES = {
    "assignment": "string",
    "case": "string",
    "decisions": "Int64",
    "learners": "Int64",
    "left_off": "Int64",
    "ways": "Int64",
    "most_common": "string",
    "recommended": "Int64",
    "recommended_percent": "Float64",
    "low": "Float64",
    "high": "Float64",
}
"""Columns of the table of cases: learners who took every decision; those who took some; how many different ways there
were, and the most common one; how many took the recommended one, of 100, with the limits of a 95 % interval,
these three of 20 learners or more."""

DECISIONS = {
    "assignment": "string",
    "case": "string",
    "item": "string",
    "decision": "Int64",
    "asks": "string",
    "learners": "Int64",
    "recommended": "Int64",
    "recommended_percent": "Float64",
    "low": "Float64",
    "high": "Float64",
}
"""Columns of the table of decisions: which one of its case it is, from 1; learners who took it; how many of them for a
recommended option, of 100, with the limits of a 95 % interval, these three of 20 learners or more."""


KEPT = ("recommended_percent", "low", "high")
"""Of both tables, the percentages of those who took what is recommended."""


def section(results: Results) -> Section | None:
    """The ways through the branching cases; None where no case branches."""
    cases = list(branching(results))
    if not cases:
        return None
    shown = [case for case in cases if case.whole]
    if not shown:
        return Section("branches", "No decision has been taken yet", "Nobody has handed in a case with decisions.")
    ranked = sorted(
        (one for case in shown for one in case.decisions if one.is_telling),
        key=lambda one: (one.percent, one.bank.title, one.place),
    )
    lead = (
        "Counted is what learners decided first in each case; going back and choosing again changes nothing here. The "
        "recommended option earns the full points, and the case answers every other one too. In the pictures a band "
        "is as wide as there are learners; the recommended way, at every decision, has an edge and a tick."
    )
    first = ranked[0].bank.case if ranked else shown[0].bank.case
    in_order = sorted(shown, key=lambda case: case.bank.case != first)
    figures = (_figure(case, folded=case.bank.case != first) for case in in_order)
    blocks = (*_few(shown), *figures, *_each(shown), _overview(cases), _every_option(shown))
    return Section("branches", _title(ranked), lead, blocks)


# ---- What is said ----------------------------------------------------------------------------------------------------


def _title(ranked: Sequence[Decided]) -> str:
    """The decision whose recommended option fewest took, of those where clearly fewer than half did.

    Decisions are compared one by one: a case that asks for two can be left at either.

    Args:
        ranked: the telling ones, the fewest first.
    """
    if not ranked:
        return "Which ways they took through the cases"
    for least in ranked:
        if least.interval[1] < 50:
            took = share(least.kept, least.learners)
            return f"Before feedback, {took} took the recommended option {_where(least)}"
    if all(one.interval[0] > 50 for one in ranked):
        return "At every decision most took the recommended option"
    return "At no decision did clearly fewer than half take the recommended option"


def _where(one: Decided) -> str:
    case = f"“{one.bank.title}”"
    if sum(item.type == "branch" for item in one.bank.items.values()) == 1:
        return f"in {case}"
    if one.place > len(ORDINALS):
        return f"at decision {one.place} of {case}"
    return f"at the {ORDINALS[one.place - 1].lower()} decision of {case}"


def _few(cases: Sequence[BranchingCase]) -> Iterator[Note]:
    """What is concluded from nothing, because too few took part."""
    few = [case for case in cases if case.whole < FEWEST_LEARNERS]
    if few:
        who = "every case" if len(few) == len(cases) else counted(len(few), "case")
        yield Note(
            f"Fewer than {number(FEWEST_LEARNERS)} learners took every decision of {who}: what is shown of it is what "
            "these did, and says little of others."
        )


def _each(cases: Sequence[BranchingCase]) -> Iterator[Table]:
    """Every decision by itself, where it is known what is recommended; the fewest who took that come first."""
    rows = [_decided_row(one) for case in cases for one in case.decisions if one.learners and recommended(one.key)]
    if not rows:
        return
    frame = pd.DataFrame(rows, columns=pd.Index(DECISIONS), dtype=object).astype(DECISIONS)
    frame = frame.sort_values(["recommended_percent", "case", "decision"], ignore_index=True)
    columns = (
        Column("case", "Case"),
        Column("asks", "Decision"),
        Column("learners", "Learners", ".0f"),
        Column("recommended", "Recommended option", ".0f"),
        Column("recommended_percent", "%", ".0f"),
        Column("low", "95% from", ".0f"),
        Column("high", "to", ".0f"),
    )
    caption = "How many took the recommended option, decision by decision"
    yield Table("decisions", caption, without_percents(frame, "learners", *KEPT), columns)


def _decided_row(one: Decided) -> dict[str, object]:
    row: dict[str, object] = {
        "assignment": one.bank.case,
        "case": one.bank.title,
        "item": one.item.id,
        "decision": one.place,
        "asks": one.item.stem,
        "learners": one.learners,
        "recommended": one.kept,
        "recommended_percent": one.percent,
    }
    return row | dict(zip(("low", "high"), one.interval, strict=True))


def _overview(cases: Sequence[BranchingCase]) -> Table:
    frame = pd.DataFrame([_row(case) for case in cases], columns=pd.Index(CASES), dtype=object).astype(CASES)
    columns = (
        Column("case", "Case"),
        Column("learners", "Learners", ".0f"),
        Column("most_common", "Most common way"),
        Column("recommended", "Recommended way", ".0f"),
        Column("recommended_percent", "%", ".0f"),
        Column("low", "95% from", ".0f"),
        Column("high", "to", ".0f"),
    )
    caption = "The most common way through each case, and how many took the recommended one (with its 95% interval)"
    return Table("branches", caption, without_percents(frame, "learners", *KEPT), columns)


def _row(case: BranchingCase) -> dict[str, object]:
    flowing = case.flow
    row: dict[str, object] = {
        "assignment": case.bank.case,
        "case": case.bank.title,
        "decisions": len(case.items),
        "learners": case.whole,
        "left_off": len(case.taken) - case.whole,
        "ways": len(flowing.ways),
    }
    if flowing.ways:
        row["most_common"] = flowing.words(flowing.ways[0])
    if case.flow.has_key and case.whole:
        kept, low, high = (100 * part for part in (case.kept / case.whole, *wilson(case.kept, case.whole)))
        row |= {"recommended": case.kept, "recommended_percent": kept, "low": low, "high": high}
    return row


def _figure(case: BranchingCase, *, folded: bool) -> Block:
    left_off = len(case.taken) - case.whole
    said = f"“{case.bank.title}”: {_asked(case)}"
    if left_off:
        said += f" Left out: {counted(left_off, 'learner')} who left off between two decisions."
    return Figure(f"branches-{case.bank.case}", said, flow.ways(case.flow), folded)


def _asked(case: BranchingCase) -> str:
    """The question where there is one; of several, how many."""
    return case.items[0].stem if len(case.items) == 1 else f"{number(len(case.items))} decisions."


def _every_option(cases: Sequence[BranchingCase]) -> Table:
    frame = pd.concat([_options(case) for case in cases], ignore_index=True)
    columns = (
        Column("case", "Case"),
        Column("question", "Decision"),
        Column("text", "Option"),
        Column("learners", "Learners", ".0f"),
        Column("percent", "%", ".0f"),
    )
    return Table("branch-options", "How often each option was decided for", frame, columns)


def _options(case: BranchingCase) -> pd.DataFrame:
    items = {item.id: item for item in case.items}
    frame = branches.steps(case.taken, {name: item.option_ids for name, item in items.items()})
    texts = {(name, option.id): option.text for name, item in items.items() for option in item.options}
    pairs = list(zip(frame["decision"], frame["option"], strict=True))
    earned = [case.key.get(decision, {}).get(option) for decision, option in pairs]
    everybody = frame.groupby("decision")["learners"].transform("sum")
    frame = without_percents(frame.assign(of=everybody), "of", "percent").drop(columns="of")
    frame.insert(0, "case", case.bank.title)
    frame.insert(0, "assignment", case.bank.case)
    frame["question"] = [items[decision].stem for decision, _ in pairs]
    frame["text"] = [texts[pair] for pair in pairs]
    frame["credit"] = pd.array([None if credit is None else float(credit) for credit in earned], dtype="Float64")
    return frame
