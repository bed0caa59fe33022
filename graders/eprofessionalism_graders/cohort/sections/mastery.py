"""Which clause, which topic and which published text a cohort knows least of.

A clause is one duty of a published text, and a published text is what readers see a source as. The section's `answer`
is for the first screen as it stands: its first sentence names the lowest clause in a line, with its percentage and the
questions behind it, and says where it is close; the second one says where the clause stands. Where learners or
questions are too few, it names none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import pandas as pd

from eprofessionalism import standards
from eprofessionalism_graders.cohort.analysis.mastery import mastery
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table, filled
from eprofessionalism_graders.cohort.doubt import doubted, left_out, sound
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
NOT_COMPARED = "others were asked of different learners: not compared"
LONGEST_CLAUSE = 85
"""Characters of a clause in the answer; the table has all of it."""


def section(results: Results) -> Section | None:
    """What the cohort knows least; None before anything is graded."""
    kept = sound(results)
    found = {kind: known(kept, pairs) for kind, pairs in units(kept).items()}
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
        blocks=(*_left_out(results, found["topic"]), *_blocks(found)),
        answer=_answer(found["clause"], kept),
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
    if len(ranked) < 2:  # of published texts there may be enough where there is no topic
        return NO_TOPIC
    close = topics.close_to_lowest()
    apart = [topic for topic in ranked[1:] if not topics.is_compared(ranked[0], topic)]
    if len(close) + len(apart) == len(ranked) - 1:  # it may be any of them
        return NO_TOPIC
    if topics.few_learners:
        return _hint(topics, ranked[0])
    said = ", ".join(f"{phrase(topic)} {topics.percent(topic):.0f}%" for topic in ranked[:2])
    more = f", and so {'are' if len(close) > 2 else 'is'} {number(len(close) - 1)} more" if len(close) > 1 else ""
    return f"Lowest: {said}; {f'{TOO_CLOSE}{more}' if ranked[1] in close else NOT_COMPARED}"


def _hint(topics: Known, topic: str) -> str:
    """The lowest topic of a few learners, with the questions that each of them had on it."""
    sizes = {size for size, _ in topics.by_assignment(topic).values()}
    asked = f"{counted(min(sizes), 'question')}{' or more' * (len(sizes) > 1)} each"
    where = "the test" if topics.tested else "the cases"
    return f"Lowest in {where}: {phrase(topic)} ({topics.percent(topic):.0f}%); {asked}, so a hint"


def _lead(tested: bool) -> str:
    return (
        f"Percent of the points {IN_TEST if tested else IN_CASES}, by what a question is about. It has one topic, and "
        "rests on clauses of one published text or several: there it counts for each. The 95% intervals are calculated "
        "over learners, each of whom gave several answers: they say what other learners of this kind would do, not "
        "what other questions would show."
    )


def _answer(clauses: Known, results: Results) -> str:
    """The clause that is known least of those with enough questions, whether that is clear, and where it stands.

    Of several with the same questions the one with the shortest words is told, and all are named.
    """
    duties = {clause.id for clause in standards.clauses().values() if clause.role == "duty"}
    groups, where = clauses.together(duties), IN_TEST if clauses.tested else IN_CASES
    if clauses.few_learners:
        took = "took the test after the course" if clauses.tested else f"gave {FIRST_ANSWERS}"
        return f"Too few to say which clause: {counted(clauses.learners, 'learner')} {took}."
    if not groups:
        return f"Too few questions to say which clause: none has {number(FEWEST_QUESTIONS)} {where}."
    lowest, highest = (f"{clauses.percent(group[0]):.0f}%" for group in (groups[0], groups[-1]))
    if lowest == highest and len(groups) > 1:
        return f"None stands out: every clause has {lowest} of the points {where}."
    cites = [_hardest_part(clause, clauses, results) for clause in groups[0]]
    labels = list(dict.fromkeys(map(standards.label, cites)))
    told = min((NUMERAL.sub("", standards.paraphrase(cite)) for cite in cites), key=len)
    count = len(clauses.ranked(duties))
    said = f"{_rank(clauses, duties)} of {counted(count, 'clause')} with {number(FEWEST_QUESTIONS)} questions or more"
    said += f": “{short(phrase(told), LONGEST_CLAUSE)}”, {lowest} ({_basis(clauses, groups[0][0], results)})."
    return f"{said} Percent of the points {where}, on {listed(labels, 'see the table')}."


def _rank(clauses: Known, duties: Collection[str]) -> str:
    """How clear it is that the first clause is known least."""
    following = clauses.following(duties)
    if following is None:
        return "Lowest"
    if not clauses.is_compared(clauses.ranked(duties)[0], following):
        return "Lowest, but not compared (the next was asked of different learners),"
    return "Weakest" if clauses.weakest(duties) else "Lowest, but close,"


def _basis(clauses: Known, clause: str, results: Results) -> str:
    """The questions that a percentage rests on; of several forms what was earned on each: nobody took two of them."""
    forms = [(results.banks[name].form, *each) for name, each in clauses.by_assignment(clause).items()]
    if len(forms) < 2 or not all(form for form, *_ in forms):
        return counted(clauses.questions(clause), "question")
    sizes = {questions for _, questions, _ in forms}
    if len(sizes) == 1:
        parts = [f"{percent:.0f}% on form {form}" for form, _, percent in forms]
        return f"{', '.join(parts)}, {counted(sizes.pop(), 'question')} each"
    (form, size, percent), *others = forms
    said = [f"{percent:.0f}% on {counted(size, 'question')} of form {form}"]
    return ", ".join([*said, *(f"{percent:.0f}% on {number(size)} of form {form}" for form, size, percent in others)])


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


def _left_out(results: Results, topics: Known) -> Iterator[Note]:
    """Which questions are left out, and what the lowest topic would be with them."""
    said, pairs = left_out(results), dict(units(results)["topic"])
    if not said or not topics.tested:
        return
    every, ranked = known(results, list(pairs.items())), topics.ranked()
    touched = {pairs[one.item] for one in doubted(results) if one.item in pairs}
    changed = [
        f"{phrase(topic)} would have {every.percent(topic):.0f}% instead of {topics.percent(topic):.0f}%"
        for topic in ranked
        if topic in touched and f"{every.percent(topic):.0f}" != f"{topics.percent(topic):.0f}"
    ]
    for lowest in every.ranked()[:1]:
        same = "still be" if ranked[:1] == [lowest] else "be"
        lowest_topic = f"the lowest topic would {same} {phrase(lowest)} ({every.percent(lowest):.0f}%)"
        said += f" If {'they' if ' and ' in said else 'it'} counted, {listed([*changed, lowest_topic], '')}."
    yield Note(said)


def _blocks(found: dict[str, Known]) -> Iterator[Block]:
    sources = found["source"]
    if not sources.tested:
        text = f"Fewer than {number(FEWEST_LEARNERS)} learners have a graded test after the course. Shown are their "
        yield Note(f"{text}{FIRST_ANSWERS}.", caution=True)
    yield _figure("mastery-topics", "topic", found["topic"])
    yield _table("mastery-topics", "Topic", found["topic"].frame)
    yield replace(_figure("mastery-sources", "published text", sources), folded=True)
    yield _table("mastery-sources", "Published text", sources.frame)
    thin = list(sources.frame.loc[sources.frame["few_questions"], "unit"])
    if thin:
        where = IN_TEST if sources.tested else IN_CASES
        few = f"Fewer than {number(FEWEST_QUESTIONS)} questions {where} rest on {listed(thin, 'see the table')}"
        yield Note(f"{few}: they, and not the text, may be what was hard.")
    yield _by_clause(found["clause"].frame)


def _by_clause(frame: pd.DataFrame) -> Table:
    """The clauses of which anything is known."""
    known_of = frame[frame[["percent", "practice_percent"]].notna().any(axis=1)]
    caption = (
        "By clause: what each says, and what was earned on questions about it; clauses with the same questions have "
        "the same numbers"
    )
    if left := len(frame) - len(known_of):
        some = counted(left, "clause")
        caption += f"; {some} that fewer than {number(FEWEST_LEARNERS)} learners were asked about not shown"
    clauses = _clauses(known_of)
    return Table("mastery-clauses", caption, clauses, filled(_columns("Clause", "label", "says"), clauses))


def _table(name: str, title: str, frame: pd.DataFrame) -> Table:
    return Table(name, "The same as a table, test and cases", frame, filled(_columns(title), frame))


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
