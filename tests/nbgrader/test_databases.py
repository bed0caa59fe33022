"""A gradebook on a database server: taken whole or not at all, its password told to nobody, and let go of again."""

from __future__ import annotations

import csv
import json
import re
import stat
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from nbgrader.apps import NbGraderAPI
from sqlalchemy import NullPool, create_engine, event, inspect, make_url, text

from eprofessionalism_graders import cli, database, grading
from eprofessionalism_graders.cohort import cli as reports
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.ledger import Ledger, Scores
from eprofessionalism_graders.offering import CONFIG_FILE, Offering

FIRST = "01-friend-requests"
DUE = "2026-03-02 17:00Z"  # past, for what is dated after today counts as handed in now
PASSWORD = "p@s/s:w%rd #?&'\"\\ü"  # noqa: S105 - of a role that lives as long as the test
UNREADABLE = "found one that cannot be read; write signs such as @ : / % in the password as %40 %3A %2F %25"


@pytest.fixture
def init(tmp_path):
    """Run `eprof init` for two learners with a database; gives what it said, and the folder."""

    def run(db_url: str, name: str = "course"):
        roster = tmp_path / "roster.csv"
        roster.write_text(f"id,last_name,email\nana,{'Ž' * 128},ana@example.org\nben,🩺,\n", encoding="utf-8")
        arguments = [str(tmp_path / name), "--roster", str(roster), "--due", DUE, "--db-url", db_url]
        return CliRunner().invoke(cli.init, arguments), tmp_path / name

    return run


