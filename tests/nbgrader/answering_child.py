"""Learners who answer without a pause, in a process that is there to be killed.

Usage: python answering_child.py SEED FOLDER...

Answers the questions of the folders in random order, for ever, through the player that a page uses. After the player
has said that an answer is saved, and only then, it is reported: one JSON object a line.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eprofessionalism.items import Item
from eprofessionalism.player import Player

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
LONG = 100_000  # characters; a line of so many takes the system more than one step to write


def report(**fields: object) -> None:
    """One line in one write, so that a kill leaves all of it or nothing."""
    os.write(sys.stdout.fileno(), json.dumps(fields).encode() + b"\n")


def drawn(draw: random.Random, item: Item) -> object:
    """Any answer that fits an item."""
    ids = list(item.option_ids)
    match item.type:
        case "sba" | "branch":
            return draw.choice(ids)
        case "mrq" | "choose":
            return draw.sample(ids, draw.randint(1, len(ids)))
        case "ranking":
            return draw.sample(ids, len(ids))
        case "rating":
            return {name: draw.randint(1, 4) for name in ids}
        case _:
            return f"Text {draw.random()} " + "é" * draw.choice([0, 0, 0, LONG])


class Clock:
    """A clock that never says the same time twice, and knows what it said last."""

    def __init__(self) -> None:
        self.said = START

    def __call__(self) -> str:
        self.said += timedelta(milliseconds=1)
        return self.said.isoformat()


def main(seed: str, folders: list[str]) -> None:
    """Answer until killed."""
    draw, clock = random.Random(seed), Clock()
    players = [Player(Path(folder), clock) for folder in folders]
    report(ready=True)
    while True:
        player = draw.choice(players)
        item = draw.choice(list(player.bank.items.values()))
        answer = drawn(draw, item)
        player.commit(item.id, answer)  # what it returns may be a later answer, from the other tab
        digest = hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()
        at, case = clock.said.isoformat(), player.path.parent.name
        report(case=case, session=player.session, at=at, item=item.id, answer=digest)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
