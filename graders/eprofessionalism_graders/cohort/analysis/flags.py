"""Which items are suspicious, as data: what was found, what to do about it, and the numbers it rests on.

A false alarm costs trust in all others, so nothing is raised that chance alone makes likely: each rule has a number of
learners below which it is silent, and asks that an interval, or an exact test, leaves no good explanation by chance.
How often sound items are flagged all the same, and how often a wrong key is found, is measured by simulation in the
tests. Rules that need to know who is good are silent where the rest of the test has fewer than five items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import atanh, sqrt, tanh
from typing import Literal, TypeAlias, get_args

from scipy.stats import binom

from eprofessionalism_graders.cohort.analysis.evidence import EFFECTIVE, Evidence
from eprofessionalism_graders.cohort.analysis.intervals import share

Severity: TypeAlias = Literal["check the key", "rewrite", "when you revise"]
"""What to do: the answer that counts as right may be wrong; the item does not do its work; or only think of it."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Kind: TypeAlias = Literal[
    "key", "option", "negative", "guessing", "rival", "weak", "loose", "hard", "easy", "unused", "slow"
]
"""What was found; `RULES` says when."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a flag is raised.

    Args:
        severity: what to do about it.
        fewest: learners below whom the rule is silent; several are silent for longer, as their test asks for more.
        says: the rule. Intervals are 95 % unless said otherwise.
    """

    severity: Severity
    fewest: int
    says: str


CHECK, REWRITE, LOOK = SEVERITIES

RULES: Mapping[Kind, Rule] = {
    "key": Rule(
        CHECK,
        10,
        "One best answer: the best third of the learners, by the rest of the test, chose another option rather than "
        "the key, more clearly than chance explains (exact binomial test, 5%); or all learners did (2.5%), and those "
        "who did are no weaker on the rest.",
    ),
    "option": Rule(
        CHECK,
        15,
        "Several answers, or rated responses: the best third judge an option against the key (exact binomial test, "
        "1%), and those who judge it by the key are no better on the rest.",
    ),
    "negative": Rule(CHECK, 20, "The whole interval of the correlation of the score with the rest is below zero."),
    "guessing": Rule(
        REWRITE,
        10,
        "In a test: the whole interval of the mean score is below what guessing earns, and it is not clear that those "
        "who are better on the rest do better here; or it is below half of that, whoever does better.",
    ),
    "rival": Rule(
        REWRITE,
        30,
        "Those who chose a wrong option are better on the rest: the whole 99.8% interval of the correlation is above "
        "zero.",
    ),
    "weak": Rule(
        REWRITE,
        30,
        "Discriminative efficiency is under 15% (Moodle’s limit), and the whole 99% interval of the correlation with "
        "the rest is below 0.2.",
    ),
    "loose": Rule(
        LOOK,
        30,
        "Discriminative efficiency is under 15% (Moodle’s limit), and the whole interval of the correlation with the "
        "rest is below 0.2. The first alone is chance for about one sound item in 20 with 30 learners.",
    ),
    "hard": Rule(
        LOOK,
        10,
        "The whole interval of the mean score is below what guessing earns; in a test, not below half of that, and "
        "those who are better on the rest do better here; in a case, however low it is and whoever does better: a case "
        "may ask what nearly everybody gets wrong.",
    ),
    "easy": Rule(
        LOOK,
        20,
        "In a test: the whole interval of the mean score is above 90%, and the mean was so before the course.",
    ),
    "unused": Rule(
        LOOK,
        30,
        "The whole interval of the share that chose an option is below 5%, and it is not that nearly everybody is "
        "right.",
    ),
    "slow": Rule(
        LOOK,
        10,
        "The median time is at least twice that of any other item of its kind in the same test or case.",
    ),
}
"""The rules, the gravest first."""

FEWEST_IN_REST, FEWEST_TO_CALL_WEAK = 5, 10
"""Items that the rest must have to say who is good; and to say that an item does not go with it."""

FEWEST_APART = 5
"""Learners who must have another score than the commonest: a correlation that hangs on fewer is theirs alone."""

BEST_THIRD, EVERYBODY, AGAINST_KEY = 0.05, 0.025, 0.01
"""One-sided probabilities of the exact tests."""

Z, Z_WEAK, Z_RIVAL = 1.959964, 2.575829, 3.090232
EFFICIENCY, DISCRIMINATES = 15.0, 0.2
EASY, UNUSED = 90.0, 5.0
FAR_BELOW = 0.5
"""Below this part of what guessing earns something misleads nearly everybody, the better ones too."""

