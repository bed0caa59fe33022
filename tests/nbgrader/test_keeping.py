"""A graded offering goes into a backup and comes back with every answer, mark and comment, on any database."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from click.testing import CliRunner
from nbgrader.api import Base
from sqlalchemy import NullPool, create_engine, false, inspect, make_url, select, text, update

from eprofessionalism_graders import collecting, grading, preflight
from eprofessionalism_graders.cohort.report import write_report
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.keeping import cli, gradebooks
from eprofessionalism_graders.keeping.backup import backup
from eprofessionalism_graders.keeping.restore import Wishes, restore
from eprofessionalism_graders.keeping.upgrade import upgrade
from eprofessionalism_graders.offering import Offering

FIRST, TEST, SURVEY = "01-friend-requests", "90-form-a", "99-evaluation"
COMMENT = "Well said — “honestly”. 🩺\nAnd a second line."


def tables(address: str) -> dict[str, list]:
    """Every table of a gradebook with its rows, as nbgrader reads them."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.tables.values()
        }
        found["alembic_version"] = [MigrationContext.configure(connection).get_current_revision()]
    return found


def reported(offering: Offering) -> dict[str, bytes]:
    """The tables of the report."""
    folder = write_report(offering).parent
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


@pytest.fixture(scope="module")
def graded(made_offering, database, tmp_path_factory, play, judge, on_time):
    """An offering in which three learners are graded, and a reader has marked, overruled and commented."""
    folder = tmp_path_factory.mktemp("kept")
    with database.copies() as copied:
        offering = copied(made_offering, folder / "course")
        for number in range(3):
            learner = f"learner-{number:02d}"
            for name in (FIRST, TEST):
                items = judge.keys(offering.root, name)
                answers = {item: judge.other(entry, number) for item, entry in items.items()}
                journal = play(offering, name, answers, folder / learner / name)
                at = on_time + timedelta(days=number, microseconds=123_456)
                collecting.hand_in(offering, learner, name, journal, at)
        collecting.hand_in(offering, "learner-02", SURVEY, None, on_time)
        (offering.submitted("learner-01", FIRST) / "notes.txt").write_text("mine")
        assert grading.grade(offering).failed == []
        read_by_hand(offering, judge)
        assert grading.grade(offering).failed == []
        yield offering


def read_by_hand(offering, judge) -> None:
    """Give a mark and a comment, overrule a score, flag a notebook, and give one learner more time."""
    items = judge.keys(offering.root, FIRST)
    reflection, other = (
        next(name for name, item in items.items() if item.type == kind) for kind in ("reflection", "sba")
    )
    with offering.gradebook() as gradebook:
        grade = gradebook.find_grade(reflection, FIRST, FIRST, "learner-00")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3, 0.5, False
        gradebook.find_comment(reflection, FIRST, FIRST, "learner-00").manual_comment = COMMENT
        gradebook.find_grade(other, FIRST, FIRST, "learner-01").manual_score = 0.25
        gradebook.find_submission_notebook(FIRST, FIRST, "learner-01").flagged = True
        gradebook.find_submission(FIRST, "learner-02").extension = timedelta(days=2, hours=3)
        gradebook.db.commit()


@pytest.fixture(scope="module")
def saved(graded, tmp_path_factory) -> Path:
    """A backup of it."""
    return backup(graded.root, tmp_path_factory.mktemp("saved") / "autumn.zip").file


