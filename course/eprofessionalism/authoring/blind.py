"""`eprof check --blind`: the whole bank played by strategies that never read a case, each beside chance.

Whoever answers without having read should earn what a random answer of the same size earns. The bounds are on the bank,
for one item may happen to please a strategy and many may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from eprofessionalism.authoring.chance import chance
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.pattern import CONSTANT_AT_MOST
from eprofessionalism.authoring.spread import Interval, interval
from eprofessionalism.authoring.strategies import PRINTED, STRATEGIES, Strategy, as_answer, size

ABOVE_CHANCE = 0.05
"""How much more than chance a strategy may earn over the bank, as a part of the points."""

POOLED = ("sba", "mrq", "choose")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sba, mrq and choose", POOLED),
    ("sba", ("sba",)),
    ("branch", ("branch",)),
    ("mrq", ("mrq",)),
    ("choose", ("choose",)),
    ("rating", ("rating",)),
    ("ranking", ("ranking",)),
)
"""The groups of the table by name. The bound on strategies holds for the first: what is graded by a right answer. A
branch is a decision of the story that is scored like an sba; it stands by itself, and its wording is checked like all
others', but a bound on so few would be a bound on luck."""


@dataclass(frozen=True, slots=True)
class Play:
    """What one strategy earns on one item, and what chance does there; `answered` is false where it had to guess."""

    item: Keyed
    score: float
    chance: float
    answered: bool = True

    @property
    def difference(self) -> float:
        """How much better than chance, in parts of the points."""
        return self.score - self.chance


@dataclass(frozen=True, slots=True)
class Result:
    """One strategy over one group of items, each item counting alike."""

    group: str
    strategy: str
    plays: tuple[Play, ...]

    @property
    def score(self) -> float:
        """The mean score, from 0 to 1."""
        return fmean(play.score for play in self.plays)

    @property
    def chance(self) -> float:
        """The mean score of random answers of the same size."""
        return fmean(play.chance for play in self.plays)

    @property
    def difference(self) -> float:
        """How much better than chance."""
        return self.score - self.chance

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the difference; the items are the sample. None of too few items."""
        return interval([play.difference for play in self.plays])


def play(items: Iterable[Keyed]) -> list[Result]:
    """Every strategy on every group of which it can answer an item, in the order of the table."""
    bank = list(items)
    plays = {strategy: _plays(strategy, bank) for strategy in STRATEGIES}
    results = []
    for group, types in GROUPS:
        for strategy in STRATEGIES:
            played = tuple(one for one in plays[strategy] if one.item.item.type in types)
            if any(one.answered for one in played):
                results.append(Result(group, strategy.name, played))
    return results


def _plays(strategy: Strategy, items: Iterable[Keyed]) -> list[Play]:
    return [_play(strategy, item) for item in items if item.item.type in strategy.types]


def _play(strategy: Strategy, item: Keyed) -> Play:
    """One item; a strategy that has no answer (there is no letter h) guesses, and earns what chance earns."""
    answers = strategy.answers(item.item)
    if not answers:
        guess = chance(item, as_answer(item.item, item.options[: size(item.item)]))
        return Play(item, guess, guess, answered=False)
    return Play(item, fmean(map(item.score, answers)), chance(item, answers[0]))


# ---- Bounds ----------------------------------------------------------------------------------------------------------


def findings(results: Iterable[Result]) -> Iterator[Finding]:
    """A strategy that earns too much over the bank; each finding stands at the item that gives it most."""
    for result in results:
        bound = _BOUNDS.get(result.group)
        expected = bound(result) if bound else ""
        if expected:
            yield _finding(result, expected)


def _pooled(result: Result) -> str:
    """No strategy beats chance by more than five points."""
    most = f"at most {ABOVE_CHANCE:.0%} above chance for whoever never read the case"
    return most if result.difference > ABOVE_CHANCE else ""


def _constant(result: Result) -> str:
    """No level given throughout earns more than the bound, which also holds for each item (`pattern.judgement`)."""
    most = f"at most {CONSTANT_AT_MOST:.0%} for one level throughout"
    return most if result.score > CONSTANT_AT_MOST else ""


def _order(result: Result) -> str:
    """The printed order earns what chance earns, within five points both ways, or within its interval.

    The interval is for small banks: one ranking may earn up to ten points more or less by `pattern.judgement`, and of
    a few all may happen to lie on one side.
    """
    if result.strategy != PRINTED or abs(result.difference) <= ABOVE_CHANCE:
        return ""
    reach = result.interval
    near = reach is not None and reach.low <= 0 <= reach.high
    return "" if near else f"chance, give or take {ABOVE_CHANCE:.0%}, for the order as printed"


_BOUNDS: dict[str, Callable[[Result], str]] = {GROUPS[0][0]: _pooled, "rating": _constant, "ranking": _order}


def _finding(result: Result, expected: str) -> Finding:
    sign = 1 if result.difference > 0 else -1
    worst = sorted(result.plays, key=lambda one: -sign * one.difference)[:5]
    found = f"{result.score:.1%} for “{result.strategy}” in {len(result.plays)} items, chance {result.chance:.1%}"
    names = ", ".join(one.item.item.item for one in worst)
    first = worst[0].item
    where = f"{result.group} / {result.strategy}"
    return first.case.finding(first.place, where, expected, found, f"change options or keys, most of all in {names}")


# ---- The table -------------------------------------------------------------------------------------------------------


def table(results: Sequence[Result]) -> str:
    """Score, chance and difference of each strategy by group, in per cent of the points."""
    lines: list[str] = []
    for group, _ in GROUPS:
        rows = [result for result in results if result.group == group]
        if rows:
            items = max(len(row.plays) for row in rows)
            head = f"{group} ({items} {'item' if items == 1 else 'items'})"
            lines += ["", f"{head:<38}{'score':>7}{'chance':>8}{'difference':>12}   95 % interval"]
            lines += map(_row, rows)
    return "\n".join(lines[1:])


def _row(result: Result) -> str:
    reach = result.interval
    between = f"{100 * reach.low:+6.1f} to {100 * reach.high:+6.1f}" if reach else "  too few items"
    name = f"  {result.strategy}"
    return f"{name:<38}{result.score:>7.1%}{result.chance:>8.1%}{100 * result.difference:>+12.1f}   {between}"
