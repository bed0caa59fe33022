"""An independent reading of cases and keys, answers whose worth is known beforehand, and two kinds of databases.

Every test here that uses an offering (`offering`, `made_offering`, `copied` or what rests on them) runs twice: once
with the gradebook in an SQLite file, once in PostgreSQL. The exception is a test marked `one_database`: it would pass
or fail alike with a gradebook of any kind, for it looks at files, pages or refusals that come before the gradebook is
opened, and takes long enough (two seconds or more) for that to matter. Tests that make an offering of their own, such
as those of the demonstration, have it in a file.

`EPROF_POSTGRESQL` is the address of a server that is there for tests, with the name of its superuser, such as
`postgresql+psycopg://NAME:PASSWORD@127.0.0.1:5432/postgres`; without it the second half is skipped, and with
`EPROF_REQUIRE_POSTGRESQL=1` it fails. `.ci/run` starts one.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import NullPool, create_engine, make_url, text

from eprofessionalism_graders import collecting
from eprofessionalism_graders.offering import CONFIG_FILE, Offering

ROOT = Path(__file__).parents[2]
KEYS = ROOT / "graders" / "eprofessionalism_graders" / "keys"
FIRST = "01-friend-requests"
TOKEN = "formgrader-test"  # noqa: S105 - of a server that lives as long as the test


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.nbgrader)


def pytest_generate_tests(metafunc):
    """Run what uses an offering with each kind of database, in the order of the kinds."""
    if "database" in metafunc.fixturenames:
        kinds = [SQLite] if metafunc.definition.get_closest_marker("one_database") else [SQLite, PostgreSQL]
        kinds = [PostgreSQL] if "server" in metafunc.fixturenames else kinds
        names = [kind.__name__.lower() for kind in kinds]
        metafunc.parametrize("database", kinds, ids=names, indirect=True, scope="session")


class SQLite:
    """Gradebooks in files of their offerings."""

    def address(self) -> None:
        """What `--db-url` is given."""

    def keep(self, root: Path) -> None:
        """Let nobody change the gradebook of an offering that others copy."""

    @contextmanager
    def copies(self) -> Iterator[Callable[[Path, Path], Offering]]:
        """Copy offerings."""
        yield lambda root, folder: Offering.open(Path(shutil.copytree(root, folder)))

    def close(self) -> None:
        """Take away what was made."""


class PostgreSQL(SQLite):
    """Gradebooks on the server that `EPROF_POSTGRESQL` names: a database for each offering."""

    def __init__(self) -> None:
        self.admin = make_url(os.environ["EPROF_POSTGRESQL"])
        self.engine = create_engine(self.admin, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self.made: list[str] = []

    def run(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement))

    def address(self, template: str = "template1") -> str:
        """A new database, empty or a copy of another one that nobody is connected with."""
        name = f"eprof_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def name(self, root: Path) -> str:
        return str(make_url(Offering.open(root).db_url).database)

    def keep(self, root: Path) -> None:
        self.run(f"ALTER DATABASE {self.name(root)} ALLOW_CONNECTIONS false")

    @contextmanager
    def copies(self) -> Iterator[Callable[[Path, Path], Offering]]:
        """Copy offerings with their databases, which are dropped at the end."""
        mine = []

        def copied(root: Path, folder: Path) -> Offering:
            shutil.copytree(root, folder)
            old, new = Offering.open(root).db_url, self.address(self.name(root))
            mine.append(self.made[-1])
            config = (folder / CONFIG_FILE).read_text(encoding="utf-8")
            assert config.count(json.dumps(old)) == 1
            (folder / CONFIG_FILE).write_text(config.replace(json.dumps(old), json.dumps(new)), encoding="utf-8")
            return Offering.open(folder)

        yield copied
        self.drop(mine)

    def drop(self, names: list[str]) -> None:
        for name in names:
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.made.remove(name)

    def close(self) -> None:
        self.drop([*self.made])


@pytest.fixture(scope="session")
def database(request) -> Iterator[SQLite]:
    """The kind of gradebooks that tests run with."""
    if request.param is PostgreSQL and "EPROF_POSTGRESQL" not in os.environ:
        if os.environ.get("EPROF_REQUIRE_POSTGRESQL") == "1":
            pytest.fail("EPROF_POSTGRESQL names no server, and EPROF_REQUIRE_POSTGRESQL=1 asks for it")
        pytest.skip("EPROF_POSTGRESQL names no server")
    kind = request.param()
    yield kind
    kind.close()


@pytest.fixture
def server(database) -> PostgreSQL:
    """The database server, for a test that is about nothing else."""
    return database


@pytest.fixture(scope="session")
def made_offering(database, make_offering) -> Path:
    """An offering with a roster of ten and nothing handed in. Copy it (`copied`); do not change it."""
    root = make_offering(database.address())
    database.keep(root)
    return root


@pytest.fixture
def copied(database) -> Iterator[Callable[[Path, Path], Offering]]:
    """Copy an offering as a whole, with its gradebook, for the time of a test."""
    with database.copies() as copy:
        yield copy


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
        return subprocess.run(
            command, cwd=offering.root, env=environment, capture_output=True, text=True, check=False, timeout=900
        )

    return run


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Nothing is forgotten by chance: what a page shows must not depend on when memory is cleared up.
_LAB = "import gc; gc.disable(); from jupyterlab.labapp import main; main()"


@contextmanager
def _serving(offering, folder: Path):
    port = _free_port()
    command = [sys.executable, "-c", _LAB, "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "JUPYTER_CONFIG_DIR": str(folder / "settings")}
    log = (folder / "jupyter.log").open("w")
    server = subprocess.Popen(command, cwd=offering.root, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def call(address: str, method: str = "GET", body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/formgrader/{address}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            text = answer.read().decode()
        return json.loads(text) if address.startswith("api/") else text

    try:
        until = time.monotonic() + 60
        while True:
            try:
                assert call("api/status") == {"status": True}
                break
            except urllib.error.URLError:
                assert server.poll() is None, (folder / "jupyter.log").read_text()
                assert time.monotonic() < until, "JupyterLab did not start within a minute"
                time.sleep(0.3)
        yield call
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def serving():
    """Start JupyterLab in an offering as an instructor does; calls its addresses and gives what they answer."""
    return _serving


@pytest.fixture
def formgrader(offering, tmp_path):
    """JupyterLab in the offering of this test."""
    with _serving(offering, tmp_path) as call:
        yield call
