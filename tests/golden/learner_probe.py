"""Run in a learner's installation: import all of it, play every page, and say what was opened and what was shown.

Usage: python -I learner_probe.py FOLDER, which gets the learner's course. Writes one JSON object.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import json
import logging
import os
import pkgutil
import sys
import uuid
from importlib.metadata import entry_points
from pathlib import Path

OPENED: set[str] = set()


def watch(event: str, arguments: tuple) -> None:
    """Note every file that this process opens or looks for in a folder."""
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | os.PathLike):
        OPENED.add(str(Path(arguments[0]).absolute()))


def modules() -> list[str]:
    """Import every module of the package; gives their names."""
    package = importlib.import_module("eprofessionalism")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, "eprofessionalism.")]
    for name in names:
        if not name.endswith(".__main__"):  # that is the command itself
            importlib.import_module(name)
    return names


def sound_answer(item) -> object:
    """An answer that fits an item."""
    ids = list(item.option_ids)
    match item.type:
        case "sba" | "branch":
            return ids[0]
        case "mrq" | "choose":
            return ids[:3]
        case "ranking":
            return ids
        case "rating":
            return dict.fromkeys(ids, 2)
        case _:
            return "I would have answered her sooner."


def played(folder: Path) -> dict[str, object]:
    """Answer every question of one page, and give all that its blocks then tell the browser."""
    from eprofessionalism import finish, progress, question, scene
    from eprofessionalism.player import Player

    os.chdir(folder)
    player = Player(folder, now=lambda: "2026-11-20T09:00:00.000Z")
    for item in player.bank.items.values():
        player.commit(item.id, sound_answer(item), 2 if item.certainty else None)
    blocks = {name: question(name) for name in player.bank.items} | {name: scene(name) for name in player.bank.passages}
    blocks |= {"progress": progress(), "finish": finish()}
    return {name: told(block) for name, block in blocks.items()}


def told(block) -> dict[str, object]:
    """The state of a block as it goes to the browser, without names of models, which are drawn anew each time."""
    return {name: value for name, value in block.get_state().items() if name[0] != "_" and name != "layout"}


def main(course: Path) -> None:
    """Look at everything, then say what was found."""
    logging.disable()
    numbers = itertools.count()
    uuid.uuid4 = lambda: uuid.UUID(int=next(numbers))  # sessions and blocks are named at random
    sys.addaudithook(watch)
    names = modules()

    from eprofessionalism import learn, library
    from eprofessionalism.authoring import keyed, loader

    learn.lay_out(course, library.built_cases())
    pages = {case.name: played(case) for case in sorted(course.iterdir())}
    bank = Path(importlib.import_module("eprofessionalism").__file__).parent / "cases"
    groups = ("eprofessionalism.commands", "eprofessionalism.checks", "eprofessionalism.keyed")
    found = {
        "modules": names,
        "graders": importlib.util.find_spec("eprofessionalism_graders") is not None,
        "entry points": [one.name for group in groups for one in entry_points(group=group)],
        "keyed": keyed.assessment(loader.load_cases(bank)),
        "pages": pages,
        "opened": sorted(OPENED),
    }
    sys.stdout.write(json.dumps(found, default=repr))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
