"""A reader who computes: from the pages that are handed on, and what everybody may know, to the groups they hide.

The reader sees the rendered page, the hand-outs and the evaluation on it, nothing else of ours. What is public beside
them: the size of the cohort and of its groups, the rules, and which question is on which guideline. Two kinds of reader
do the sum: one who does not know who has answered, and one who does. Everything that is said goes into one program of
whole numbers, and for each group the reader asks for the smallest and the largest size that it can have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, combinations_with_replacement, product
from operator import sub
from random import Random

import numpy as np
import pytest
from bs4 import BeautifulSoup
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort import evaluation, privacy, sharing
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sharing import shared
from eprofessionalism_graders.cohort.sharing.choices import is_most
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

SMALL = privacy.SMALLEST_GROUP
QUESTIONS = 20
PASS_MARK = 70
MOST, MAJORITY, MINORITY = "Chosen most often", "By over half", "chosen by half or fewer, as the others are named"
FEW = 3
"""Of a group smaller than the smallest that is shown, so many numbers are possible for each of its parts."""

FOR_WHOLE_PERCENTS = 167
"""Behind a mean in whole percents stand so many, as the rule says."""

CASE = {"q1": ("sba", 4), "q2": ("branch", 3), "q3": ("mrq", 4), "q4": ("sba", 3)}
PARTED = [name for name, (kind, _) in CASE.items() if kind != "mrq"]
"""Those in which a learner is with one option alone; these ask how sure one is."""

COUNTED = [name for name, (kind, _) in CASE.items() if kind == "sba"]
"""Those of which it is said how often they were right by how sure one was."""

LEVELS = {1: "Not sure", 2: "Fairly sure", 3: "Very sure"}
SCALE = ("Disagree", "Rather disagree", "Rather agree", "Agree")
SIDES = {"Agree or rather agree": "cd", "Disagree or rather disagree": "ab"}
ASKED = {"s1": 4, "s2 one": 4, "s2 two": 4}
"""What the survey asks that has one answer: a question, and two statements to rate."""


# ---- Cohorts ---------------------------------------------------------------------------------------------------------


@dataclass
class Cohort:
    """Who answered what: practice by learner and question and how surely, both tests and the second attempt, opinions.

    An opinion is by question or statement of the survey: a letter, or for `s3` several; a rating's are its levels.
    """

    groups: list[str]
    practice: list[dict[str, str | list[str]]]
    before: list[list[bool] | None]
    after: list[list[bool] | None]
    second: list[list[bool] | None]
    opinions: list[dict[str, str | list[str]]]
    sure: list[dict[str, int]]

    @property
    def total(self) -> int:
        return len(self.groups)


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(name, f"Option {name}") for name in "abcdef"[:count])


def banks() -> dict[str, ItemBank]:
    practice = {
        name: Item(name, kind, f"Question {name}?", 1.0, options(count)) for name, (kind, count) in CASE.items()
    }
    found = {"01-one": ItemBank("01-one", "One", 10, "", practice, {})}
    for form in "ABC":
        items = {
            f"{form}{n:02d}": Item(f"{form}{n:02d}", "sba", f"Test {form}{n}?", 1.0, options(2), assessment=True)
            for n in range(QUESTIONS)
        }
        name = f"9{'ABC'.index(form)}-form-{form.lower()}"
        found[name] = ItemBank(name, f"Form {form}", 40, "", items, {}, module="form", form=form)
    return found


BANKS = banks()
KEYS = {
    name: {item.id: {o.id: Fraction(o.id == "a") for o in item.options} for item in bank.items.values()}
    for name, bank in BANKS.items()
}
SURVEY = ItemBank(
    "99-said",
    "What you made of it",
    4,
    "",
    {
        "s1": Item("s1", "sba", "Was it long?", 0.0, options(4), survey=True),
        "s2": Item(
            "s2",
            "rating",
            "Do you agree?",
            0.0,
            (Option("one", "One."), Option("two", "Two.")),
            survey=True,
            scale=SCALE,
        ),
        "s3": Item("s3", "mrq", "What helped?", 0.0, options(4), survey=True),
    },
    {},
    module="survey",
)


def handed(bank: ItemBank, answers: dict, sure: dict[str, int]) -> Handin:
    marks = {name: Mark(float(answers.get(name) in ("a", ["a"]))) for name in bank.items}
    records = {name: Record("commit", name, answer, sure.get(name)) for name, answer in answers.items()}
    return Handin(records, dict.fromkeys(answers, 1), late=False, marks=marks)


def results(cohort: Cohort) -> Results:
    roster = [Learner(f"l{n:02d}", "", "", "", group) for n, group in enumerate(cohort.groups)]
    first = {learner.id: "AB"[n % 2] for n, learner in enumerate(roster)}
    handins = {}
    for n, learner in enumerate(roster):
        if cohort.practice[n]:
            handins[learner.id, "01-one"] = handed(BANKS["01-one"], cohort.practice[n], cohort.sure[n])
        own, other = (("90-form-a", "A"), ("91-form-b", "B"))[:: 1 if n % 2 == 0 else -1]
        sittings = ((own, cohort.before[n]), (other, cohort.after[n]), (("92-form-c", "C"), cohort.second[n]))
        for (name, form), right in sittings:
            if right is not None:
                answers = {f"{form}{q:02d}": "a" if yes else "b" for q, yes in enumerate(right)}
                handins[learner.id, name] = handed(BANKS[name], answers, {})
    tables = build_tables(Course(roster, BANKS, first, PASS_MARK), KEYS, handins)
    return Results("Autumn", tables, BANKS, KEYS, PASS_MARK, summarize(tables, BANKS, KEYS, PASS_MARK))


def said(cohort: Cohort) -> list[evaluation.Evaluation]:
    given = [survey_answers(opinion) for opinion in cohort.opinions if opinion]
    return [evaluation.count("99-said", SURVEY, given, cohort.total)]


def survey_answers(opinion: dict[str, str | list[str]]) -> dict:
    """An opinion as it is handed in: what was rated is one answer."""
    rated = {name.split()[1]: "abcd".index(level) + 1 for name, level in opinion.items() if name.startswith("s2")}
    return {name: opinion[name] for name in ("s1", "s3") if name in opinion} | ({"s2": rated} if rated else {})


def pages(cohort: Cohort, folder, smallest: int = SMALL) -> dict[str, str]:
    return sharing.files(results(cohort), said(cohort), folder, smallest)


def chosen(dice: Random, weights: list[int], count: int) -> str:
    return dice.choices("abcd"[:count], weights[:count])[0]


def invented(total: int, kind: str, seed: int) -> Cohort:
    """A cohort of one of the hard kinds, or of an ordinary one."""
    dice = Random(f"{total} {kind} {seed}")
    groups = ["Big"] * total
    if kind == "tiny group":
        groups = ["Tiny" if n < 3 else "Beta" if n < total // 2 else "Alpha" for n in range(total)]
    elif kind == "groups":
        groups = ["Alpha" if n < total // 2 else "Beta" for n in range(total)]
    unanimous, practice, before, after, opinions = kind in ("unanimous", "one dissenter"), [], [], [], []
    second: list[list[bool] | None] = []
    sure: list[dict[str, int]] = []
    ease = dice.choice([0.5, 0.7, 0.9])
    weights = [dice.randrange(1, 9) for _ in range(4)]
    away = 0.0 if unanimous else dice.choice([0.0, 0.1, 0.3])
    for n in range(total):
        dissents = kind == "one dissenter" and n == total - 1
        here = dice.random() >= away
        own: dict[str, str | list[str]] = {}
        for name, (question, count) in CASE.items() if here else ():
            letter = "b" if dissents else "a" if unanimous else chosen(dice, weights, count)
            own[name] = letter
            if question == "mrq":
                own[name] = [letter] if unanimous else [o for o in "abcd" if dice.random() < ease] or ["a"]
        practice.append(own)
        right = [(not dissents if unanimous else dice.random() < ease) for _ in range(QUESTIONS)]
        start = [(False if unanimous else dice.random() < ease - 0.2) for _ in range(QUESTIONS)]
        before.append(start if here or dice.random() < 0.5 else None)
        after.append(right if here and dice.random() >= away / 2 else None)
        opinions.append(opinion(dice, weights, away, unanimous=unanimous))
        sure.append({name: dice.choices(list(LEVELS), [1, 1, 18])[0] for name in PARTED})
        second.append(again(dice, after[-1]))
    return Cohort(groups, practice, before, after, second, opinions, sure)


def opinion(dice: Random, weights: list[int], away: float, *, unanimous: bool) -> dict[str, str | list[str]]:
    """What somebody says of the course; everything or nothing may be left out."""
    if dice.random() < away:
        return {}
    own: dict[str, str | list[str]] = {}
    for name, count in ASKED.items():
        if dice.random() >= away / 3:
            own[name] = "d" if unanimous else chosen(dice, weights, count)
    if dice.random() >= away / 3:
        own["s3"] = ["a"] if unanimous else [letter for letter in "abcd" if dice.random() < 0.4] or ["b"]
    return own


def again(dice: Random, after: list[bool] | None) -> list[bool] | None:
    """A second attempt of most who failed the first."""
    if after is None or is_pass(after) or dice.random() < 0.2:
        return None
    return [dice.random() < 0.7 for _ in range(QUESTIONS)]


def is_pass(right: list[bool]) -> bool:
    return 100 * sum(right) >= PASS_MARK * QUESTIONS


# ---- The reader ------------------------------------------------------------------------------------------------------


@dataclass
class Program:
    """Whole numbers from 0 up, what is known of them, and the range of any sum of them."""

    names: dict[str, int] = field(default_factory=dict)
    tops: list[float] = field(default_factory=list)
    rows: list[tuple[dict[str, float], float, float]] = field(default_factory=list)

    def number(self, name: str, top: float) -> str:
        if name not in self.names:
            self.names[name] = len(self.tops)
            self.tops.append(top)
        return name

    def know(self, terms: dict[str, float], low: float = -np.inf, high: float = np.inf) -> None:
        self.rows.append((terms, low, high))

    @cached_property
    def limits(self) -> LinearConstraint:
        matrix = lil_array((len(self.rows), len(self.tops)))
        for place, (known, _, _) in enumerate(self.rows):
            for name, factor in known.items():
                matrix[place, self.names[name]] += factor
        low, high = ([row[side] for row in self.rows] for side in (1, 2))
        return LinearConstraint(matrix.tocsr(), np.array(low) - 1e-6, np.array(high) + 1e-6)

    def with_others(self, own: dict[str, int], others: int) -> Program:
        """The same for whoever knows the answers of some: so many chose each option, and up to so many others."""
        known = [(plus(name), float(count), float(count + others)) for name, count in own.items()]
        return Program(self.names, self.tops, [*self.rows, *known])

    def range_of(self, terms: dict[str, float]) -> tuple[int, int]:
        """The smallest and the largest that a sum can be, with everything that is known."""
        goal = np.zeros(len(self.tops))
        for name, factor in terms.items():
            goal[self.names[name]] += factor
        whole, bounds = np.ones(len(goal)), Bounds(0, self.tops)
        found = []
        for sign in (1, -1):
            solved = milp(sign * goal, integrality=whole, bounds=bounds, constraints=self.limits)
            assert solved.status == 0, f"what is shown contradicts itself: {solved.message}"
            found.append(sign * solved.fun)
        return round(found[0]), round(found[1])


def plus(*names: str, factor: float = 1.0) -> dict[str, float]:
    return dict.fromkeys(names, factor)


def rows_of(soup: BeautifulSoup, section: str) -> list[list[str]]:
    """Text of the lines of a panel: each a name and what is said of it."""
    found = soup.find(attrs={"aria-labelledby": section})
    return [parts_of(row) for row in found("li")] if found else []


def parts_of(row) -> list[str]:
    return [part.get_text(" ", strip=True) for part in row.find_all("span", recursive=False)]


def spans(text: str, step: float = 5) -> tuple[float, float]:
    """What a percentage can have been that was rounded to this step."""
    number, half = float(re.search(r"(\d+)%", text)[1]), step / 2
    if text.endswith("or more"):
        return number - half, 100.0
    return (0.0, number + half) if text.endswith("or less") else (number - half, number + half)


def gained(text: str) -> tuple[float, float] | None:
    """What a gain can have been of which this is said."""
    if text.startswith("About as many"):
        return -2.5, 2.5
    found = re.match(r"(About|At least) (\d+) points (more|fewer) \(of 100\)", text)
    if not found:
        return None
    low = float(found[2]) - 2.5
    high = low + 5 if found[1] == "About" else 100.0
    return (low, high) if found[3] == "more" else (-high, -low)


def ratio(known: float) -> tuple[float, float]:
    """How many of one order of the forms there are to one of the other, as it may be guessed."""
    return known / 1.1, known * 1.1


class Reader:
    """What a reader takes from the pages into the program.

    Args:
        files: as they are handed on.
        cohort: only what is public is read of it, and, for a `knowing` reader, who has answered.
        knowing: whether it is known who has answered what.
        sides: whether it is known that no small group stands on either side of a share.
    """

    def __init__(self, files: dict[str, str], cohort: Cohort, *, knowing: bool, sides: bool = True) -> None:
        self.soup = BeautifulSoup(files["share/index.html"], "html.parser")
        self.handouts = [BeautifulSoup(text, "html.parser") for name, text in files.items() if "handouts" in name]
        self.cohort, self.total, self.smallest, self.knowing = cohort, cohort.total, SMALL, knowing
        self.sides, self.least = sides, SMALL if sides else 0
        self.practice, self.program = Program(), Program()  # nothing that is said joins the two
        self.choices()
        self.sureness()
        self.survey()
        self.test()

    def share(self, program: Program, terms: dict[str, float], percent: float, most: float | None = None) -> None:
        """A share of all learners: rounded, open at the ends, and neither it nor what is left is of a small group.

        With `most`, one that lies between two such shares.
        """
        most = percent if most is None else most
        low = (percent - 2.5) * self.total / 100 if percent > privacy.STEP else 0.0
        high = (most + 2.5) * self.total / 100 if most < 100 - privacy.STEP else self.total
        program.know(terms, max(low, self.least), min(high, self.total - self.least))

    # ---- What was chosen ----

    def parted(self, name: str, letters: str, answers: int) -> None:
        """A question in which everybody is with one option or has not answered."""
        for letter in letters:
            self.practice.number(f"{name} {letter}", self.total)
        self.practice.number(f"{name} none", self.total)
        self.practice.know(plus(*(f"{name} {letter}" for letter in letters), f"{name} none"), self.total, self.total)
        if self.knowing:
            self.practice.know(plus(f"{name} none"), self.total - answers, self.total - answers)

    def choices(self) -> None:
        for name, (kind, count) in CASE.items():
            letters, answers = "abcd"[:count], sum(name in own for own in self.cohort.practice)
            self.parted(name, letters, answers) if kind != "mrq" else self.several(name, letters, answers)
            told = self.told(name)
            is_majority = any(text == MAJORITY for _, text in told)
            for letter, text in told:
                self.take(name, kind, letters, letter, text or (MINORITY if is_majority else ""))
        self.unanswered()

    def several(self, name: str, letters: str, answers: int) -> None:
        for letter in letters:
            self.practice.number(f"{name} {letter}", answers if self.knowing else self.total)
        self.practice.number(f"{name} all", self.total)
        for letter in letters:
            self.practice.know({f"{name} all": 1, f"{name} {letter}": -1}, 0)
        if self.knowing:
            self.practice.know(plus(f"{name} all"), answers, answers)

    def told(self, name: str) -> list[tuple[str, str]]:
        """What is said of each option, on the page and on the hand-out."""
        found = []
        for article in self.soup.select("section[aria-labelledby=questions] article"):
            if article.h3.get_text().endswith(f"Question {name}?"):
                for row in article("li"):
                    parts = parts_of(row)
                    found.append((parts[0].split()[1], parts[-1]))
        for handout in self.handouts:
            for asked in handout.select(".ep-handout__asked > li"):
                if asked.h3.get_text() == f"Question {name}?":
                    rows = [parts_of(row) for row in asked("li")]
                    found += [(option.split()[1], said) for _, option, said in rows]
        return found

    def unanswered(self) -> None:
        """How many did not answer, where the page and the hand-out show the share of every option."""
        whole = [name for name in PARTED if all(share.endswith("%") for _, share in self.told(name))]
        whole = [f"{name} none" for name in whole if self.told(name)]
        fold = self.soup.select_one("section[aria-labelledby=questions] details")
        places = [handout.find(attrs={"aria-labelledby": "chosen"}).p for handout in self.handouts]
        for place in [*places, *([fold] if fold else [])]:
            self.without(place.get_text(), whole)

    def without(self, text: str, whole: list[str]) -> None:
        """What a page says of how many did not answer, of these questions: those of which all else is shown."""
        said = re.search(r"About (?:(\d+) to )?(\d+)% did not answer", text)
        assert bool(said) == bool(whole)
        for name in whole if said else ():
            self.share(self.practice, plus(name), float(said[1] or said[2]), float(said[2]))

    def sureness(self) -> None:
        """Right and wrong answers by certainty; behind each are half of the cohort or more, and so many answers."""
        people = max(self.smallest, (self.total + 1) // 2)
        told = {word: text for word, _, text in rows_of(self.soup, "sure")}
        for level, word in LEVELS.items():
            right, wrong = (
                self.practice.number(f"{how} {level}", len(COUNTED) * self.total) for how in ("right", "wrong")
            )
            if text := told.get(word):
                low, high = spans(text)
                low, high = 0.0 if low < privacy.STEP else low, 100.0 if high > 100 - privacy.STEP else high
                for limit, sign in ((low, 1), (high, -1)):
                    self.practice.know({right: sign * (100 - limit), wrong: -sign * limit}, 0)
                for answers in (right, wrong) if self.sides else ():
                    self.practice.know(plus(answers), people)
        options = [(name, letter) for name in COUNTED for letter in "abcd"[: CASE[name][1]]]
        for how, right in (("right", True), ("wrong", False)):
            given = [f"{name} {letter}" for name, letter in options if (letter == "a") == right]
            self.practice.know(plus(*(f"{how} {level}" for level in LEVELS)) | plus(*given, factor=-1), 0, 0)

    def take(self, name: str, kind: str, letters: str, letter: str, text: str) -> None:
        own, others = f"{name} {letter}", [f"{name} {other}" for other in letters if other != letter]
        if text.endswith("%"):
            self.share(self.practice, plus(own), float(text[:-1]))
            if kind == "mrq":
                self.practice.know({f"{name} all": 1, own: -1}, self.least)
        elif text == MOST:
            for other in others:
                self.practice.know({own: 1, other: -1}, 0 if letter < other[-1] else 1)
            self.enough(name, kind)
        elif text in (MAJORITY, MINORITY):
            limits = (1, np.inf) if text == MAJORITY else (-np.inf, 0)
            self.practice.know({own: 2, f"{name} all": -1}, *limits)
            self.enough(name, kind)

    def enough(self, name: str, kind: str) -> None:
        """The rule: half of the cohort have answered, and seven or more."""
        needed = max(privacy.FEWEST_ANSWERS, (self.total + 1) // 2)
        if kind == "mrq":
            self.practice.know(plus(f"{name} all"), needed)
        else:
            self.practice.know(plus(f"{name} none"), high=self.total - needed)

    def survey(self) -> None:
        for name, count in ASKED.items():
            self.parted(name, "abcd"[:count], sum(name in own for own in self.cohort.opinions))
        self.several("s3", "abcd", sum("s3" in own for own in self.cohort.opinions))
        section = self.soup.select_one("section[aria-labelledby^=evaluation]")
        whole: list[str] = []
        for article in section("article") if section else ():
            whole += self.statements(article) if article.table else self.opinions(article)
        if section:
            self.without(section.p.get_text(), whole)

    def opinions(self, article) -> list[str]:
        """What is said of a question with options; its people without an answer, where all else is shown."""
        name, kind = ("s1", "sba") if article.h3.get_text() == SURVEY.items["s1"].stem else ("s3", "mrq")
        told = [(parts[0].split()[1], parts[-1]) for parts in map(parts_of, article("li"))]
        is_majority = any(text == MAJORITY for _, text in told)
        for letter, text in told:
            self.take(name, kind, "abcd", letter, text or (MINORITY if is_majority else ""))
        return [f"{name} none"] if kind == "sba" and all(text.endswith("%") for _, text in told) else []

    def statements(self, article) -> list[str]:
        """What is said of the sides of each statement."""
        sides, whole = [SIDES[cell.get_text()] for cell in article.thead("th")[1:]], []
        for row in article.tbody("tr"):
            statement, *cells = (cell.get_text(strip=True) for cell in row.find_all(["th", "td"]))
            name = {"One.": "s2 one", "Two.": "s2 two"}[statement]
            for side, text in zip(sides, cells, strict=True):
                if text.endswith("%"):
                    self.share(self.practice, plus(*(f"{name} {level}" for level in side)), float(text[:-1]))
            if cells[0].endswith("%"):
                whole.append(f"{name} none")
            else:
                upper = cells == ["Most often", ""]
                most = {f"{name} {level}": 1.0 if (level in sides[0]) == upper else -1.0 for level in "abcd"}
                self.practice.know(most, 0 if upper else 1)
                self.enough(name, "sba")
        return whole

    # ---- The test ----

    def test(self) -> None:
        program, total = self.program, self.total
        self.scores = [program.number(f"score {s}", total) for s in range(QUESTIONS + 1)]
        program.number("without", total)
        program.number("finished", total)
        program.know(plus(*self.scores, "without"), total, total)
        if self.knowing:
            away = sum(right is None for right in self.cohort.after)
            program.know(plus("without"), away, away)
        self.attempts()
        self.headline()
        self.distribution()
        self.learning()
        self.groups()

    def attempts(self) -> None:
        """Of those who failed at first, some pass at a second attempt and some fail it; who took it may be known."""
        second = {how: self.program.number(f"second {how}", self.total) for how in ("passed", "failed")}
        failed = plus(*self.scores[: PASS_MARK * QUESTIONS // 100])
        self.program.know(failed | plus(*second.values(), factor=-1), 0)
        if self.knowing:
            takers = sum(right is not None for right in self.cohort.second)
            self.program.know(plus(*second.values()), takers, takers)

    @property
    def passes(self) -> dict[str, float]:
        return plus(*self.scores[PASS_MARK * QUESTIONS // 100 :])

    def headline(self) -> None:
        text = self.soup.select_one(".ep-answer").get_text(" ", strip=True)
        about = re.search(r"bout (\d+)% of all \d+ passed", text)
        if about:
            self.share(self.program, self.passes, float(about[1]))
        by_now = re.search(r"about (\d+)% counting second attempts", text)
        if by_now:
            self.share(self.program, self.passes | plus("second passed"), float(by_now[1]))
            for how in ("passed", "failed"):
                self.program.know(plus(f"second {how}"), self.least)
        without = re.search(r"about (\d+)% have no result", text)
        if without:
            self.share(self.program, plus("without"), float(without[1]))
        bounds = re.findall(r"[aA]t (least|most) (\d+) of \d+ learners (?:have )?(finished|passed)", text)
        for how, count, what in bounds:
            terms = plus("finished") if what == "finished" else self.passes
            low, high = (float(count), np.inf) if how == "least" else (-np.inf, float(count))
            self.program.know(terms, low, high)

    def distribution(self) -> None:
        panel = self.soup.find(attrs={"aria-labelledby": "assessment"})
        for name, _, text in rows_of(self.soup, "assessment") if panel else ():
            limits = re.match(r"(\d+) to (under )?(\d+)", name)
            terms = plus("without") if "no result" in name.lower() else {}
            if limits:
                low, under, high = int(limits[1]), limits[2], int(limits[3])
                scores = [
                    s for s in range(QUESTIONS + 1) if low <= 5 * s and (5 * s < high or (not under and 5 * s == high))
                ]
                terms |= plus(*(self.scores[s] for s in scores))
            self.share(self.program, terms, float(text[:-1]))

    def mean(self, sums: dict[str, float], people: dict[str, float], text: str) -> None:
        """A mean in whole percents: `sums` are of percentages, `people` those who have one."""
        low, high = spans(text, 1)
        for limit, sign in ((low, 1), (high, -1)):
            terms = defaultdict(float, {name: sign * factor for name, factor in sums.items()})
            for name, factor in people.items():
                terms[name] -= sign * limit * factor
            self.program.know(dict(terms), 0)

    def learning(self) -> None:
        """Before and after. Either order of the forms counts alike, so a reader needs the size of both, or guesses."""
        self.questions()
        panel = self.soup.find(attrs={"aria-labelledby": "learning"})
        if not panel:
            return
        orders = {form: self.order(form) for form in "AB"}
        everybody = [name for before, _ in orders.values() for name in before]
        self.program.know(plus(*everybody), max(self.smallest, (self.total + 1) // 2))
        for s, all_of in enumerate(self.scores):
            self.program.know({all_of: 1} | plus(*(after[s] for _, after in orders.values()), factor=-1), 0)
        rows, gain = rows_of(self.soup, "learning"), gained(panel.p.get_text(" ", strip=True))
        assert bool(rows) != bool(gain), "either both means or the gain"
        if gain:
            self.order_means(orders, {1: 1, 0: -1}, *gain)
        elif self.sides:
            self.program.know(plus(*everybody), FOR_WHOLE_PERCENTS)
        for place, (_, _, text) in enumerate(rows):
            self.order_means(orders, {place: 1}, *spans(text, 1))

    def order(self, form: str) -> tuple[list[str], list[str]]:
        """How many who began with a form had each score before and after."""
        before, after = (
            [self.program.number(f"{form} {when} {s}", self.total) for s in range(QUESTIONS + 1)]
            for when in ("before", "after")
        )
        self.program.know(plus(*before) | plus(*after, factor=-1), 0, 0)
        self.program.know({f"asked {'B' if form == 'A' else 'A'}": 1} | plus(*after, factor=-1), 0)
        if self.knowing:
            self.program.know(plus(*before), self.both(form), self.both(form))
        return before, after

    def both(self, form: str) -> int:
        """How many who began with a form took both tests."""
        own = slice("AB".index(form), None, 2)
        pairs = zip(self.cohort.before[own], self.cohort.after[own], strict=True)
        return sum(before is not None and after is not None for before, after in pairs)

    def order_means(self, orders, signs: dict[int, int], low: float, high: float) -> None:
        """That the mean of the two orders' means, or of their difference, lies between two percentages.

        Multiplied by the size of one order; what the other counts to one of these is known, or lies between guesses.
        """
        for form, other in ("AB", "BA"):
            known = self.both(form) / self.both(other)
            least, most = (known, known) if self.knowing else ratio(known)
            for limit, sign in ((low, 1), (high, -1)):
                terms: dict[str, float] = defaultdict(float)
                for place, way in signs.items():
                    weight = most if sign * way > 0 else least
                    for s in range(QUESTIONS + 1):
                        terms[orders[form][place][s]] += sign * way * 5.0 * s
                        terms[orders[other][place][s]] += sign * way * 5.0 * s * weight
                for name in orders[form][0]:
                    terms[name] -= sign * 2 * limit
                self.program.know(dict(terms), 0)

    def questions(self) -> None:
        """Wrong answers by question: those who began with A answer form B afterwards, and the other way round."""
        wrong, asked = [], []
        for form in "AB":
            size = len(range(1 if form == "A" else 0, self.total, 2))
            asked.append(self.program.number(f"asked {form}", size))
            for q in range(QUESTIONS):
                wrong.append(self.program.number(f"wrong {form}{q}", size))
                self.program.know({asked[-1]: 1, wrong[-1]: -1}, 0)
        self.program.know(plus(*asked) | plus(*self.scores, factor=-1), 0, 0)
        lost = {name: float(QUESTIONS - s) for s, name in enumerate(self.scores)}
        self.program.know(lost | plus(*wrong, factor=-1), 0, 0)

    def groups(self) -> None:
        sizes = Counter(self.cohort.groups)
        cells = {g: [self.program.number(f"{g} {s}", size) for s in range(QUESTIONS + 1)] for g, size in sizes.items()}
        for group, names in cells.items():
            self.program.know(plus(*names), high=sizes[group])
        for s, name in enumerate(self.scores):
            self.program.know(plus(*(names[s] for names in cells.values())) | plus(name, factor=-1), 0, 0)
        for group, _, text in rows_of(self.soup, "groups"):
            least = max(FOR_WHOLE_PERCENTS if self.sides else 0, self.smallest, (sizes[group] + 1) // 2)
            self.program.know(plus(*cells[group]), least)
            self.mean({name: 5.0 * s for s, name in enumerate(cells[group])}, plus(*cells[group]), text)
        self.cells = cells


@dataclass(frozen=True)
class Hidden:
    """A group that a reader may want to know the size of: of `whole` people, and in truth of `true`."""

    name: str
    terms: dict[str, float]
    true: int
    whole: int
    room: int = 2
    within: int = SMALL
    """How many people it is known to be among: of few, every group is small, and only its room is asked for."""


def hidden_choices(reader: Reader) -> Iterator[Hidden]:
    """Who chose what, and who did not answer."""
    cohort, room = reader.cohort, privacy.room(reader.smallest)
    asked = [
        *((name, kind, count, cohort.practice) for name, (kind, count) in CASE.items()),
        *((name, "sba", count, cohort.opinions) for name, count in ASKED.items()),
        ("s3", "mrq", 4, cohort.opinions),
    ]
    for name, kind, count, people in asked:
        given = [own[name] for own in people if name in own]
        within = len(given) if reader.knowing else reader.total
        few = FEW if within < reader.smallest else room
        groups = [*"abcd"[:count], *(SIDES.values() if name.startswith("s2") else ())]
        for letters in groups if within else ():
            true = sum(bool(set(letters) & set(answer)) for answer in given)
            yield Hidden(
                f"{name} {letters}", plus(*(f"{name} {letter}" for letter in letters)), true, within, few, within
            )
        if not reader.knowing and kind != "mrq":
            room_left = min(few, reader.total - privacy.FEWEST_ANSWERS + 1)  # what is shown says that so many answered
            none = plus(f"{name} none")
            yield Hidden(f"{name} none", none, reader.total - len(given), reader.total, room_left, within)


def hidden_results(reader: Reader) -> Iterator[Hidden]:
    """Who passed and failed, in the cohort and in its groups, has one score, or had one question wrong."""
    cohort, total, room = reader.cohort, reader.total, privacy.room(reader.smallest)
    rights = [None if right is None else sum(right) for right in cohort.after]
    found, mark = [right for right in rights if right is not None], PASS_MARK * QUESTIONS // 100
    failed = sum(right < mark for right in found)
    takers = sum(right is not None for right in cohort.second) if reader.knowing else 0
    if len(found) - takers >= reader.smallest:  # who took a second attempt had failed, which no page has to say
        yield Hidden("passed", reader.passes, len(found) - failed, total, room)
        yield Hidden("failed", plus(*reader.scores[:mark]), failed, total, room)
    yield from hidden_attempts(reader, failed)
    for score in (0, 13, 14, 20):
        yield Hidden(f"score {score}", plus(reader.scores[score]), found.count(score), total, 2)
    if not reader.knowing:
        yield Hidden("without a result", plus("without"), total - len(found), total, room)
    for form, q in (("A", 0), ("B", 16), ("A", 19)):
        takers = cohort.after[1 if form == "A" else 0 :: 2]
        true = sum(right is not None and not right[q] for right in takers)
        yield Hidden(f"wrong {form}{q}", plus(f"wrong {form}{q}"), true, len(takers), FEW)
    for group, names in reader.cells.items():
        own = [right for right, where in zip(rights, cohort.groups, strict=True) if where == group]
        true = sum(right is not None and right < mark for right in own)
        yield Hidden(f"failed in {group}", plus(*names[:mark]), true, len(own), FEW, len(own))


def hidden_attempts(reader: Reader, failed: int) -> Iterator[Hidden]:
    """Who passed and failed the second attempt, and who has not passed by now. All parts of few are small."""
    taken, room = [right for right in reader.cohort.second if right is not None], privacy.room(reader.smallest)
    passed = sum(map(is_pass, taken))
    if reader.knowing and len(taken) < reader.smallest:
        return
    whole = len(taken) if reader.knowing else reader.total
    yield Hidden("second passed", plus("second passed"), passed, whole, room)
    yield Hidden("second failed", plus("second failed"), len(taken) - passed, whole, room)
    left = plus(*reader.scores[: PASS_MARK * QUESTIONS // 100]) | plus("second passed", factor=-1)
    yield Hidden("failed by now", left, failed - passed, reader.total, room)


def objections(reader: Reader) -> list[str]:
    """What the reader has found out and may not: a small group's size, nobody, everybody, or that a small group is."""
    found = []
    asked = [*hidden_choices(reader), *(hidden_results(reader) if reader.total >= reader.smallest else ())]
    for group in asked:
        program = reader.practice if group.terms.keys() <= reader.practice.names.keys() else reader.program
        low, high = program.range_of(group.terms)
        assert low <= group.true <= high, (group, low, high)
        why = objection(group, low, high, reader)
        if why:
            found.append(f"{group.name}: {low} to {high}, {why}")
    return found


