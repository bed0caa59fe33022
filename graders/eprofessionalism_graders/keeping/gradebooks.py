"""The gradebook, wherever it lies: read in one piece, written in one piece, and its schema renewed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from nbgrader.api import Base
from nbgrader.dbutil import ALEMBIC_DIR, write_alembic_ini
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Inspector,
    MetaData,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from eprofessionalism_graders import database
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import CONFIG_FILE, gradebook_url, nbgrader_at_work

PATIENCE = 60  # seconds to wait for somebody else who is writing
_ROWS = 1000
_VERSION = "alembic_version"


@contextmanager
def _engine(url: URL, where: str) -> Iterator[Engine]:
    """A database that exists and can be reached."""
    file = sqlite_file(url)
    if file and not file.is_file():
        raise UserError(f"{where}: expected the gradebook at {file}, found no file; grade once, or put it back there")
    with nbgrader_at_work(), database.plainly(url, where):
        engine = create_engine(url, poolclass=NullPool)
        try:
            yield engine
        finally:
            engine.dispose()


def place_of(root: Path) -> tuple[URL, str]:
    """Where the gradebook of an offering of any format is, and what names this place.

    Raises:
        UserError: the address cannot be read.
    """
    where = f"{root / CONFIG_FILE}: db_url"
    return database.parse(gradebook_url(root), where), where


def sqlite_file(url: URL) -> Path | None:
    """The file of a gradebook that is one."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def url_of(file: Path) -> URL:
    """The address of an SQLite file."""
    return URL.create("sqlite", database=str(file.absolute()))


# ---- Reading and writing ---------------------------------------------------------------------------------------------


def snapshot(url: URL, where: str, target: Path) -> None:
    """Copy a gradebook as it is at one moment, also while somebody is grading.

    Args:
        url: where it is.
        where: what names this address, for messages.
        target: the SQLite file to write; there is none yet.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    file = sqlite_file(url)
    with _engine(url, where) as engine:
        if file:
            copy_file(file, target)
        else:
            _export(engine, url_of(target), where)
    problem = damage(target)
    if problem:
        raise UserError(f"{where}: expected a sound gradebook, found {problem}; mend it, or restore an earlier backup")


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database in one piece over another, whoever else works with them: whole, or not at all.

    Raises:
        UserError: it stays in use for a minute, or is none.
    """
    give_up = time.monotonic() + PATIENCE

    def waited(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > give_up:
            raise TimeoutError

    try:
        # not read-only, for SQLite itself undoes first what a program that was killed had begun
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as read,
            closing(sqlite3.connect(target)) as written,
        ):
            read.backup(written, progress=waited)
    except TimeoutError:
        remedy = "end what is using it, such as Formgrader or another command, and try again"
        raise UserError(f"{source}: expected a gradebook that is free, found one in use; {remedy}") from None
    except sqlite3.Error as error:
        raise UserError(f"{source}: expected a gradebook, found {error}; restore an earlier backup") from error


def damage(file: Path) -> str:
    """What keeps an SQLite file from being used as a gradebook, in a few words; empty where nothing does."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            kinds = connection.execute("SELECT type, sql FROM sqlite_master").fetchall()
            if any(kind in ("trigger", "view") or "VIRTUAL" in (sql or "").upper() for kind, sql in kinds):
                return "a database that holds more than tables"
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (sqlite3.Error, ValueError, TypeError) as error:
        return f"a file that is no database: {error}"
    if "student" not in tables:
        return "a database without the tables of a gradebook"
    return "" if found == "ok" else f"a damaged database: {found}"


def _export(engine: Engine, target: URL, where: str) -> None:
    steady = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with steady, steady.begin(), _engine_of(target) as written, written.begin() as out:
        _copy(steady, out, where)


def fill(snapshot_file: Path, url: URL, where: str) -> None:
    """Copy a snapshot into a database that `database.claimed` has taken for it, in one transaction.

    Raises:
        UserError: the database does not take it.
    """
    with _engine_of(url_of(snapshot_file)) as source, source.connect() as read:
        _import(read, url, where)


def _import(read: Connection, url: URL, where: str) -> None:
    version = Table(_VERSION, MetaData(), autoload_with=read)
    found = read.scalar(select(version.c.version_num))
    with _engine(url, where) as engine, engine.begin() as out:
        _copy(read, out, where, without=frozenset([_VERSION]))
        out.execute(version.update().values(version_num=found))


@contextmanager
def _engine_of(url: URL) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _copy(read: Connection, out: Connection, where: str, without: frozenset[str] = frozenset()) -> None:
    """Copy every table with all its rows, and count them."""
    try:
        tables = _tables(read)
        for name in without & tables.tables.keys():
            tables.remove(tables.tables[name])
        tables.create_all(out)
        for table in tables.sorted_tables:
            _copy_table(read, out, table, where)
    except (SQLAlchemyError, LookupError, NotImplementedError, ValueError) as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())
        raise UserError(f"{where}: expected a database that takes the gradebook, found: {words}") from None


def _copy_table(read: Connection, out: Connection, table: Table, where: str) -> None:
    rows = read.execution_options(yield_per=_ROWS).execute(select(table))
    for part in rows.mappings().partitions():
        out.execute(insert(table), [dict(row) for row in part])
    counts = [connection.scalar(select(func.count()).select_from(table)) for connection in (read, out)]
    if counts[0] != counts[1]:
        found = f"{counts[1]} of {counts[0]} rows of {table.name} arrived"
        raise UserError(f"{where}: expected every row of the gradebook, found: {found}; try again")


def _tables(connection: Connection) -> MetaData:
    """The tables as they are there, an older nbgrader's too, with column types that every system has."""
    tables = MetaData()

    @event.listens_for(tables, "column_reflect")
    def _(_inspector: Inspector, table: Table, column: dict[str, Any]) -> None:
        known = Base.metadata.tables.get(table.name)
        here = known.columns.get(column["name"]) if known is not None else None
        column["type"] = column["type"].as_generic(allow_nulltype=True) if here is None else here.type
        column["default"] = None  # written for one system; nbgrader names every value

    tables.reflect(connection)
    return tables


