"""An invented cohort that answers like one: learners of differing ability who play through the same code as a click.

The model is small on purpose, and every number of it stands below:

- a learner's ability is drawn from N(-0.6, 0.9), shifted by the group's experience, and rises a little with each part;
- an item's difficulty is drawn from N(0, 0.9); knowing it has the probability 1 / (1 + exp(difficulty - ability));
- who knows, answers by the key; who does not, is drawn to options by their partial credit and by chance;
- ratings and rankings are the key's levels and places with an error that shrinks as ability grows;
- stated certainty follows the probability of knowing, with noise, and is highest where overconfidence is.

Everything follows from the seed. No real learner's answer is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import exp
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.items import Item, Key
from eprofessionalism.player import Player
from eprofessionalism.scoring import CHOOSE
from eprofessionalism.scoring import score as score_answer
from eprofessionalism_graders import opinions
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
DIFFICULTY = (0.0, 0.9)
PRACTICE = 0.06
"""What each part of the course that was played adds to ability."""

RETAKES = 0.7
"""How many of those below the pass mark try again."""

SECOND_LOOK = 0.2
"""How often a wrong practice answer is cleared and given again; only the first counts."""

CHANGED_MIND = 0.1
"""How often an assessment answer is given twice; only the last counts."""

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

REFLECTIONS = (
    "I thought of a man I have looked after for three years. He would ask because he is lonely, and because I am "
    "kind to him for twelve minutes every second month. I would tell him that I keep my own pages for family, and "
    "then I would do what I can do: see that he has the number of the clinic, and ask him next time who he talks "
    "to in the evening. Until this case I had left such requests unanswered and thought that was tact. I see now "
    "that it looked like a closed door with nobody behind it.",
    "What I found hard is that the tempting answer was also the friendly one. I have told a story from work at "
    "dinner, with the age changed, and my sister knew at once whom I meant, because she reads the local paper. I "
    "would still want to talk about what the day does to us. Next time I will do so with a colleague behind a "
    "closed door, and ask first what in the story is mine and what belongs to the patient.",
    "Honestly, I chose fast, and I chose what I would have done. Reading the reasons I noticed that I think of "
    "rules as something for people with bad intentions. The people here had none. This week I want to look "
    "through my own old posts, and to ask our office what we should do when a company sends us something that we "
    "did not ask for.",
    "My program never talked about this. I once posted a picture of an empty hallway after a bad night, and "
    "somebody wrote the name of the ward below it. I took it down after an hour. I was not careless, I was tired. "
    "What would have helped is a person to write to at that hour, so I have put two numbers into my phone.",
    "I am not sure that I agree with the strict line. In the town I come from everybody is somebody’s patient, "
    "and a doctor who belongs to nothing is not trusted. But I can see what the line protects, and that it is "
    "easier to hold when it is the same for everybody. I would explain it in person, and not by a button.",
    "A review of me is still up that is half true. I wrote four answers to it in my head while I played this, and each "
    "of them would have told the street that she had been my patient. The half that is true is that nobody called "
    "her back for nine days. I cannot say that in public, but I can call, and I can find out why it was nine days.",
    "I looked at my own page as a stranger would. There is nothing terrible on it. There is a joke about a night "
    "shift that I would not make in front of the person it is about, and a photograph that a friend put up and that "
    "I never saw. I have asked her to take my name off it. I am less worried about the joke than I was, and I have "
    "taken it down all the same, because I could not say whom it was for.",
    "The hardest sentence was the first one to a colleague. I practised it aloud: have you a minute, it is about your "
    "post, and I would want to be told. What I had been going to do was to tell somebody else over coffee, which "
    "helps nobody and is also a kind of posting. I do not know what I would do if it were my program director, and I "
    "have found out whom I would ask.",
    "I had passed the thing on because a friend I trust had passed it on. It took four minutes to find the paper, and "
    "it did not say that. So I wrote under my own post that I had been wrong, and left it there. Two people thanked "
    "me and one was angry. I still think that some corrections spread the error, and would like to know when.",
    "My brother asks me about his knee at every dinner, and I answer, and that is advice to a stranger with a "
    "potato in his hand. Online I had thought that a line at the top of my page would take care of it. It does "
    "not, and the person who writes at midnight has not read it. I have written a short answer that says whom to "
    "call, and put it where I can find it at midnight.",
    "What do I want it for? I could not say it in a sentence, and that was the lesson. I do not want followers. I "
    "want the parents of our clinic to know which fever can wait until morning. So it will be one page, by our nurse "
    "and me, on Thursdays, and I have asked the office whether we may. If they say no I shall be a little relieved.",
)


class Clock:
    """Time as the journal writes it, which goes on only when told to."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def __call__(self) -> str:
        """The present time of this clock."""
        return self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.time += timedelta(seconds=round(seconds, 3))