def refused(result, folder) -> str:
    """The one plain line by which a command refused a database, having made nothing."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert not folder.exists()
    (line,) = result.output.splitlines()
    assert line.startswith("--db-url: expected ")
    return line


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("marks", UNREADABLE),
        ("postgresql+psycopg://ana:s3c@ret@127.0.0.1:1/marks", UNREADABLE),
        ("postgresql+psycopg://ana:s3c@re/t@127.0.0.1:1/marks", UNREADABLE),
        ("postgresql+psycopg://ana@127.0.0.1:s3cret/marks", UNREADABLE),
        ("postgres://ana:s3cret@127.0.0.1:1/marks", "found postgres:; change it"),
        ("mysql+nothing://ana:s3cret@127.0.0.1:1/marks", "found mysql+nothing:; change it"),
        ("oracle+cx_oracle://ana:s3cret@127.0.0.1:1/marks", "found no cx_Oracle; pip install"),
        ("postgresql+psycopg://ana:s3cret@127.0.0.1:1/marks", "Connection refused"),
        ("postgresql+psycopg://ana:s3cret@127.0.0.1:1/marks?x=y", 'invalid connection option "x"'),
        ("sqlite:///marks.db", "found sqlite:///marks.db; write sqlite:/// and then"),
        ("sqlite:////nowhere/at/all/marks.db", "unable to open database file"),
    ],
)
def test_an_address_that_does_not_serve_is_refused_in_one_line_without_its_password(init, address, why):
    line = refused(*init(address))
    assert why in line
    assert not [part for part in ("s3c", "re/t") if part in line]


def test_without_the_driver_it_is_said_what_to_install(init, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    line = refused(*init("postgresql+psycopg://ana:s3cret@127.0.0.1:1/marks"))
    assert "found no psycopg; pip install 'psycopg[binary]' and write postgresql+psycopg://" in line


def test_the_guide_gives_addresses_that_serve():
    text = (Path(__file__).parents[2] / database.GUIDE).read_text(encoding="utf-8")
    addresses = re.findall(r"postgresql\+psycopg://[^'`\s]+", text)
    assert database.EXAMPLE in addresses
    assert len({str(database.parse(address, "the guide")) for address in addresses}) == 3


def tables(address: str) -> list[str]:
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        found = inspect(connection).get_table_names()
        if engine.dialect.name == "postgresql":
            found += [kind["name"] for kind in inspect(connection).get_enums()]
        return found


def execute(address: str, *statements: str) -> None:
    with create_engine(address, poolclass=NullPool).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def with_password(url) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("CREATE TABLE assignment (id int)", "found another offering; make one for this offering alone"),
        ("CREATE TABLE payroll (id int)", "found one with 1 tables; make one for this offering alone"),
    ],
)
def test_a_database_in_use_is_refused_and_left_as_it_is(init, server, statement, why):
    address = server.address()
    execute(address, statement)
    before = tables(address)
    assert why in refused(*init(address))
    assert tables(address) == before


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_name_is_refused(init, server, encoding):
    name = make_url(server.address()).database
    server.run(f"DROP DATABASE {name}")
    server.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
    line = refused(*init(with_password(server.admin.set(database=name))))
    assert f"expected a database of encoding UTF8, found {encoding}; make it with createdb" in line


def test_a_wrong_name_or_password_is_refused_with_the_servers_own_words(init, server):
    url = make_url(server.address())
    assert 'database "eprof_none" does not exist' in refused(*init(with_password(url.set(database="eprof_none"))))
    line = refused(*init(with_password(url.set(password="s3cret"))))  # noqa: S106
    assert "password authentication failed" in line
    assert "s3cret" not in line


@pytest.fixture
def role(server):
    """A role with a password that needs care, and the address of a database of its own, on a clock of another zone."""
    url = make_url(server.address())
    name, literal = f"{url.database}_role", PASSWORD.replace("'", "''").replace("%", "%%")
    with server.engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{literal}'")
    server.run(f"ALTER DATABASE {url.database} OWNER TO {name}")
    server.run(f"ALTER DATABASE {url.database} SET timezone TO 'Asia/Tokyo'")
    yield SimpleNamespace(name=name, address=with_password(url.set(username=name, password=PASSWORD)))
    server.drop([url.database])
    server.run(f"DROP ROLE {name}")


def test_a_role_that_may_make_no_tables_is_refused(init, server, role):
    foreign = server.address()
    execute(foreign, "REVOKE CREATE ON SCHEMA public FROM public")
    line = refused(*init(with_password(make_url(role.address).set(database=make_url(foreign).database))))
    assert "permission denied for schema public" in line
    assert PASSWORD not in line


@pytest.fixture
def address(database, tmp_path) -> str:
    """An empty database: on the server, or a file that is not there yet."""
    return database.address() or f"sqlite:///{tmp_path / 'marks.db'}"


def test_where_making_the_offering_fails_the_database_is_left_empty(init, address, monkeypatch, tmp_path):
    generate = NbGraderAPI.generate_assignment

    def fails_second(api, name):
        return generate(api, name) if name == "00-orientation" else {"success": False, "log": "no space left"}

    monkeypatch.setattr(NbGraderAPI, "generate_assignment", fails_second)
    result, folder = init(address)
    assert result.exit_code == 1
    assert "01-friend-requests: nbgrader could not generate this assignment:\nno space left" in result.output
    assert not folder.exists()
    assert not (tmp_path / "marks.db").exists()
    assert tables(address) == []
    with pytest.raises(KeyError), database.claimed(address, "--db-url", print):
        raise KeyError("and so it is free for another try")


def test_where_it_cannot_be_left_empty_that_is_said(server, capsys):
    address = server.address()

    def make_half() -> None:
        with database.claimed(address, "--db-url", print):
            server.drop([make_url(address).database])
            raise KeyError

    with pytest.raises(KeyError):
        make_half()
    said = capsys.readouterr().out
    assert said.endswith("could not be left empty again; drop this database, and make it anew\n")
    assert str(server.admin.password) not in said


def test_of_two_at_once_one_gets_the_database(address):
    """Nor does the other take it away again."""
    at_once, refusals, taken = threading.Barrier(2), [], []

    def take() -> None:
        at_once.wait()
        try:
            with database.claimed(address, "--db-url", print):
                taken.append(1)
        except UserError as error:
            refusals.append(error.message)

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (len(taken), len(refusals)) == (1, 1), refusals
    assert tables(address) == ["alembic_version"]


# ---- With a password ------------------------------------------------------------------------------------------------


def holders(root: Path) -> list[str]:
    """The files that hold the password, in any of the forms in which it could be written."""
    forms = [PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD), json.dumps(PASSWORD)[1:-1], PASSWORD[5:-2]]
    forms += [make_url("x://").set(username="u", password=PASSWORD).render_as_string(hide_password=False)[6:-1]]
    files = [path for path in root.rglob("*") if path.is_file()]
    found = [path for path in files if any(form.encode() in path.read_bytes() for form in forms)]
    return [path.relative_to(root).as_posix() for path in found]


@pytest.fixture
def made(init, role, monkeypatch, play, judge, tmp_path):
    """An offering on the role's database with one submission in time and one late, graded by two processes."""
    result, folder = init(role.address, "c" * 150)
    assert result.exit_code == 0, result.output
    said = [result.output]
    offering = Offering.open(folder)
    right = {name: judge.best(item) for name, item in judge.keys(folder, FIRST).items()}
    for learner, day in (("ana", "2026-03-01"), ("ben", "2026-03-03")):
        play(offering, FIRST, right, tmp_path / "in" / learner / FIRST)
        (tmp_path / "in" / learner / FIRST / "timestamp.txt").write_text(f"{day} 17:00:00.000000 UTC")
    monkeypatch.setattr(grading, "WORTH_A_SECOND_PROCESS", 1)

    def run(command, *arguments: str):
        result = CliRunner().invoke(command, [*arguments])
        said.append(result.output)
        return result

    assert run(cli.collect, str(folder), str(tmp_path / "in")).exit_code == 0
    return SimpleNamespace(offering=offering, folder=folder, run=run, said=said, right=right)