# ---- The schema ------------------------------------------------------------------------------------------------------


def head() -> str:
    """The revision of the schema that the installed nbgrader works with."""
    return ScriptDirectory(ALEMBIC_DIR).get_current_head() or ""


def revision(url: URL, where: str) -> str:
    """The revision of the schema of a gradebook; empty where it has none.

    Raises:
        UserError: it cannot be read, or is of a newer nbgrader than the installed one.
    """
    with _engine(url, where) as engine, engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision() or ""
    if found:
        try:
            ScriptDirectory(ALEMBIC_DIR).get_revision(found)
        except CommandError:
            remedy = "install that nbgrader, or a newer one"
            raise UserError(
                f"{where}: expected a gradebook of the installed nbgrader or an older one, found revision {found};"
                f" {remedy}"
            ) from None
    return found


def is_old(url: URL, where: str) -> bool:
    """Whether a gradebook that is there has the schema of an older nbgrader.

    Raises:
        UserError: it cannot be read, or is of a newer nbgrader than the installed one.
    """
    file = sqlite_file(url)
    return not (file and not file.exists()) and revision(url, where) != head()


def renew(url: URL, where: str) -> None:
    """Bring a gradebook to the schema of the installed nbgrader, by nbgrader's own steps: whole, or not at all.

    An SQLite file is changed in a copy, which then takes its place in one transaction; the steps by themselves would
    leave it half changed where they are interrupted. Others take the steps in one transaction.

    Raises:
        UserError: a step fails, the gradebook is in use, or something of it would be lost.
    """
    before = _counts(url, where)
    file = sqlite_file(url)
    if file is None:
        _alembic(url, where)
        _compare(before, _counts(url, where), where)
        return
    with tempfile.TemporaryDirectory(prefix="eprof-") as folder, _watched(file) as untouched:
        copy = Path(folder) / file.name
        copy_file(file, copy)
        _alembic(url_of(copy), where)
        _compare(before, _counts(url_of(copy), where), where)
        if not untouched():
            raise UserError(f"{file}: expected nobody to grade meanwhile, found a change; try again")
        copy_file(copy, file)


@contextmanager
def _watched(file: Path) -> Iterator[Any]:
    """Tells whether nobody else has written to an SQLite file since."""
    with closing(sqlite3.connect(file)) as connection:
        version = "PRAGMA data_version"
        before = connection.execute(version).fetchone()
        yield lambda: connection.execute(version).fetchone() == before


_KEPT = ("student", "assignment", "notebook", "submitted_assignment", "submitted_notebook", "grade", "comment")


def _counts(url: URL, where: str) -> dict[str, int]:
    with _engine(url, where) as engine, engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        kept = [Base.metadata.tables[name] for name in _KEPT if name in there]
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in kept}


def _compare(before: dict[str, int], after: dict[str, int], where: str) -> None:
    if before != after:
        lost = ", ".join(f"{name}: {before[name]} rows, then {after.get(name)}" for name in before)
        raise UserError(f"{where}: expected nbgrader’s upgrade to keep every row, found {lost}; restore the backup")


def _alembic(url: URL, where: str) -> None:
    """Run nbgrader's steps as `nbgrader db upgrade` does, in a process of their own: they change how this one logs."""
    address = url.render_as_string(hide_password=False).replace("%", "%%")  # it is put into an ini file
    with tempfile.TemporaryDirectory(prefix="eprof-") as folder:
        settings = Path(folder) / "alembic.ini"
        write_alembic_ini(str(settings), address)
        command = [sys.executable, "-P", "-m", "alembic", "-c", str(settings), "upgrade", "head"]
        done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        reasons = re.findall(r"^[\w.]+(?:Error|Exception): (.+)$", done.stderr, re.MULTILINE)
        found = reasons[-1] if reasons else f"exit code {done.returncode}"
        found = database.without_password(found, url)
        raise UserError(f"{where}: expected nbgrader to renew the gradebook’s schema, found: {found}")