@dataclass(frozen=True)
class Synthetic:
    """One invented learner: who it is on the roster, how able, and what becomes of it."""

    person: Learner
    ability: float
    plan: Plan
    seed: str

    def chance(self, *what: object) -> Random:
        """The dice of this learner for one thing: the same at every run."""
        return _dice(self.seed, self.person.id, *what)

    @cached_property
    def start(self) -> datetime:
        """When the first case is opened."""
        dice = self.chance("start")
        if self.plan == "late":
            return DUE + timedelta(hours=dice.uniform(3, 70))
        return RELEASE + timedelta(days=dice.randrange(1, 12), hours=dice.uniform(0, 12))

    @cached_property
    def stops(self) -> float:
        """For somebody who leaves off: after which share of the course."""
        return self.chance("stops").uniform(0.25, 0.9)

    def tries_again(self) -> bool:
        """Whether somebody below the pass mark takes the test once more."""
        return self.plan in ("whole", "late") and self.chance("again").random() < RETAKES


def cohort(size: int, seed: int) -> list[Synthetic]:
    """An invented cohort of `size` learners, in the order of its roster."""
    names = _names(size, seed)
    plans = _plans(size, seed)
    return [_learner(number, names[number], plans[number], seed) for number in range(size)]


def _learner(number: int, name: tuple[str, str], plan: Plan, seed: int) -> Synthetic:
    group = tuple(GROUPS)[number % len(GROUPS)]
    identity = f"d{number + 1:03d}"
    person = Learner(identity, name[1], name[0], f"{identity}@example.org", group)
    ability = _dice(str(seed), identity, "ability").gauss(*ABILITY) + GROUPS[group]
    return Synthetic(person, ability, plan, str(seed))


def _names(size: int, seed: int) -> list[tuple[str, str]]:
    """As many different full names as are asked for; first names repeat only when all have been used."""
    firsts, lasts = list(FIRST_NAMES), list(LAST_NAMES)
    dice = _dice(str(seed), "names")
    dice.shuffle(firsts)
    dice.shuffle(lasts)
    # The lists' lengths have no common divisor, so their pairs repeat only after first x last.
    return [(firsts[number % len(firsts)], lasts[number % len(lasts)]) for number in range(size)]


def _plans(size: int, seed: int) -> list[Plan]:
    plans: list[Plan] = [plan for plan, share in SHARES.items() for _ in range(round(share * size))]
    plans += ["whole"] * (size - len(plans))
    _dice(str(seed), "plans").shuffle(plans)
    return plans


def _dice(*what: object) -> Random:
    return Random("/".join(map(str, what)))  # noqa: S311 - invented learners, nothing secret


# ---- Playing ---------------------------------------------------------------------------------------------------------


def sits(learner: Synthetic, number: int, total: int, sitting: Sitting) -> bool:
    """Whether the learner opens a part of the course at all; `number` counts from 0, in the learner's own order."""
    if learner.plan == "nothing" or (learner.plan == "no test" and sitting == "post"):
        return False
    return learner.plan != "partly" or number <= last_part(learner, total)


def last_part(learner: Synthetic, total: int) -> int:
    """The part within which somebody leaves off who does."""
    return int(learner.stops * (total - 1))


