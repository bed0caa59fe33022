"""The gradebook's database: how it is reached, and that a new offering gets an empty one.

Its address may hold a password, which no message repeats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, Engine, NullPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import ORMExecuteState, Session

from eprofessionalism_graders.errors import UserError

EXAMPLE = "postgresql+psycopg://NAME:PASSWORD@HOST/DATABASE"
GUIDE = "docs/instructors/database.md"
_HOST = re.compile(r"[\w.:-]*")  # anything else is the rest of a password that was not encoded


class UnreachableError(UserError):
    """A database that cannot be reached, or in which we may do nothing; the message says why."""


def read_anew() -> None:
    """Let every reading of a gradebook in this process give what the database holds now.

    Formgrader keeps one session for as long as JupyterLab runs, and in it what it has read before. It would show the
    grade from before a grading, and settle a mark there that has been asked for again since.
    """
    if not event.contains(Session, "do_orm_execute", _anew):
        event.listen(Session, "do_orm_execute", _anew)


def _anew(state: ORMExecuteState) -> None:
    """Take the row that was found for what was found before; what is not saved yet has been written by then."""
    if state.is_select:
        state.update_execution_options(populate_existing=True)


def parse(address: str, where: str) -> URL:
    """Read the address of a database.

    Args:
        address: as SQLAlchemy writes them.
        where: the option or file that it comes from, for messages.

    Raises:
        UserError: it cannot be read, or means another place in every folder.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise _unreadable(where) from None
    is_file, database = url.get_backend_name() == "sqlite", url.database or ""
    if not _HOST.fullmatch(url.host or "") or ("@" in database and not is_file):
        raise _unreadable(where)
    if is_file and not Path(database).is_absolute():
        remedy = "write sqlite:/// and then a path that begins with /"
        raise UserError(f"{where}: expected the whole path of an SQLite file, found {place(url)}; {remedy}")
    return url


def _unreadable(where: str) -> UserError:
    remedy = "write signs such as @ : / % in the password as %40 %3A %2F %25"
    return UserError(f"{where}: expected an address such as {EXAMPLE}, found one that cannot be read; {remedy}")


def place(url: URL) -> str:
    """An address without the password, and without options, which may hold another one."""
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


@contextmanager
def opened(address: str, course: str, where: str) -> Iterator[Gradebook]:
    """The gradebook at an address, closed again at the end.

    Raises:
        UserError: its address cannot be read.
        UnreachableError: it cannot be reached.
    """
    url = parse(address, where)
    with plainly(url, where):
        gradebook = Gradebook(address, course)
    with gradebook:
        yield gradebook


@contextmanager
def claimed(address: str, where: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Take an empty database for a new offering; where making the offering fails, it is left empty again.

    Raises:
        UserError: it cannot be reached, or is in use.
    """
    url = parse(address, where)
    is_new_file = url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()
    with plainly(url, where):
        engine = create_engine(url, poolclass=NullPool)
        _claim(engine, where)
    try:
        yield
    except BaseException:
        try:
            _clear(engine)
        except DBAPIError:
            tell(f"{place(url)}: could not be left empty again; drop this database, and make it anew")
        if is_new_file:
            Path(str(url.database)).unlink(missing_ok=True)
        raise


def _claim(engine: Engine, where: str) -> None:
    """Create the table of nbgrader's version, which only one can do; nbgrader makes the others.

    Raises:
        UserError: there are tables already, or not every name could be kept.
    """
    _refuse_encoding(engine, where)
    found = inspect(engine).get_table_names()
    if not found:
        try:
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
                connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        except DBAPIError:
            found = inspect(engine).get_table_names()
            if not found:
                raise
    if found:
        what = "another offering" if Base.metadata.tables.keys() & set(found) else f"one with {len(found)} tables"
        remedy = f"make one for this offering alone ({GUIDE})"
        raise UserError(f"{where}: expected an empty database at {place(engine.url)}, found {what}; {remedy}")


def _refuse_encoding(engine: Engine, where: str) -> None:
    """PostgreSQL keeps text in the encoding of each database, and in some of them not every name.

    Raises:
        UserError: it is another one than UTF-8.
    """
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SHOW server_encoding")).scalar()
    except TypeError:  # without an encoding its driver gives bytes for text, which SQLAlchemy does not expect
        found = "SQL_ASCII"
    if found != "UTF8":
        remedy = f"make it with createdb --encoding=UTF8 --template=template0 ({GUIDE})"
        raise UserError(f"{where}: expected a database of encoding UTF8, found {found}; {remedy}")


def _clear(engine: Engine) -> None:
    """Take away nbgrader's tables."""
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


@contextmanager
def plainly(url: URL, where: str) -> Iterator[None]:
    """Say in one line what keeps a database from being reached."""
    try:
        yield
    except NoSuchModuleError:
        raise UserError(f"{where}: expected an address such as {EXAMPLE}, found {url.drivername}:; change it") from None
    except ModuleNotFoundError as error:
        remedy = "pip install 'psycopg[binary]' and write postgresql+psycopg://, or install the driver that you name"
        expected = f"a driver for {url.drivername}"
        raise UnreachableError(f"{where}: expected {expected}, found no {error.name}; {remedy}") from None
    except DBAPIError as error:
        expected, found = f"a database to work with at {place(url)}", _reason(error, url)
        remedy = f"see that the server runs, and that name, password and database are right ({GUIDE})"
        raise UnreachableError(f"{where}: expected {expected}, found: {found}; {remedy}") from None


def _reason(error: DBAPIError, url: URL) -> str:
    """The driver's own words in one line, without the password."""
    words = " ".join(str(error.orig).partition("\nLINE ")[0].split())  # what follows is the statement, not the reason
    return without_password(words, url)


def without_password(words: str, url: URL) -> str:
    """What somebody else says of a database, without the password of its address."""
    return words.replace(url.password, "***") if url.password else words
