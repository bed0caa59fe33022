"""An independent reading of cases and keys, and answers whose worth is known beforehand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import yaml

from eprofessionalism_graders import collecting

ROOT = Path(__file__).parents[2]
KEYS = ROOT / "graders" / "eprofessionalism_graders" / "keys"
FIRST = "01-friend-requests"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.nbgrader)


def _keys(root: Path, assignment: str) -> dict[str, SimpleNamespace]:
    """Items with their keys, read from the files as they are, without our loaders."""
    entries = json.loads((root / "source" / assignment / "items.json").read_text())["items"]
    path = KEYS / f"{assignment}.yaml"
    secret = {entry["item"]: entry for entry in yaml.safe_load(path.read_text())["items"]} if path.is_file() else {}
    found = {}
    for entry in entries:
        key = {name: Fraction(value) for name, value in entry.get("key", {}).items()}
        for option in secret.get(entry["id"], {}).get("options", []):
            value = next(option[name] for name in ("credit", "right", "level", "place") if name in option)
            key[option["id"]] = Fraction(str(value)) if isinstance(value, str) else Fraction(value)
        ids = [option["id"] for option in entry.get("options", [])]
        found[entry["id"]] = SimpleNamespace(type=entry["type"], points=entry.get("points", 0), ids=ids, key=key)
    return found


def _best(item: SimpleNamespace):
    """The answer that is worth all the points."""
    match item.type:
        case "sba" | "branch":
            return next(name for name, value in item.key.items() if value == 1)
        case "mrq" | "choose":
            return [name for name in item.ids if item.key[name]]
        case "rating":
            return {name: int(level) for name, level in item.key.items()}
        case "ranking":
            return sorted(item.ids, key=lambda name: item.key[name])
        case "reflection":
            return "I would have answered her sooner."


def _other(item: SimpleNamespace, number: int):
    """The answer number `number` of a sweep that gives each option in turn."""
    count = len(item.ids)
    match item.type:
        case "sba" | "branch":
            return item.ids[number % count]
        case "mrq":
            return [name for bit, name in enumerate(item.ids) if (number + 1) >> (bit % 4) & 1]
        case "choose":
            return [item.ids[(number + step) % count] for step in (0, 2, 3)]
        case "rating":
            return {name: (number + place) % 4 + 1 for place, name in enumerate(item.ids)}
        case "ranking":
            return item.ids[number % count :] + item.ids[: number % count]
        case "reflection":
            return f"Text number {number}."


def _worth(item: SimpleNamespace, answer) -> Fraction:
    """What an answer is worth in points, by the rules of DESIGN section 5 in their own words."""
    share = Fraction(0)
    match item.type:
        case "sba" | "branch":
            share = item.key[answer]
        case "mrq" if 0 < len(answer) < len(item.ids):
            told_apart = [name for name in item.ids if (name in answer) is (item.key[name] == 1)]
            share = Fraction(len(told_apart), len(item.ids))
        case "choose" if len(answer) <= 3:
            share = Fraction(4 * len([name for name in answer if item.key[name] == 1]), 12)
        case "rating":
            for name, given in answer.items():
                right = item.key[name]
                near = {1: 2, 2: 1, 3: 4, 4: 3}
                share += Fraction(1 if given == right else Fraction(1, 2) if near[given] == right else 0, len(item.ids))
        case "ranking":
            places = {name: place for place, name in enumerate(answer, start=1)}
            share = Fraction(sum(4 - abs(places[name] - item.key[name]) for name in item.ids), 20)
    return share * Fraction(item.points)


@pytest.fixture(scope="session")
def judge() -> SimpleNamespace:
    """The test's own computation: `keys`, `best`, `other` and `worth`, none of which uses the code under test."""
    return SimpleNamespace(keys=_keys, best=_best, other=_other, worth=_worth)


class _Score(NamedTuple):
    auto: float | None
    mark: float | None
    wanted: bool


@pytest.fixture
def submit(play, judge, on_time, tmp_path):
    """Hand in one learner's answers, all of them right where none are named."""

    def handed_in(offering, learner: str = "learner-00", answers: dict | None = None, at=on_time) -> Path:
        items = judge.keys(offering.root, FIRST)
        right = {name: judge.best(item) for name, item in items.items()}
        work = Path(tempfile.mkdtemp(dir=tmp_path)) / FIRST
        given = right if answers is None else answers
        journal = play(offering, FIRST, given, work) if given else None
        return collecting.hand_in(offering, learner, FIRST, journal, at)

    return handed_in


@pytest.fixture(scope="session")
def scores_of():
    """What the gradebook says of a learner, by item: automatic score, mark, whether a mark is wanted."""

    def read(offering, learner: str, assignment: str = FIRST) -> dict[str, _Score]:
        with offering.gradebook() as gradebook:
            (notebook,) = gradebook.find_submission(assignment, learner).notebooks
            return {
                one.name: _Score(one.auto_score, one.manual_score, one.needs_manual_grade) for one in notebook.grades
            }

    return read


@pytest.fixture(scope="session")
def nbgrader():
    """Run an nbgrader command by hand in an offering, as an instructor would in an activated environment."""

    def run(offering, *arguments: str) -> subprocess.CompletedProcess:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        command = [sys.executable, "-m", "nbgrader", *arguments]
        environment = os.environ | {"PATH": path}
        return subprocess.run(command, cwd=offering.root, env=environment, capture_output=True, text=True, check=False)

    return run