def play(learner: Synthetic, folder: Path, number: int, total: int, keys: Mapping[str, Key]) -> datetime:
    """Play one part of the course in a learner's folder, as clicks would; the time at which it was left.

    Args:
        learner: who plays.
        folder: holds the released part; the journal is written there.
        number: which part of the learner's course this is, from 0.
        total: how many there are.
        keys: what scores each item that has a rule, practice and assessment alike.
    """
    pace = timedelta() if learner.plan == "late" else (DUE - RELEASE) * 0.6 / total
    clock = Clock(learner.start + number * (pace + timedelta(hours=1)))
    player = Player(folder, now=clock)
    items = list(player.bank.items.values())
    leaves_off = learner.plan == "partly" and number == last_part(learner, total)
    for item in items[: max(1, 2 * len(items) // 3)] if leaves_off else items:
        clock.wait(learner.chance(item.id, "pace").uniform(15, 75))
        player.shown(item.id)
        if item.survey:
            opinions.give(player, item, learner.chance)
        elif item.is_text:
            _write(learner, player, item, _texts(learner)[number % len(REFLECTIONS)], clock)
        else:
            _answer(learner, player, item, keys.get(item.id, {}), learner.ability + PRACTICE * number, clock)
    if not leaves_off:
        player.finish()
    return clock.time


def _answer(learner: Synthetic, player: Player, item: Item, key: Key, ability: float, clock: Clock) -> None:
    dice = learner.chance(item.id, "answer")
    answer = choose_answer(item, key, ability, learner.seed, dice)
    certainty = _certainty(ability - _difficulty(learner.seed, item), dice) if item.certainty else None
    clock.wait(dice.uniform(10, 60))
    if item.assessment and dice.random() < CHANGED_MIND:
        player.commit(item.id, choose_answer(item, key, ability - 1, learner.seed, dice), certainty)
        clock.wait(dice.uniform(20, 200))
    player.commit(item.id, answer, certainty)
    if not item.assessment and score_answer(item, key, answer) < 1 and dice.random() < SECOND_LOOK:
        clock.wait(dice.uniform(30, 90))
        player.reset(item.id)
        player.commit(item.id, choose_answer(item, key, 9.0, learner.seed, dice), certainty)


def _texts(learner: Synthetic) -> list[str]:
    """The reflections in this learner's own order, one a case: nobody writes the same text twice."""
    return learner.chance("texts").sample(REFLECTIONS, len(REFLECTIONS))


def _write(learner: Synthetic, player: Player, item: Item, text: str, clock: Clock) -> None:
    """Type a reflection with a pause in the middle; now and then somebody forgets to give it."""
    dice = learner.chance(item.id, "text")
    clock.wait(dice.uniform(60, 200))
    player.draft(item.id, text[: len(text) // 2])
    clock.wait(dice.uniform(60, 200))
    player.draft(item.id, text)
    if dice.random() < 0.92:
        player.commit(item.id, text)


# ---- The model -------------------------------------------------------------------------------------------------------


def choose_answer(item: Item, key: Key, ability: float, seed: str, dice: Random) -> Answer:
    """What somebody of this ability answers to an item that has a rule."""
    edge = ability - _difficulty(seed, item)
    match item.type:
        case "sba" | "branch":
            return _pick(item, key, edge, seed, dice)
        case "mrq":
            chosen = [option for option in key if (dice.random() < _knows(edge + 0.8)) == bool(key[option])]
            return chosen or [dice.choice(list(key))]
        case "choose":
            lure = {option: 1.5 * (1 + edge) * float(key[option]) + dice.gauss(0, 1) for option in key}
            return _by(lure)[:CHOOSE]
        case "rating":
            return {option: _rate(int(key[option]), edge, dice) for option in key}
        case "ranking":
            return _by({option: -float(key[option]) + dice.gauss(0, 1.6 * (1 - _knows(edge)) + 0.2) for option in key})
        case "reflection":
            raise ValueError(f"{item.id}: a reflection is written, not chosen")


def _difficulty(seed: str, item: Item) -> float:
    return _dice(seed, item.id, "difficulty").gauss(*DIFFICULTY)


def _knows(edge: float) -> float:
    """The probability of knowing, by how far ability is above difficulty."""
    return 1 / (1 + exp(-edge))


def _pick(item: Item, key: Key, edge: float, seed: str, dice: Random) -> str:
    best = next(option for option in key if key[option] == 1)
    if dice.random() < _knows(edge):
        return best
    near = {option: 1.2 * float(key[option]) * (option != best) for option in key}
    lure = {option: exp(near[option] + _dice(seed, item.id, option).gauss(0, 0.8)) for option in key}
    return dice.choices(list(lure), list(lure.values()))[0]


def _rate(right: int, edge: float, dice: Random) -> int:
    """The key's level, or a step or two beside it."""
    level = round(right + dice.gauss(0, 1.4 * (1 - _knows(edge)) + 0.15))
    return min(max(level, min(LEVELS)), max(LEVELS))


def _by(lure: Mapping[str, float]) -> list[str]:
    return sorted(lure, key=lambda option: -lure[option])


def _certainty(edge: float, dice: Random) -> int:
    """1 to 3. Who knows little also knows little about that: below even chances, felt certainty falls more slowly."""
    known = _knows(edge)
    felt = (known if known > 0.5 else 0.25 + known / 2) + dice.gauss(0, 0.17)
    return 1 if felt < 0.5 else 2 if felt < 0.75 else 3