def test_a_password_with_every_sign_serves_everywhere_and_is_told_nowhere(made, role, nbgrader, scores_of, judge):
    done = made.run(cli.grade, str(made.folder))
    assert done.exit_code == 0, done.output
    assert "graded 2, unchanged 0, not graded 0" in done.output
    assert made.run(reports.report, str(made.folder)).exit_code == 0

    items = judge.keys(made.folder, FIRST)
    full = {name: None if one.type == "reflection" else one.points for name, one in items.items()}

    def look() -> None:
        for learner in ("ana", "ben"):
            assert {name: one.auto for name, one in scores_of(made.offering, learner).items()} == full
        with made.offering.gradebook() as gradebook:
            assert gradebook.find_submission(FIRST, "ana").total_seconds_late == 0
            assert gradebook.find_submission(FIRST, "ben").total_seconds_late == 24 * 3600
            assert gradebook.find_assignment(FIRST).duedate == datetime(2026, 3, 2, 17)
            assert gradebook.find_student("ana").last_name == "Ž" * 128

    look()
    for command in ("autograde", "generate_feedback"):
        by_hand = nbgrader(made.offering, command, FIRST, "--force", "--debug")
        assert by_hand.returncode == 0, by_hand.stderr
        made.said += [by_hand.stdout, by_hand.stderr]
    look()
    exported = nbgrader(made.offering, "export", "--to", "marks.csv")
    assert exported.returncode == 0, exported.stderr
    rows = list(csv.DictReader((made.folder / "marks.csv").read_text(encoding="utf-8").splitlines()))
    worth = sum(points for points in full.values() if points)
    assert {row["student_id"]: float(row["score"]) for row in rows if row["assignment"] == FIRST} == dict.fromkeys(
        ("ana", "ben"), worth
    )

    assert holders(made.folder) == [CONFIG_FILE]
    assert stat.S_IMODE((made.folder / CONFIG_FILE).stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert PASSWORD[:4] not in "".join([*made.said, exported.stdout, exported.stderr])
    assert quote(PASSWORD[:4]) not in "".join(made.said)


def test_what_fails_on_the_way_is_said_without_the_password(made, role, nbgrader):
    """A table that is not as it should be, and then no server."""
    execute(role.address, "ALTER TABLE grade RENAME COLUMN auto_score TO score_of_old")
    done = made.run(cli.grade, str(made.folder))
    assert done.exit_code == 1
    assert "not graded 2" in done.output
    assert (made.folder / ".eprof" / "errors.log").is_file()
    made.said += [nbgrader(made.offering, "autograde", FIRST, "--debug").stderr]

    config = made.folder / CONFIG_FILE
    gone = with_password(make_url(role.address).set(host="127.0.0.1", port=1, query={}))
    config.write_text(config.read_text().replace(json.dumps(role.address), json.dumps(gone)))
    done = made.run(cli.grade, str(made.folder))
    assert done.exit_code == 1
    (line,) = done.output.splitlines()
    assert line.startswith(f"{config}: db_url: expected a database to work with at postgresql+psycopg://{role.name}@")
    assert "Connection refused" in line
    by_hand = nbgrader(made.offering, "autograde", FIRST, "--force", "--debug")
    assert by_hand.returncode != 0
    made.said += [by_hand.stdout, by_hand.stderr]

    assert holders(made.folder) == [CONFIG_FILE]
    assert PASSWORD[:4] not in "".join(made.said)
    assert quote(PASSWORD[:4]) not in "".join(made.said)


# ---- Connections ----------------------------------------------------------------------------------------------------


def connections(server, offering) -> int:
    """How many connections there are with an offering's database."""
    with server.engine.connect() as connection:
        count = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
        return connection.execute(count, {"name": server.name(offering.root)}).scalar_one()


def test_grading_lets_go_of_the_server(server, offering, submit, monkeypatch):
    """In this process, in two, and by nbgrader's own grader."""
    for learner in ("learner-00", "learner-01"):
        submit(offering, learner)
    for count in (1000, 1):
        monkeypatch.setattr(grading, "WORTH_A_SECOND_PROCESS", count)
        assert grading.grade(offering, force=True).failed == []
        until = time.monotonic() + 5  # the server notices a moment later
        while (found := connections(server, offering)) and time.monotonic() < until:
            time.sleep(0.05)
        assert found == 0


def test_formgrader_stays_with_a_few_connections(server, offering, submit, formgrader):
    submit(offering, "learner-00")
    assert grading.grade(offering).failed == []
    for _ in range(3):
        assert formgrader(f"api/submission/{FIRST}/learner-00/autograde", "POST")["success"]
        assert formgrader(f"api/submissions/{FIRST}")
        notebook = formgrader(f"api/submitted_notebooks/{FIRST}/{FIRST}")[0]["id"]
        assert formgrader(f"api/grades?submission_id={notebook}")
        assert connections(server, offering) <= 2


@pytest.mark.one_database
def test_what_a_submission_has_in_the_gradebook_is_looked_up_and_not_searched_for(offering, submit):
    """Else grading would take with the square of the learners: nbgrader's tables have no index by notebook alone."""
    submit(offering)
    grading.grade(offering)
    with offering.gradebook() as gradebook:
        book, asked = Ledger(gradebook), []
        names = book._assignment(FIRST).grade_cells  # is asked once for all learners
        event.listen(gradebook.engine, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        book.fingerprint("learner-00", FIRST)
        book.marks("learner-00", FIRST)
        book.enter("learner-00", FIRST, None, Scores(dict.fromkeys(names, 1.0)))
        connection = gradebook.db.connection().connection
        plans = [
            str(detail)
            for statement, values in tuple(asked)
            if statement.startswith("SELECT")
            for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert len([plan for plan in plans if plan.startswith("SEARCH")]) > 8
    assert not [plan for plan in plans if "SCAN" in plan or "AUTOMATIC" in plan]