TIMES_SLOWER, OTHERS_OF_ITS_KIND = 2.0, 3


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that was found about one item.

    Args:
        item: the item.
        kind: what was found.
        n: learners it rests on.
        options: the options it is about.
        numbers: what it rests on, by name.
    """

    item: str
    kind: Kind
    n: int
    options: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """What to do about it."""
        return RULES[self.kind].severity


def find(evidence: Evidence) -> list[Flag]:
    """All flags, the gravest first, then in the order of the items."""
    flags = [flag for item in evidence.asked for flag in _flags(evidence, item)]
    kinds = list(RULES)
    return sorted(flags, key=lambda flag: kinds.index(flag.kind))


def _flags(evidence: Evidence, item: str) -> Iterator[Flag]:
    found = [
        *_options(evidence, item),
        *_relation(evidence, item),
        *_difficulty(evidence, item),
        *_time(evidence, item),
    ]
    yield from (flag for flag in found if flag.n >= RULES[flag.kind].fewest)


# ---- What was chosen -------------------------------------------------------------------------------------------------


def _options(evidence: Evidence, item: str) -> Iterator[Flag]:
    if item not in evidence.options or not evidence.asked[item].key:
        return
    if evidence.asked[item].type in ("sba", "branch"):
        yield from _unused(evidence, item)
        if evidence.rest >= FEWEST_IN_REST:
            yield from _key(evidence, item)
            yield from _rivals(evidence, item)
    elif evidence.rest >= FEWEST_IN_REST and item in evidence.best:
        yield from _judgements(evidence, item)


def _key(evidence: Evidence, item: str) -> Iterator[Flag]:
    """Another option instead of the key, as a miskeyed item shows it.

    The sign, a key that the able choose less often than another option, is an old one of item analysis (a book on it:
    Haladyna & Rodriguez, Developing and Validating Test Items, 2013). The guard is ours, the exact binomial test of as
    many choices of either: under the null hypothesis somebody who chose one of the two chose each as often.
    """
    every, key = evidence.options[item], evidence.asked[item].key
    right = max(key, key=lambda option: key[option])
    best = evidence.best.get(item, every.iloc[:0])["n"]
    rivals = sorted(every.index.drop(right), key=lambda one: (-best.get(one, 0), -every["n"][one]))
    for option in rivals:
        top, top_right = int(best.get(option, 0)), int(best.get(right, 0))
        n, n_right = int(every["n"][option]), int(every["n"][right])
        no_weaker = not every["mean_rest"][option] < every["mean_rest"][right]  # nobody's mean is no number
        by_best = _beats(top, top_right) <= BEST_THIRD
        by_all = top >= top_right and no_weaker and _beats(n, n_right) <= EVERYBODY
        if by_best or by_all:
            takers = int(best.sum()) if by_best else int(every["n"].sum())
            counts = (top, top_right) if by_best else (n, n_right)
            numbers = {"takers": takers, "chosen": counts[0], "key": counts[1], "best_third": float(by_best)}
            yield Flag(item, "key", int(every["n"].sum()), (str(option), right), numbers)
            return  # whatever else beats a wrong key is no news


def _beats(first: int, second: int) -> float:
    """How likely it is, where both are chosen alike, that so many or more of the two chose the first."""
    return float(binom.sf(first - 1, first + second, 0.5))


def _rivals(evidence: Evidence, item: str) -> Iterator[Flag]:
    """A wrong option that the better learners choose; one with part of the credit is meant to attract some of them."""
    every, key = evidence.options[item], evidence.asked[item].key
    n = int(every["n"].sum())
    for option in every.index:
        correlation, chose = float(every["point_biserial"][option]), int(every["n"][option])
        low, _ = correlation_interval(correlation, int(evidence.row(item)["n_complete"]), Z_RIVAL)
        if not key[option] and min(chose, n - chose) >= FEWEST_APART and low > 0:
            yield Flag(item, "rival", n, (str(option),), {"correlation": correlation, "low": low, "chosen": chose})


def _unused(evidence: Evidence, item: str) -> Iterator[Flag]:
    """Options that attract nobody: fewer than 5 % of the takers.

    Source: Haladyna & Downing, Educ Psychol Meas 1993;53:999-1010, as others cite them for the limit.
    """
    every, key = evidence.options[item], evidence.asked[item].key
    n = int(every["n"].sum())
    right = max(key, key=lambda option: key[option])
    idle = [str(one) for one in every.index if one != right and share(int(every["n"][one]), n).high < UNUSED]
    if idle and every["share"][right] < EASY:
        yield Flag(item, "unused", n, tuple(idle), {"most": float(every["n"][idle].max())})


def _judgements(evidence: Evidence, item: str) -> Iterator[Flag]:
    """Options that the best third judge against the key; of `choose`, a right one chosen less than by guessing."""
    every, best, asked = evidence.options[item], evidence.best[item], evidence.asked[item]
    right = {option: value >= (EFFECTIVE if asked.type == "rating" else 1) for option, value in asked.key.items()}
    picked = sum(right.values()) / len(right) if asked.type == "choose" else 0.5
    takers = int(best["takers"].iloc[0])
    for option, is_right in right.items():
        chosen, correlation = int(best["n"][option]), float(every["point_biserial"][option])
        agree = chosen if is_right else takers - chosen
        surprise = float(binom.cdf(agree, takers, picked if is_right else 0.5))
        better = (correlation if is_right else -correlation) > 0
        if surprise <= AGAINST_KEY and not better:
            numbers = {"takers": takers, "against": takers - agree, "right": float(is_right)}
            yield Flag(item, "option", int(evidence.row(item)["n"]), (option,), numbers)


# ---- How the score goes with the rest --------------------------------------------------------------------------------


def correlation_interval(correlation: float, n: int, z: float = Z) -> tuple[float, float]:
    """The interval of a correlation: tanh(atanh(r) ± z / sqrt(n - 3)); from -1 to 1 where there is none.

    Source: Fisher 1921, Metron 1:3-32. It takes normal variables; for an item's score it is a guide, and the rougher
    the fewer learners have another score than the others.
    """
    if n <= 3 or not abs(correlation) < 1:
        return -1.0, 1.0
    half = z / sqrt(n - 3)
    return tanh(atanh(correlation) - half), tanh(atanh(correlation) + half)


def _relation(evidence: Evidence, item: str) -> Iterator[Flag]:
    """Negative, or next to no, correlation with the rest, among those who answered all of it."""
    row = evidence.row(item)
    correlation, efficiency, n = (
        float(row["item_rest"]),
        float(row["discriminative_efficiency"]),
        int(row["n_complete"]),
    )
    low, high = correlation_interval(correlation, n)
    highest = correlation_interval(correlation, n, Z_WEAK)[1]
    if evidence.rest < FEWEST_IN_REST or evidence.apart.get(item, 0) < FEWEST_APART:
        return
    numbers = {"correlation": correlation, "low": low, "high": high, "efficiency": efficiency}
    if high < 0:
        yield Flag(item, "negative", n, numbers=numbers)
    elif evidence.rest >= FEWEST_TO_CALL_WEAK and efficiency < EFFICIENCY and high < DISCRIMINATES:
        yield Flag(item, "weak" if highest < DISCRIMINATES else "loose", n, numbers=numbers)


# ---- How hard it is, and how long it takes ---------------------------------------------------------------------------


def _difficulty(evidence: Evidence, item: str) -> Iterator[Flag]:
    row, asked = evidence.row(item), evidence.asked[item]
    n, facility = int(row["n"]), float(row["facility"])
    highest = float(row["facility_high"])
    if highest < asked.guess:
        related = correlation_interval(float(row["item_rest"]), int(row["n_complete"]))
        tells = evidence.rest >= FEWEST_IN_REST and related[0] > 0
        is_hard = not asked.assessed or (tells and highest >= FAR_BELOW * asked.guess)
        numbers = {"facility": facility, "guess": asked.guess, "better": float(tells)}
        yield Flag(item, "hard" if is_hard else "guessing", n, numbers=numbers)
    # For scores between 0 and 1 the interval of a share is the widest that this mean can have.
    low = share(int(n * facility / 100), n).low if n else 0.0
    before = evidence.before.get(item)
    if asked.assessed and low >= EASY and (before is None or before >= EASY):
        yield Flag(item, "easy", n, numbers={"facility": facility} | ({} if before is None else {"before": before}))


def _time(evidence: Evidence, item: str) -> Iterator[Flag]:
    """Much slower than any other of its kind: a rating of seven responses takes longer than one best answer."""
    if evidence.times is None:
        return
    known = evidence.times[evidence.times["timed"] >= RULES["slow"].fewest].set_index("item")
    kind = evidence.asked[item].type
    others = [name for name in known.index if name != item and evidence.asked[name].type == kind]
    if item not in known.index or len(others) < OTHERS_OF_ITS_KIND:
        return
    median, slowest = float(known["median"][item]), float(known["median"][others].max())
    if median >= TIMES_SLOWER * slowest:
        numbers = {"median": median, "next": slowest}
        yield Flag(item, "slow", int(known["timed"][item]), numbers=numbers)