def objection(group: Hidden, low: int, high: int, reader: Reader) -> str:
    if high == 0:
        return "nobody"
    if low == group.whole:
        return "everybody"
    if low >= 1 and high < reader.smallest <= group.within:
        return "a small group"
    if low < reader.smallest and high - low + 1 < group.room:
        return f"fewer than {group.room} numbers"
    return ""


KINDS = ("ordinary", "unanimous", "one dissenter", "tiny group", "groups")


@pytest.mark.parametrize("knowing", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("total", [8, 11, 16, 24, 31, 45, 60, 240])
def test_no_reader_can_compute_what_the_pages_hide(tmp_path, total, kind, knowing):
    cohort = invented(total, kind, 0)
    assert objections(Reader(pages(cohort, tmp_path), cohort, knowing=knowing)) == []


def test_what_is_hidden_is_hidden_for_something_that_is_shown(tmp_path):
    """The pages that the reader gets are not empty: all that there is to say is said of a large cohort."""
    cohort = invented(120, "ordinary", 16)
    files = pages(cohort, tmp_path)
    soup = BeautifulSoup(files["share/index.html"], "html.parser")
    for section in ("learning", "assessment", "sure", "questions", "evaluation-1"):
        assert soup.find(attrs={"aria-labelledby": section}), section
    assert len(re.findall(r"\d+%", soup.find(attrs={"aria-labelledby": "questions"}).get_text())) >= 4
    assert "points more (of 100)" in soup.find(attrs={"aria-labelledby": "learning"}).get_text()
    said = soup.find(attrs={"aria-labelledby": "evaluation-1"})
    assert re.search(r"\d+%", said.table.get_text())
    assert re.search(r"did not answer", said.p.get_text())
    for knowing in (False, True):
        assert objections(Reader(files, cohort, knowing=knowing)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_large_cohort_the_reader_gets_means_in_whole_percents(tmp_path, kind):
    cohort = divided_results(invented(240, kind, 1))
    text = pages(cohort, tmp_path)["share/index.html"]
    assert re.search(r"\d+% of the points before the course, \d+% after it", text)
    for knowing in (False, True):
        assert objections(Reader(pages(cohort, tmp_path), cohort, knowing=knowing)) == []


@pytest.mark.parametrize("knowing", [False, True])
def test_of_large_groups_the_reader_gets_means_in_whole_percents(tmp_path, knowing):
    cohort = divided_results(invented(400, "groups", 1))
    files = pages(cohort, tmp_path)
    lines = rows_of(BeautifulSoup(files["share/index.html"], "html.parser"), "groups")
    assert [name for name, _, _ in lines] == ["Alpha", "Beta"]
    assert objections(Reader(files, cohort, knowing=knowing)) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("knowing", [False, True])
def test_of_second_attempts_the_reader_gets_no_small_group(tmp_path, knowing, seed):
    cohort = divided_results(invented((120, 160, 240, 400)[seed], "ordinary", seed), after=0.65)
    files = pages(cohort, tmp_path)
    assert re.search(r"about \d+% counting second attempts", files["share/index.html"])
    assert objections(Reader(files, cohort, knowing=knowing)) == []


def divided_results(cohort: Cohort, after: float = 0.75) -> Cohort:
    """With results of both tests for nearly everybody, one failed by most and the other one passed by most."""
    dice = Random(cohort.total)
    cohort.before, cohort.after = (
        [[dice.random() < ease for _ in range(QUESTIONS)] if dice.random() < 0.95 else None for _ in cohort.groups]
        for ease in (0.6, after)
    )
    cohort.second = [again(dice, right) for right in cohort.after]
    return cohort


# ---- The reader has teeth --------------------------------------------------------------------------------------------


def primary_alone(counts, total, smallest=SMALL, right=None):
    """Hides small counts, and nothing that they follow from."""
    return [None if count < smallest else count for count in counts]


def everything(counts, total, smallest=SMALL, right=None):
    """Hides nothing."""
    return list(counts)


def whole_percents(percent, learners, total, questions, smallest=SMALL, step=1):
    """Rounds to whole percents whoever stands behind it, and lets the ends be seen."""
    return privacy.Mean(round(percent)) if learners >= smallest else None


def one_percent(learners, total, smallest=SMALL):
    """Knows of no number that it takes for whole percents."""
    return 1


def any_gain(points, learners, total, questions, smallest=SMALL):
    """Lets the ends be seen."""
    return 5 * round(points / 5)


def share_of_all(count, answers, total, smallest=SMALL):
    """Knows of no reader who knows how many have answered."""
    return count if min(count, total - count) >= smallest else None


def few_answer(cohort: Cohort) -> Cohort:
    cohort.after = [right if n < 18 else None for n, right in enumerate(cohort.after)]
    cohort.second = [right if n < 18 else None for n, right in enumerate(cohort.second)]
    return cohort


def all_but_one_right(cohort: Cohort) -> Cohort:
    cohort.after = [[True] * (QUESTIONS - 1) + [False] for _ in cohort.after]
    cohort.second = [None] * cohort.total
    return cohort


@pytest.mark.parametrize(
    ("leaky", "cohort", "found"),
    [
        ({"shown_options": primary_alone}, invented(24, "one dissenter", 0), "q1 b: 0 to 1"),
        ({"shown_options": everything}, invented(24, "unanimous", 0), "s2 one ab: 0 to 1"),
        (
            {"shown_mean": whole_percents, "step_of": one_percent},
            all_but_one_right(invented(16, "unanimous", 0)),
            "failed: 0 to 2",
        ),
        ({"shown_gain": any_gain}, all_but_one_right(invented(16, "unanimous", 0)), "failed: 0 to 3"),
        ({"shown_choice": share_of_all}, few_answer(invented(31, "unanimous", 0)), "failed: 0 to 0"),
    ],
)
def test_the_reader_breaks_a_rule_that_leaks(tmp_path, monkeypatch, leaky, cohort, found):
    whole = Reader(pages(cohort, tmp_path / "whole"), cohort, knowing=True)
    assert objections(whole) == []
    for rule, leak in leaky.items():
        monkeypatch.setattr(privacy, rule, leak)
    broken = objections(Reader(pages(cohort, tmp_path / "leaky"), cohort, knowing=True, sides=False))
    assert any(one.startswith(found) for one in broken), broken


def any_second(assessment, second, total, smallest):
    """Knows of no reader who takes one share from the other."""
    return privacy.share_of(assessment.reached + assessment.by_retake, total)


def two_pass_a_second(cohort: Cohort) -> Cohort:
    """Of those who failed, all but two fail once more."""
    failed = [n for n, right in enumerate(cohort.after) if right and not is_pass(right)]
    cohort.second = [[n in failed[:2]] * QUESTIONS if n in failed else None for n in range(cohort.total)]
    return cohort


def test_the_reader_breaks_a_share_of_second_attempts_that_leaks(tmp_path, monkeypatch):
    cohort = two_pass_a_second(divided_results(invented(60, "ordinary", 0)))
    assert objections(Reader(pages(cohort, tmp_path / "whole"), cohort, knowing=True)) == []
    monkeypatch.setattr(shared, "passed_by_now", any_second)
    broken = objections(Reader(pages(cohort, tmp_path / "leaky"), cohort, knowing=True, sides=False))
    assert any(one == "second passed: 2 to 5, a small group" for one in broken), broken


# ---- Learners who know their own answers -----------------------------------------------------------------------------


def sizes_of_others(worlds, own, page):
    """For each option how many others can have chosen it, for whoever knows this of the page and these answers.

    Args:
        worlds: for each way to answer, how many chose each option.
        own: how many of those who ask chose each option.
        page: whether a world gives what the page says.
    """
    others = [tuple(map(sub, counts, own)) for counts in worlds if page(counts)]
    return [set(sizes) for sizes in zip(*(counts for counts in others if min(counts) >= 0), strict=True)]


def worlds_of(answers: int, options: int, each: int):
    """Every way in which so many learners choose `each` of the options."""
    found = product(range(answers + 1), repeat=options - 1)
    worlds = ((*counts, each * answers - sum(counts)) for counts in found)
    return [counts for counts in worlds if 0 <= counts[-1] <= answers]


def known_to(pooled: int, answers: int, options: int, kind: str) -> bool:
    """Whether so many learners who pool can know of an option how many others chose it, and so of one what it did."""
    each = 3 if kind == "choose" else 1
    worlds, single = worlds_of(answers, options, each), list(combinations(range(options), each))
    pages = {tuple(is_most(kind, counts, answers)) for counts in worlds}
    asked = {
        tuple(sum(place in one for one in chosen) for place in range(options))
        for chosen in combinations_with_replacement(single, pooled)
    }
    return any(
        len(sizes) == 1
        for page in pages
        for own in asked
        for sizes in sizes_of_others(
            worlds, own, lambda counts, page=page: tuple(is_most(kind, counts, answers)) == page
        )
    )


def known_of_one_option(pooled: int, answers: int) -> bool:
    """The same where several may be chosen: of one option it is said whether more than half did."""
    return any(
        len(
            {
                count - own
                for count in range(own, answers - pooled + own + 1)
                if is_most("mrq", [count], answers)[0] == said
            }
        )
        == 1
        for own in range(pooled + 1)
        for said in (True, False)
    )


@pytest.mark.parametrize("pooled", [1, 2])
@pytest.mark.parametrize(("kind", "options"), [("sba", 2), ("sba", 3), ("sba", 4), ("choose", 4), ("choose", 5)])
@pytest.mark.parametrize("answers", [privacy.FEWEST_ANSWERS, 8, 9])
def test_no_two_learners_who_pool_learn_what_a_third_one_chose(answers, kind, options, pooled):
    """Whoever knows who has answered, and two answers, is left with two numbers or more for each option."""
    assert not known_to(pooled, answers, options, kind)


@pytest.mark.parametrize("pooled", [1, 2])
@pytest.mark.parametrize("answers", range(privacy.FEWEST_ANSWERS, 40))
def test_nor_where_several_may_be_chosen(answers, pooled):
    assert not known_of_one_option(pooled, answers)


@pytest.mark.parametrize(("pooled", "safe_from"), [(1, 5), (2, 7), (3, 9)])
def test_how_many_answers_it_takes_so_that_learners_who_pool_know_no_more(pooled, safe_from):
    """As the guide says: three know more of seven or eight answers."""
    assert [known_of_one_option(pooled, answers) for answers in range(safe_from - 1, 20)] == [
        True,
        *([False] * (20 - safe_from)),
    ]


def told_to_two(reader: Reader) -> list[str]:
    """What two learners who pool find out from the pages: how many others chose an option, exactly."""
    cohort, found = reader.cohort, []
    asked = [
        *((name, cohort.practice) for name in CASE),
        *((name, cohort.opinions) for name in (*ASKED, "s3")),
    ]
    for name, people in asked:
        given = [frozenset(own[name]) for own in people if name in own]
        letters = [letter for letter in "abcd" if f"{name} {letter}" in reader.practice.names]
        for pair in {tuple(sorted(two, key=sorted)) for two in combinations(given, 2)}:
            own = {f"{name} {letter}": sum(letter in one for one in pair) for letter in letters}
            program = reader.practice.with_others(own, len(given) - 2)
            for group in [*letters, *(SIDES.values() if name.startswith("s2") else ())]:
                low, high = program.range_of(plus(*(f"{name} {letter}" for letter in group)))
                if low == high:
                    mine = sum(own[f"{name} {letter}"] for letter in group)
                    found.append(f"{name} {group}: {low - mine} of the {len(given) - 2} others")
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("total", [8, 9, 12, 16])
def test_two_learners_who_pool_find_nothing_on_the_pages(tmp_path, total, kind):
    cohort = invented(total, kind, 0)
    assert told_to_two(Reader(pages(cohort, tmp_path), cohort, knowing=True)) == []


def six_of_eight(answered: int = 6) -> Cohort:
    """Of eight, all who answered but two chose the same in every question; each of the two something else."""
    cohort = invented(8, "unanimous", 0)
    for n in range(2):
        cohort.practice[n] = {name: ["b"] if kind == "mrq" else "b" for name, (kind, _) in CASE.items()}
        cohort.opinions[n] = dict.fromkeys(ASKED, "a") | {"s3": ["b"]}
    for n in range(answered, 8):
        cohort.practice[n], cohort.opinions[n] = {}, {}
    return cohort


def test_two_learners_who_pool_break_a_page_of_fewer_answers(tmp_path, monkeypatch):
    """Of six answers, more than half are four: all others, for two who know that they are not among them."""
    assert told_to_two(Reader(pages(six_of_eight(), tmp_path / "whole"), six_of_eight(), knowing=True)) == []
    seven = Reader(pages(six_of_eight(7), tmp_path / "seven"), six_of_eight(7), knowing=True)
    assert seven.told("q3")
    assert told_to_two(seven) == []
    monkeypatch.setattr(privacy, "FEWEST_ANSWERS", 6)
    broken = told_to_two(Reader(pages(six_of_eight(), tmp_path / "leaky"), six_of_eight(), knowing=True))
    assert "q3 a: 4 of the 4 others" in broken


# ---- Two pages, a week apart -----------------------------------------------------------------------------------------


def later(cohort: Cohort, learners: int) -> tuple[Cohort, Cohort]:
    """The cohort before its last learners had handed in anything, and with them."""
    first = cohort.total - learners
    before = Cohort(
        cohort.groups,
        [own if n < first else {} for n, own in enumerate(cohort.practice)],
        [right if n < first else None for n, right in enumerate(cohort.before)],
        [right if n < first else None for n, right in enumerate(cohort.after)],
        [right if n < first else None for n, right in enumerate(cohort.second)],
        cohort.opinions[:first] + [{}] * learners,
        cohort.sure,
    )
    return before, cohort


def subtracted(old: Reader, new: Reader, question: str) -> set[str]:
    """What the one learner can have answered who came in between, as far as two pages tell."""
    _, count = CASE[question]
    both = Program()
    for when, reader in (("old", old), ("new", new)):
        for name, place in reader.practice.names.items():
            both.number(f"{when} {name}", reader.practice.tops[place])
        for terms, low, high in reader.practice.rows:
            both.know({f"{when} {name}": factor for name, factor in terms.items()}, low, high)
    letters = "abcd"[:count]
    for letter in letters:
        came = both.number(f"came {letter}", 1)
        both.know({f"new {question} {letter}": 1, f"old {question} {letter}": -1, came: -1}, 0, 0)
    both.know(plus(*(f"came {letter}" for letter in letters)), 1, 1)
    return {letter for letter in letters if both.range_of(plus(f"came {letter}"))[1] == 1}


def divided(total: int, seed: int) -> Cohort:
    """A cohort in which everybody has answered everything, and in one question the answers go apart."""
    dice, cohort = Random(seed), invented(total, "unanimous", seed)
    for own in cohort.practice:
        own["q1"] = dice.choices("abcd", [12, 9, 4, 3])[0]
    return cohort


def test_two_pages_one_learner_apart_would_tell_on_that_learner(tmp_path):
    """Why the second page is not written: without that rule the reader finds at least one answer."""
    for seed in range(40):
        before, now = later(divided(30, seed), 1)
        old = Reader(pages(before, tmp_path / f"{seed} before"), before, knowing=True)
        new = Reader(pages(now, tmp_path / f"{seed} now"), now, knowing=True)
        if subtracted(old, new, "q1") == {now.practice[-1]["q1"]}:
            return
    pytest.fail("no pair of pages told anything")


@pytest.mark.parametrize(("learners", "written"), [(0, True), (1, False), (10, False), (11, True)])
def test_a_second_page_is_written_only_when_nobody_or_enough_people_have_anything_new(tmp_path, learners, written):
    before, now = later(divided(40, 1), learners)
    notes: list[str] = []
    for cohort in (before, now):
        files = sharing.files(results(cohort), said(cohort), tmp_path, SMALL, warn=notes.append)
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert bool(files) == written
    assert bool(notes) == (not written)
    assert bool(sharing.outdated(tmp_path, files)) is False


def test_the_pages_are_written_anew_when_those_of_before_are_gone(tmp_path):
    before, now = later(divided(40, 1), 1)
    for name, text in pages(before, tmp_path).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert pages(now, tmp_path) == {}
    (tmp_path / "share" / "index.html").unlink()
    assert pages(now, tmp_path)
