"""Who the invented learners are: names, groups, abilities, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Literal, TypeAlias

from eprofessionalism_graders.forms import Sitting
from eprofessionalism_graders.roster import Learner

Plan: TypeAlias = Literal["whole", "late", "partly", "no test", "nothing"]
"""What becomes of a learner: plays and hands in everything, does so late, leaves off within a case, never comes to the
assessment, or never begins."""

SHARES: Mapping[Plan, float] = {"late": 0.12, "partly": 0.10, "no test": 0.08, "nothing": 0.08}
"""How many of a cohort take each plan, rounded to whole learners; the others do the whole."""

GROUPS = {"MS3": -0.35, "PGY-1": 0.0, "PGY-2": 0.3}
"""The groups, and what each adds to ability."""

ABILITY = (-0.6, 0.9)
PRACTICE = 0.06
"""What each part of the course that was played adds to ability."""

RETAKES = 0.7
"""How many of those below the pass mark try again."""

RELEASE = datetime(2026, 9, 7, 12, tzinfo=UTC)
DUE = datetime(2026, 10, 19, 23, 59, tzinfo=UTC)

FIRST_NAMES = (
    "Amina", "Tomasz", "Priya", "Mateo", "Hana", "Kwame", "Ingrid", "Luca", "Mei", "Samuel", "Leila", "Andrés",
    "Nadia", "Grace", "Yusuf", "Sofía", "Daniel", "Thandiwe", "Marek", "Aiko", "Owen", "Fatima", "Björn", "Chloé",
    "Ravi", "Elif", "Hoang", "Ruth", "Kofi", "Irina", "José", "Talia", "Sione", "Maeve", "Arjun", "Lucía",
)  # fmt: skip
LAST_NAMES = (
    "Okonkwo", "Lindqvist", "Reyes", "Nakamura", "Haddad", "Kowalski", "Mensah", "Petrov", "Nguyễn", "O’Brien",
    "Rahman", "García", "Adeyemi", "Schneider", "Patel", "Kim", "Bergström", "Moreau", "Dlamini", "Castillo", "Yılmaz",
    "Cohen", "Tanaka", "Silva", "Fofanah", "Novák", "Begay", "Tuiasosopo", "Murphy", "Sharma", "Costa", "Hansen",
    "Abebe", "Rossi", "Mwangi", "Farrell", "Zhang",
)  # fmt: skip


@dataclass(frozen=True)
class Synthetic:
    """One invented learner: who it is on the roster, how able, and what becomes of it."""

    person: Learner
    ability: float
    plan: Plan
    seed: str

    def chance(self, *what: object) -> Random:
        """The dice of this learner for one thing: the same at every run."""
        return dice(self.seed, self.person.id, *what)

    def able(self, number: int) -> float:
        """Ability in a part of the course that comes after so many others."""
        return self.ability + PRACTICE * number

    @cached_property
    def start(self) -> datetime:
        """When the first case is opened."""
        own = self.chance("start")
        if self.plan == "late":
            return DUE + timedelta(hours=own.uniform(3, 70))
        return RELEASE + timedelta(days=own.randrange(1, 12), hours=own.uniform(0, 12))

    @cached_property
    def stops(self) -> float:
        """For somebody who leaves off: after which share of the course."""
        return self.chance("stops").uniform(0.25, 0.9)

    def tries_again(self) -> bool:
        """Whether somebody below the pass mark takes the test once more."""
        return self.plan in ("whole", "late") and self.chance("again").random() < RETAKES


def cohort(size: int, seed: int, letter: str = "d", shift: float = 0.0) -> list[Synthetic]:
    """An invented cohort of `size` learners, in the order of its roster.

    Args:
        size: how many learners.
        seed: the same seed gives the same learners, and questions of the same difficulty.
        letter: their ids begin with it; another letter gives other learners.
        shift: what all of them are abler than a usual cohort.
    """
    names = _names(size, seed)
    plans = _plans(size, seed, letter)
    return [_learner(f"{letter}{one + 1:03d}", names[one], plans[one], seed, shift) for one in range(size)]


def _learner(identity: str, name: tuple[str, str], plan: Plan, seed: int, shift: float) -> Synthetic:
    group = tuple(GROUPS)[(int(identity[1:]) - 1) % len(GROUPS)]
    person = Learner(identity, name[1], name[0], f"{identity}@example.org", group)
    ability = dice(str(seed), identity, "ability").gauss(*ABILITY) + GROUPS[group] + shift
    return Synthetic(person, ability, plan, str(seed))


def _names(size: int, seed: int) -> list[tuple[str, str]]:
    """As many different full names as are asked for; first names repeat only when all have been used."""
    firsts, lasts = list(FIRST_NAMES), list(LAST_NAMES)
    order = dice(str(seed), "names")
    order.shuffle(firsts)
    order.shuffle(lasts)
    # The lists' lengths have no common divisor, so their pairs repeat only after first x last.
    return [(firsts[number % len(firsts)], lasts[number % len(lasts)]) for number in range(size)]


def _plans(size: int, seed: int, letter: str) -> list[Plan]:
    plans: list[Plan] = [plan for plan, share in SHARES.items() for _ in range(round(share * size))]
    plans += ["whole"] * (size - len(plans))
    dice(str(seed), letter, "plans").shuffle(plans)
    return plans


def sits(learner: Synthetic, number: int, total: int, sitting: Sitting) -> bool:
    """Whether the learner opens a part of the course at all; `number` counts from 0, in the learner's own order."""
    if learner.plan == "nothing" or (learner.plan == "no test" and sitting == "post"):
        return False
    return learner.plan != "partly" or number <= last_part(learner, total)


def last_part(learner: Synthetic, total: int) -> int:
    """The part within which somebody leaves off who does."""
    return int(learner.stops * (total - 1))


def dice(*what: object) -> Random:
    """Dice for one thing: the same at every run."""
    return Random("/".join(map(str, what)))  # noqa: S311 - invented learners, nothing secret
