"""What several tiers share: one offering, made once by the real `init`, and a fresh copy for each test that asks.

Its gradebook is an SQLite file here; `tests/nbgrader/` runs the same tests on a database server too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from eprofessionalism_graders.offering import Offering

LEARNERS = 10
DUE = "2026-12-01 17:00Z"


@pytest.fixture(scope="session")
def make_offering(tmp_path_factory) -> Callable[..., Path]:
    """Make an offering with a roster of ten, by default with its gradebook in a file; gives its folder."""
    from eprofessionalism_graders import starting

    def made(db_url: str | None = None) -> Path:
        folder = tmp_path_factory.mktemp("offering")
        roster = folder / "roster.csv"
        lines = [f"learner-{n:02d},Last{n},First{n},,{'day' if n % 2 else 'night'}" for n in range(LEARNERS)]
        roster.write_text("id,last_name,first_name,email,group\n" + "\n".join(lines) + "\n", encoding="utf-8")
        settings = starting.settings_now("Autumn", starting.parse_due(DUE), 70, None)
        return starting.init(folder / "course", roster, settings, db_url).root

    return made


@pytest.fixture(scope="session")
def made_offering(make_offering) -> Path:
    """An offering with a roster of ten and nothing handed in. Copy it (`copied`); do not change it."""
    return make_offering()


@pytest.fixture
def copied() -> Callable[[Path, Path], Offering]:
    """Copy an offering as a whole: it works wherever it lies."""
    from eprofessionalism_graders.offering import Offering

    return lambda root, folder: Offering.open(Path(shutil.copytree(root, folder)))


@pytest.fixture
def offering(made_offering, copied, tmp_path) -> Offering:
    """A fresh copy of the offering."""
    return copied(made_offering, tmp_path / "course")


@pytest.fixture(scope="session")
def play() -> Callable[..., Path]:
    """Answer a case as clicks would, in a folder of its own; gives the journal."""
    from eprofessionalism.player import Player

    def played(offering, assignment: str, answers: dict, folder: Path) -> Path:
        shutil.copytree(offering.release(assignment), folder)
        player = Player(folder, now=lambda: "2026-11-20T09:00:00.000Z")
        for item, answer in answers.items():
            player.commit(item, answer)
        return player.path

    return played


@pytest.fixture
def closed_file(monkeypatch) -> Callable[[Path], None]:
    """Close a file to its reader, also where permission bits stop nobody, and wherever it is moved to."""
    opened, closed = os.open, set()

    def opening(path, *rest, **more):
        if os.path.lexists(path) and os.lstat(path).st_ino in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", opening)
    return lambda path: closed.add(path.stat().st_ino)


@pytest.fixture(scope="session")
def on_time() -> datetime:
    """A moment before the due date."""
    return datetime(2026, 11, 30, 12, tzinfo=UTC)
