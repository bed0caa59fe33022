"""Which clause, which topic and which published text a cohort knows least of.

A clause is one duty of a published text, and a published text is what readers see a source as. The section's `answer`
is for the first screen as it stands: its first sentence names the lowest clause in a line, with its percentage and the
questions behind it, and says where it is too close to call; the second one says where the clause stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from eprofessionalism import standards
from eprofessionalism_graders.cohort.analysis.mastery import mastery
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.mastery import Mastered, by_unit
from eprofessionalism_graders.cohort.item_words import short
from eprofessionalism_graders.cohort.privacy import FEWEST_QUESTIONS
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.known import Known, known, units
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import FIRST_ANSWERS, counted, listed, number, phrase

IN_TEST, IN_CASES = "in the test after the course", f"in {FIRST_ANSWERS}"
NO_TOPIC = "No topic stands out as the one they know least"
TOO_CLOSE = "too close to call"
NUMERAL = re.compile(r"\([ivx]+\) ")
LONGEST_CLAUSE = 125
"""Characters of a clause in the answer; the table has all of it."""


def section(results: Results) -> Section | None:
    """What the cohort knows least; None before anything is graded."""
    found = {kind: known(results, pairs) for kind, pairs in units(results).items()}
    sources = found["source"]
    if sources.frame.empty:
        return None
    if not sources.ranked():
        few = f"Fewer than {number(FEWEST_LEARNERS)} learners have graded answers: nothing is concluded from so few."
        return Section("mastery", "Which clause is weak cannot be said yet", few)
    return Section(
        id="mastery",
        title=_title(found),
        lead=_lead(sources.tested),
        blocks=tuple(_blocks(found)),
        answer=_answer(found["clause"], results),
    )


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(found: dict[str, Known]) -> str:
    """The topic or published text that is clearly known least, else the two lowest topics."""
    for kind, what in (("topic", "topic"), ("source", "published text")):
        weakest = found[kind].weakest()
        if weakest:
            name = phrase(weakest) if kind == "topic" else weakest
            return f"They know least of one {what}: {name} ({found[kind].percent(weakest):.0f}%)"
    return _lowest(found["topic"])


def _lowest(topics: Known) -> str:
    ranked = topics.ranked()
    close = topics.close_to_lowest() if len(ranked) > 1 else []
    if len(close) == len(ranked) - 1:  # it may be any of them
        return NO_TOPIC
    said = ", ".join(f"{phrase(topic)} {topics.percent(topic):.0f}%" for topic in ranked[:2])
    more = f", and so {'are' if len(close) > 2 else 'is'} {number(len(close) - 1)} more" if len(close) > 1 else ""
    return f"Lowest: {said}; {TOO_CLOSE}{more}"


def _lead(tested: bool) -> str:
    return (
        f"Percent of the points {IN_TEST if tested else IN_CASES}, by what a question is about. It has one topic, and "
        "rests on clauses of one published text or several: there it counts for each. The 95% intervals are calculated "
        "over learners, each of whom gave several answers: they say what other learners of this kind would do, not "
        "what other questions would show."
    )


def _answer(clauses: Known, results: Results) -> str:
    """The clause that is known least, whether that is clear, and where it stands; of several with the same questions
    the one with the shortest words is told, and all are named.
    """
    duties = {clause.id for clause in standards.clauses().values() if clause.role == "duty"}
    groups = clauses.together(duties)
    if not groups:
        return ""
    where = IN_TEST if clauses.tested else IN_CASES
    lowest, highest = (f"{clauses.percent(group[0]):.0f}%" for group in (groups[0], groups[-1]))
    if lowest == highest and len(groups) > 1:
        return f"None stands out: every clause has {lowest} of the points {where}."
    cites = [_hardest_part(clause, clauses, results) for clause in groups[0]]
    told = min((NUMERAL.sub("", standards.paraphrase(cite)) for cite in cites), key=len)
    first = groups[0][0]
    clear = len(groups) == 1 or clauses.weakest(duties) is not None
    said = f"{'Weakest' if clear else 'Lowest'}: {short(phrase(told), LONGEST_CLAUSE)} "
    said += (
        f"({lowest}, {counted(clauses.questions(first), 'question')}){'' if clear else f'; others are {TOO_CLOSE}'}."
    )
    return f"{said} Percent of the points {where}, on {listed(list(map(standards.label, cites)), 'see the table')}."


def _hardest_part(clause: str, clauses: Known, results: Results) -> str:
    """The clause, or that part of it on which least was earned, as it is cited."""
    cited = [
        (item.id, cite)
        for bank in results.banks.values()
        for item in bank.items.values()
        for cite in item.teaches
        if standards.split(cite)[0] == clause
    ]
    parts = pd.DataFrame(cited, columns=["item", "unit"], dtype="string")
    answers = clauses.answers.drop(columns="unit").drop_duplicates(["learner", "item"])
    return str(mastery(parts.merge(answers, on="item"))["unit"].iloc[0])


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(found: dict[str, Known]) -> Iterator[Block]:
    sources = found["source"]
    if not sources.tested:
        text = f"Fewer than {number(FEWEST_LEARNERS)} learners have a graded test after the course. Shown are their "
        yield Note(f"{text}{FIRST_ANSWERS}.", caution=True)
    yield _figure("mastery-topics", "topic", found["topic"])
    yield _table("mastery-topics", "Topic", found["topic"].frame)
    yield _figure("mastery-sources", "published text", sources)
    yield _table("mastery-sources", "Published text", sources.frame)
    thin = list(sources.frame.loc[sources.frame["few_questions"], "unit"])
    if thin:
        few = f"Fewer than {number(FEWEST_QUESTIONS)} questions rest on {listed(thin, 'see the table')}"
        yield Note(f"{few}: they, and not the text, may be what was hard.")
    caption = (
        "By clause: what each says, and what was earned on questions about it; clauses with the same questions have "
        "the same numbers"
    )
    yield Table("mastery-clauses", caption, _clauses(found["clause"].frame), _columns("Clause", "label", "says"))


def _table(name: str, title: str, frame: pd.DataFrame) -> Table:
    return Table(name, "The same as a table, test and cases", frame, _columns(title))


def _figure(name: str, what: str, found: Known) -> Figure:
    ends = [found.column, found.column.replace("percent", "low"), found.column.replace("percent", "high")]
    rows = found.frame.dropna(subset=[found.column])
    numbers = zip(*(rows[column].astype("float64") for column in ends), strict=True)
    shown = [
        Mastered(str(unit), percent, low, high, bool(few))
        for unit, few, (percent, low, high) in zip(rows["unit"], rows["few_questions"], numbers, strict=True)
    ]
    weakest = found.weakest() or ""
    said = f"By {what}, they know least of “{weakest}”." if weakest else f"By {what}, none is clearly known least."
    caption = f"{said} Bars: percent of the points; the stroke at the end of a bar is its 95% interval."
    return Figure(name, caption, by_unit(shown, what.capitalize(), weakest))


def _clauses(frame: pd.DataFrame) -> pd.DataFrame:
    """The table of clauses with what each is called and says."""
    ids = [str(unit) for unit in frame["unit"]]
    frame = frame.rename(columns={"unit": "clause"})
    words = {
        "label": [standards.label(clause) for clause in ids],
        "says": [standards.paraphrase(clause) for clause in ids],
        "role": [standards.clauses()[clause].role for clause in ids],
    }
    for place, (name, values) in enumerate(words.items(), start=1):
        frame.insert(place, name, pd.Series(values, dtype="string"))
    return frame


def _columns(title: str, name: str = "unit", more: str = "") -> tuple[Column, ...]:
    return (
        Column(name, title),
        *((Column(more, "What it says, in our words"),) if more else ()),
        Column("percent", "Test, %", ".0f"),
        Column("low", "95% from", ".0f"),
        Column("high", "to", ".0f"),
        Column("questions", "Questions", ".0f"),
        Column("learners", "Learners", ".0f"),
        Column("answers", "Answers", ".0f"),
        Column("practice_percent", "Cases, %", ".0f"),
        Column("practice_questions", "Questions in cases", ".0f"),
    )