@pytest.mark.parametrize("elsewhere", [False, True], ids=["file", "same-kind"])
def test_everything_comes_back_and_there_is_nothing_to_grade(graded, saved, database, tmp_path, elsewhere):
    address = database.address() if elsewhere else None
    said: list[str] = []
    restore(saved, tmp_path / "again", Wishes(db_url=address), said.append)
    again = Offering.open(tmp_path / "again")
    assert again.db_url == (address or f"sqlite:///{again.root / 'gradebook.db'}")
    moved = make_url(graded.db_url).get_backend_name() != make_url(again.db_url).get_backend_name()
    assert [line[:31] for line in said] == (["The gradebook was on postgresql"] if moved else [])
    assert tables(again.db_url) == tables(graded.db_url)
    assert (again.root / "gradebook.db").exists() is (address is None)
    before = {path: path.lstat().st_mtime_ns for path in again.root.rglob("*") if path.is_file()}
    summary = grading.grade(again)
    assert (summary.graded, summary.unchanged, summary.failed) == (0, 7, [])
    assert {path: path.lstat().st_mtime_ns for path in before if path.name != "gradebook.db"}.items() <= before.items()
    assert tables(again.db_url) == tables(graded.db_url)
    assert reported(again) == reported(graded)


@pytest.fixture
def again(saved, database, tmp_path) -> Offering:
    """The offering, restored on the same kind of database."""
    restore(saved, tmp_path / "again", Wishes(db_url=database.address()))
    return Offering.open(tmp_path / "again")


def test_what_comes_back_can_be_gone_on_with(again, play, judge, on_time, tmp_path, scores_of):
    """The new database takes further marks and submissions as nbgrader's own does."""
    items = judge.keys(again.root, FIRST)
    journal = play(again, FIRST, {name: judge.best(item) for name, item in items.items()}, tmp_path / "work" / FIRST)
    for learner in ("learner-00", "learner-09"):
        collecting.hand_in(again, learner, FIRST, journal, on_time + timedelta(days=9))
    summary = grading.grade(again)
    assert (summary.graded, summary.failed) == (2, [])
    reflection = next(name for name, item in items.items() if item.type == "reflection")
    assert scores_of(again, "learner-00")[reflection] == (None, 3, True), (
        "the mark stays, and the new text asks for one"
    )
    with again.gradebook() as gradebook:
        gradebook.find_grade(reflection, FIRST, FIRST, "learner-09").manual_score = 4
        gradebook.db.commit()
    assert scores_of(again, "learner-09")[reflection].mark == 4


def test_a_backup_while_somebody_grades_is_of_one_piece(graded, copied, tmp_path):
    """Whatever moment it has caught, what was restored is graded to the same marks as ever."""
    offering = copied(graded.root, tmp_path / "course")
    before, ended = tables(offering.db_url), threading.Event()

    def work():
        while not ended.is_set():
            grading.grade(Offering.open(offering.root), force=True)

    grader = threading.Thread(target=work)
    grader.start()
    try:
        for number in range(3):
            backup(offering.root, tmp_path / f"{number}.zip")
    finally:
        ended.set()
        grader.join()
    for number in range(3):
        restore(tmp_path / f"{number}.zip", tmp_path / f"again-{number}", Wishes())
        again = Offering.open(tmp_path / f"again-{number}")
        assert grading.grade(again).failed == []
        assert grading.grade(again, force=True).failed == []
        assert tables(again.db_url) == before


def test_a_database_in_use_is_refused_and_left_as_it_is(graded, saved, tmp_path):
    address = graded.db_url
    before = tables(address)
    with pytest.raises(UserError, match=r"expected an empty database at .*, found another offering"):
        restore(saved, tmp_path / "again", Wishes(db_url=address))
    assert (list(tmp_path.iterdir()), tables(address)) == ([], before)


def test_a_restore_that_fails_leaves_the_database_empty(graded, saved, database, tmp_path, monkeypatch):
    address = database.address() or f"sqlite:///{tmp_path / 'other.db'}"
    copy = gradebooks._copy_table

    def failing(read, out, table, where):
        copy(read, out, table, where)
        if table.name == "grade":
            raise OSError("the disk is full")

    monkeypatch.setattr(gradebooks, "_copy_table", failing)
    with pytest.raises(UserError, match="the disk is full"):
        restore(saved, tmp_path / "again", Wishes(db_url=address))
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    assert inspect(create_engine(address, poolclass=NullPool)).get_table_names() == []
    restore(saved, tmp_path / "again", Wishes(db_url=address))
    assert tables(address) == tables(graded.db_url)


def test_rows_that_do_not_arrive_are_noticed(graded, saved, database, tmp_path, monkeypatch):
    address = database.address() or f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setattr(gradebooks, "insert", lambda table: update(table).where(false()))
    with pytest.raises(UserError, match=r"found: 0 of \d+ rows of \w+ arrived"):
        restore(saved, tmp_path / "again", Wishes(db_url=address))
    assert not list(tmp_path.iterdir())


@pytest.mark.one_database
def test_a_server_that_is_not_there_is_said_plainly(saved, tmp_path):
    address = "postgresql+psycopg://me:secret@127.0.0.1:1/none"
    result = CliRunner().invoke(cli.restore, [str(saved), str(tmp_path / "again"), "--db-url", address])
    assert result.exit_code == 1
    assert "--db-url: expected a database to work with at postgresql+psycopg://me@127.0.0.1:1/none" in result.output
    assert "secret" not in result.output
    assert not list(tmp_path.iterdir())


# ---- The gradebook of an older nbgrader ------------------------------------------------------------------------------

AGEING = (
    "ALTER TABLE assignment DROP CONSTRAINT assignment_course_id_fkey",
    "ALTER TABLE assignment DROP COLUMN course_id",
    "DROP TABLE course",
    "ALTER TABLE student DROP COLUMN lms_user_id",
    "UPDATE alembic_version SET version_num = '167914646830'",
)


@pytest.fixture
def served(server, graded, copied, tmp_path) -> Offering:
    """A graded offering whose gradebook is on a server; one in a file is tried in `tests/unit`."""
    return copied(graded.root, tmp_path / "course")


def execute(address: str, *statements: str) -> None:
    with create_engine(address, poolclass=NullPool).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def columns(address: str) -> dict[str, set[str]]:
    looking = inspect(create_engine(address, poolclass=NullPool))
    return {name: {column["name"] for column in looking.get_columns(name)} for name in looking.get_table_names()}


def test_an_older_gradebook_on_a_server_is_renewed(served):
    """Without assignments, for which nbgrader 0.9.6 has no way on PostgreSQL (the next test)."""
    wanted, before = columns(served.db_url), tables(served.db_url)["student"]
    url, where = gradebooks.place_of(served.root)
    execute(served.db_url, f"TRUNCATE {', '.join(Base.metadata.tables.keys() - {'student'})} CASCADE", *AGEING)
    (finding,) = preflight.check(Offering.open(served.root))
    assert finding.remedy == f"run `eprof upgrade {served.root}`"
    gradebooks.renew(url, where)
    assert columns(served.db_url) == wanted
    assert tables(served.db_url)["student"] == before


def test_where_nbgrader_s_own_step_fails_nothing_is_changed_and_the_way_by_a_file_works(served, database, tmp_path):
    """The last step of nbgrader 0.9.6 adds a column without a value to a table with rows, which PostgreSQL refuses."""
    before = tables(served.db_url)
    execute(served.db_url, *AGEING)
    aged = columns(served.db_url)
    with pytest.raises(UserError, match='column "course_id" of relation "assignment" contains null values'):
        upgrade(served.root)
    assert columns(served.db_url) == aged
    (saved,) = tmp_path.glob("*.zip")
    restore(saved, tmp_path / "by-file", Wishes())
    upgrade(tmp_path / "by-file")
    backup(tmp_path / "by-file", tmp_path / "renewed.zip")
    restore(tmp_path / "renewed.zip", tmp_path / "again", Wishes(db_url=database.address()))
    again = Offering.open(tmp_path / "again")
    after = tables(again.db_url)
    assert {name for name in before if after[name] != before[name]} <= {"course", "assignment"}
    assert {row[:-1] for row in after["assignment"]} == {row[:-1] for row in before["assignment"]}
    assert grading.grade(again).graded == 0
