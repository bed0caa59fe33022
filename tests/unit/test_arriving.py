"""Sources as they really arrive, from the folder or file that an instructor names to journals with their learners."""

import io
import os
import shutil
import sys
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import cli, collecting, incidents, intake
from eprofessionalism_graders.arriving import exchange
from eprofessionalism_graders.arriving.content import assignment_of
from eprofessionalism_graders.arriving.gathering import Arrival, Rejected
from eprofessionalism_graders.arriving.people import People
from eprofessionalism_graders.arriving.placing import Placing
from eprofessionalism_graders.arriving.systems import read_label
from eprofessionalism_graders.arriving.tree import Refused, on_disk
from eprofessionalism_graders.roster import Learner

FIRST, SECOND, LAST = "01-friend-requests", "02-patient-stories", "90-form-a"
TICKET = "{}+{}+2026-11-02 0{}:00:00.000000 UTC+aB3-_x9ZqQ1{}"
posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and owners are otherwise on Windows")


def line(item: str = "fr-1-request", answer: str = "a") -> bytes:
    return b'{"v":1,"kind":"commit","item":"%s","answer":"%s"}\n' % (item.encode(), answer.encode())


def tree(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def found(tmp_path):
    """What is found in a source: (learner, assignment) of each journal; and (place, why) of all else."""
    people = People(
        [
            Learner("ana", "Ruiz", "Ana", "ana.ruiz@clinic.example"),
            Learner("bo", "Berg", "Bo"),
            Learner("cy", "Lee", "Cy"),
            Learner("cy2", "Lee", "Cy"),
        ]
    )

    def walked(source: Path, student: str = "", course: str = "emed") -> SimpleNamespace:
        placing = Placing(people, {FIRST, SECOND, LAST}, lambda: course, tmp_path / "offering")
        taken, refused, by_name, arrivals = [], [], set(), []
        for one in placing.walk(on_disk(source), student):
            if isinstance(one, Arrival):
                assert one.journal.content(1000).startswith(b'{"v":1')
                taken.append((one.whose.learner, one.whose.assignment))
                by_name |= {one.whose.learner} if one.whose.by_name else set()
                arrivals.append(one)
            elif isinstance(one, Rejected):
                refused.append((one.place.relative_to(source.parent).as_posix(), one.why))
        return SimpleNamespace(taken=sorted(taken), refused=refused, by_name=by_name, arrivals=arrivals)

    return walked


# ---- Folders and loose journals -------------------------------------------------------------------------------------


def test_loose_journals_and_archives_named_by_ids(found, tmp_path):
    inner = {f"my-course/{FIRST}/responses.jsonl": line(), f"my-course/{SECOND}/responses.jsonl": line()}
    source = tree(
        tmp_path / "in",
        {
            "ANA.jsonl": line(),
            "bo.zip": zipped(inner | {"__MACOSX/my-course/._x.jsonl": b"x", "my-course/.DS_Store": b"x"}),
            "cy/responses.jsonl": line(),
            "eve.jsonl": line(),
            "eve.zip": zipped(inner),
            "grades.csv": b"x",
        },
    )
    result = found(source)
    assert result.taken == [("ana", ""), ("bo", FIRST), ("bo", SECOND), ("cy", "")]
    assert result.refused == [("in/eve.jsonl", "names no learner"), ("in/eve.zip", "names no learner")]


def test_what_is_beside_a_journal_is_left_alone(found, tmp_path):
    beside = ("01.ipynb", "items.json", "art/a.svg", "desktop.ini", "notes.jsonl", "responses-1.jsonl", "x.pdf")
    files = {f"ana/{FIRST}/{name}": b"x" for name in beside}
    assert found(tree(tmp_path / "in", files | {f"ana/{FIRST}/responses.jsonl": line()})).taken == [("ana", FIRST)]


def test_folders_by_assignment_hold_learners(found, tmp_path):
    source = tree(
        tmp_path / "in",
        {
            f"{FIRST}/ana/responses.jsonl": line(),
            f"{SECOND}/bo.jsonl": line(),
            f"{LAST}.zip": zipped({f"{LAST}/cy/responses.jsonl": line(), f"{LAST}/cy2.jsonl": line()}),
        },
    )
    assert found(source).taken == [("ana", FIRST), ("bo", SECOND), ("cy", LAST), ("cy2", LAST)]
    assert found(source / FIRST).taken == [("ana", "")], "the instructor's own folder; the content will tell"


def test_the_source_is_one_learners(found, tmp_path):
    archive = zipped({f"{FIRST}/responses.jsonl": line(), "more/inner.zip": zipped({f"{SECOND}.jsonl": line()})})
    source = tree(tmp_path, {"ana.zip": archive, "upload.zip": archive, "bo.jsonl": line(), "x.jsonl": line()})
    both = [("ana", FIRST), ("ana", SECOND)]
    assert found(source / "ana.zip").taken == both
    assert found(source / "upload.zip", "ana").taken == both
    assert found(source / "bo.jsonl").taken == [("bo", "")]
    assert found(source / "bo.jsonl", "ana").taken == [("ana", "")], "what the instructor says goes before"
    assert found(source / "x.jsonl").refused == [("x.jsonl", "names no learner")]
    tree(tmp_path / "cy", {f"{FIRST}/responses.jsonl": line()})
    assert found(source / "cy").taken == [("cy", FIRST)]


def test_nobody_hands_in_for_somebody_else(found, tmp_path):
    """A learner makes what is in their own folder or archive, names included."""
    spoof = {f"bo/{FIRST}/responses.jsonl": line(), "bergbo_1_2_responses.jsonl": line()}
    moodle = {
        "Bo Berg_1_assignsubmission_file_/responses.jsonl": line(),
        TICKET.format("bo", FIRST, 1, 1) + "/r.jsonl": line(),
    }
    source = tree(
        tmp_path / "in",
        {"ana.zip": zipped(spoof | moodle), "eve.zip": zipped(spoof | {"a.txt": b"x"})}
        | {f"eve/{name}": content for name, content in spoof.items()},
    )
    result = found(source)
    assert {learner for learner, _ in result.taken} == {"ana"}
    assert result.refused == [
        ("in/eve", "no learner of this id is on the roster"),
        ("in/eve.zip", "names no learner"),
    ]


@posix
def test_no_link_is_followed_and_no_pipe_opened_anywhere(found, tmp_path):
    secret = tree(tmp_path / "elsewhere", {f"{FIRST}/responses.jsonl": line(), "bo.zip": zipped({"r.jsonl": line()})})
    source = tree(tmp_path / "in", {f"ana/{SECOND}/responses.jsonl": line(), "cy/notes.txt": b"x"})
    (source / "bo").symlink_to(secret)
    (source / "bo.zip").symlink_to(secret / "bo.zip")
    (source / "ana" / FIRST).symlink_to(secret / FIRST)
    (source / "ana" / "data").symlink_to(secret)
    (source / "ana" / "more.zip").symlink_to(secret / "bo.zip")
    os.mkfifo(source / "cy.jsonl")
    os.mkfifo(source / "cy" / "responses.jsonl")
    (source / "ana" / "deep").mkdir()
    (source / "ana" / "deep" / "responses.jsonl").mkdir()
    result = found(source)
    assert result.taken == [("ana", SECOND)]
    assert dict(result.refused) == {
        f"in/ana/{FIRST}": "a link, not a folder",
        "in/ana/more.zip": "a link, not a file",
        "in/ana/deep/responses.jsonl": "not a regular file",
        "in/bo": "a link, not a folder",
        "in/bo.zip": "a link, not a file",
        "in/cy.jsonl": "not a regular file",
        "in/cy/responses.jsonl": "not a regular file",
    }


@posix
def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(tmp_path):
    """In the exchange a learner owns the folder, and can change it while it is being read."""
    source = tree(tmp_path / "in", {f"ana/{FIRST}/responses.jsonl": line()})
    secret = tree(tmp_path / "elsewhere", {"responses.jsonl": line("another", "b")})
    (folder,) = on_disk(source).children()[0].children()
    (journal,) = folder.children()
    shutil.rmtree(source / "ana" / FIRST)
    (source / "ana" / FIRST).symlink_to(secret)
    with pytest.raises(Refused, match="cannot be read"):
        journal.content(1000)


@posix
def test_a_name_that_is_not_utf8_is_refused(found, tmp_path):
    source = tree(tmp_path / "in", {"bo.jsonl": line()})
    (Path(os.fsdecode(os.fsencode(source) + b"/\xff.jsonl"))).write_bytes(line())
    result = found(source)
    assert result.taken == [("bo", "")]
    assert [why for _, why in result.refused] == ["a name that is not UTF-8"]


def test_folders_without_end_are_refused(found, tmp_path):
    deep = "/".join("d" * 40)
    source = tree(tmp_path / "in", {f"ana/{deep}/responses.jsonl": line(), f"eve/{deep}/x": b"x", "bo.jsonl": line()})
    tree(source, {f"{'inbound/' * 40}x": b"x"})
    result = found(source)
    assert result.taken == [("bo", "")]
    assert Counter(why for _, why in result.refused) == {
        "more than 16 folders in one another": 1,
        "no learner of this id is on the roster": 1,
        "not made by nbgrader submit": 1,
    }


def test_more_journals_than_anybody_has_are_refused(found, tmp_path):
    result = found(
        tree(tmp_path, {"ana.zip": zipped({f"{number}.jsonl": line() for number in range(1000)})}) / "ana.zip"
    )
    assert (len(result.taken), result.refused) == (200, [("ana.zip", "more than 200 journals")])


def test_a_file_that_is_taken_away_meanwhile_is_nothing(found, tmp_path, monkeypatch):
    source = tree(tmp_path / "in", {"ana.jsonl": line(), "bo.jsonl": line()})
    lstat = Path.lstat

    def gone(path):
        if path.name == "ana.jsonl":
            raise FileNotFoundError(path)
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", gone)
    assert found(source).taken == [("bo", "")]


# ---- nbgrader's exchange --------------------------------------------------------------------------------------------


@pytest.fixture
def inbound(tmp_path):
    root = tmp_path / "exchange"
    return tree(
        root / "emed" / "inbound",
        {
            TICKET.format("ana", FIRST, 1, 1) + "/responses.jsonl": line(),
            TICKET.format("ana", FIRST, 2, 2) + "/responses.jsonl": line("fr-1-request", "b"),
            TICKET.format("ana", FIRST, 2, 2) + "/timestamp.txt": b"1999-01-01 00:00:00 UTC",
            TICKET.format("ana", FIRST, 2, 2) + "/submission_secret.txt": b"ab" * 64,
            TICKET.format("bo", SECOND, 3, 3) + f"/{SECOND}.ipynb": b"{}",
            TICKET.format("bo", "homework", 3, 4) + "/homework.ipynb": b"{}",
            TICKET.format("eve", SECOND, 3, 5) + "/responses.jsonl": line(),
            TICKET.format("eve", "homework", 3, 6) + "/homework.ipynb": b"{}",
        },
    )


def test_the_exchange_from_its_root_its_course_or_its_inbound_folder(found, inbound):
    tree(inbound.parent, {f"outbound/{FIRST}/x.ipynb": b"x", "feedback/abc.html": b"x"})
    for source in (inbound, inbound.parent, inbound.parent.parent):
        result = found(source)
        assert result.taken == [("ana", FIRST), ("ana", FIRST)]
        assert [why for _, why in result.refused] == ["no learner of this id is on the roster"]
        assert [(one.at.hour, one.stated, one.secret) for one in result.arrivals] == [
            (1, True, ""),
            (2, True, "ab" * 64),
        ]


def test_of_an_exchange_only_this_course_is_taken(found, inbound):
    tree(inbound.parent.parent, {f"last-year/inbound/{TICKET.format('bo', FIRST, 1, 1)}/responses.jsonl": line()})
    assert {learner for learner, _ in found(inbound.parent.parent).taken} == {"ana"}
    result = found(inbound.parent.parent, course="another")
    assert result.taken == []
    assert [why for _, why in result.refused] == ["several courses (emed, last-year), and none is called another"]


@posix
def test_a_submission_of_another_user_of_the_system_is_refused(found, inbound, monkeypatch):
    """As `nbgrader collect` warns of; only where the id is the name of a user, for otherwise nobody can tell."""
    numbers = {"ana": os.getuid()}
    monkeypatch.setattr(exchange, "user_number", numbers.get)
    assert len(found(inbound).taken) == 2
    numbers["ana"] = os.getuid() + 1
    result = found(inbound)
    assert result.taken == []
    ours = exchange.user_name(os.getuid())
    assert sum(why == f"names ana, but belongs to {ours} on this system" for _, why in result.refused) == 2
    name = TICKET.format("ana", FIRST, 2, 2)
    assert found(inbound / name, "ana").taken == [("ana", FIRST)], "the instructor has found out"


@posix
def test_owners_are_those_of_this_system():
    import pwd

    user = pwd.getpwuid(os.getuid())
    assert exchange.user_number(user.pw_name) == os.getuid()
    assert exchange.user_name(os.getuid()) == user.pw_name
    assert exchange.user_number("nobody-of-this-name") is None
    assert exchange.user_name(2**31 - 7) == f"user {2**31 - 7}"


# ---- Canvas and Moodle ----------------------------------------------------------------------------------------------

CANVAS = {
    "ruizana_4321_98765_responses.jsonl": line(),
    "ruizana_4321_98799_responses-1.jsonl": line("fr-1-request", "b"),
    "ruizana_4321_98800_01-friend-requests.ipynb": b"{}",
    f"bergbo_LATE_77_98766_{FIRST}-2.zip": zipped({f"{FIRST}/responses.jsonl": line(), f"{FIRST}/a.svg": b"x"}),
    "leecy_15_98767_responses.jsonl": line(),
    "leecy_15_98768_responses.ipynb": b"{}",
    "adlereve_16_98769_responses.jsonl": line(),
    "anon_x7Gh2_98770_responses.jsonl": line(),
}
MOODLE = {
    "Ana Ruiz_1234567_assignsubmission_file_/responses.jsonl": line(),
    f"Ana Ruiz_1234567_assignsubmission_file_/{SECOND}/responses.jsonl": line(),
    "Ana Ruiz_1234567_assignsubmission_onlinetext/onlinetext.html": b"x",
    "Bo Berg_1234568_assignsubmission_file/course.zip": zipped({f"{FIRST}/responses.jsonl": line()}),
    "Cy Lee_1234569_assignsubmission_file_/responses.jsonl": line(),
    "Participant_1234570_assignsubmission_file_/responses.jsonl": line(),
}
MOODLE_FLAT = {
    "Ana Ruiz_1234567_assignsubmission_file_responses.jsonl": line(),
    f"Bo Berg_1234568_assignsubmission_file_{FIRST}.zip": zipped({"responses.jsonl": line()}),
    "Bo Berg_1234568_assignsubmission_onlinetext_onlinetext.html": b"x",
}
TAKEN_OF = [
    (CANVAS, [("ana", ""), ("ana", ""), ("bo", FIRST)], 3),
    (MOODLE, [("ana", ""), ("ana", SECOND), ("bo", FIRST)], 2),
    (MOODLE_FLAT, [("ana", ""), ("bo", FIRST)], 0),
]


@pytest.mark.parametrize(("files", "taken", "refused"), TAKEN_OF, ids=["Canvas", "Moodle", "flat Moodle"])
@pytest.mark.parametrize(
    "shape", ["folder", "zip", "zip with an outer folder", "zip in a folder", "zip in a zip", "named"]
)
def test_a_download_of_any_shape(found, tmp_path, files, taken, refused, shape):
    outer = {f"submissions/{name}": content for name, content in files.items()}
    named = {f"{LAST}/{name}": content for name, content in files.items()}
    source = {
        "folder": lambda: tree(tmp_path / "submissions", files),
        "zip": lambda: tree(tmp_path, {"s.zip": zipped(files)}) / "s.zip",
        "zip with an outer folder": lambda: tree(tmp_path, {"s.zip": zipped(outer)}) / "s.zip",
        "zip in a folder": lambda: tree(tmp_path / "in", {"submissions (1).zip": zipped(files)}),
        "zip in a zip": lambda: tree(tmp_path, {"s.zip": zipped({"a/s.zip": zipped(outer)})}) / "s.zip",
        "named": lambda: tree(tmp_path / "in", named),
    }[shape]()
    result = found(source)
    if shape == "named":
        taken = sorted((learner, assignment or LAST) for learner, assignment in taken)
    assert result.taken == taken
    assert len(result.refused) == refused
    assert result.by_name == {"ana", "bo"}


def test_one_person_who_cannot_be_placed_is_told_once(found, tmp_path):
    result = found(tree(tmp_path / "s", CANVAS))
    assert dict(result.refused) == {
        "s/adlereve_16_98769_responses.jsonl": "nobody on the roster is called “adlereve”",
        "s/anon_x7Gh2_98770_responses.jsonl": "Canvas has left the name out, for anonymous grading",
        "s/leecy_15_98767_responses.jsonl": "more than one learner is called so: cy, cy2",
    }


def test_a_learner_who_handed_in_no_journal_is_told(found, tmp_path):
    files = {"ruizana_1_2_essay.pdf": b"x", "bergbo_3_4_a.ipynb": b"x", "bergbo_3_5_responses.jsonl": line()}
    result = found(tree(tmp_path / "s", files))
    assert result.refused == [("s/ruizana_1_2_essay.pdf", "no answers in it yet")]


def test_an_encrypted_file_of_a_download_names_its_learner(tmp_path, found):
    content = bytearray(zipped({"ruizana_1_2_responses.jsonl": line(), "bergbo_3_4_responses.jsonl": line()}))
    content[content.index(b"PK\1\2") + 8] |= 1
    result = found(tree(tmp_path, {"s.zip": bytes(content)}) / "s.zip")
    assert result.taken == [("bo", "")]
    assert result.refused == [("s.zip/ruizana_1_2_responses.jsonl", "encrypted")]


def test_a_time_stamp_that_a_learner_wrote_counts_only_where_nbgrader_leaves_one(found, tmp_path):
    files = {"responses.jsonl": line(), "timestamp.txt": b"2001-01-01 00:00:00 UTC"}
    source = tree(
        tmp_path / "in", {"ruizana_1_2_a.zip": zipped(files)} | {f"bo/{FIRST}/{k}": v for k, v in files.items()}
    )
    assert {one.whose.learner: (one.at.year, one.stated) for one in found(source).arrivals} == {
        "ana": (datetime.now().year, False),
        "bo": (2001, True),
    }


# ---- Which assignment -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (line() * 3, FIRST),
        (b"junk\n" + line() + line("of-another-course") * 9, FIRST),
        (line().replace(b"commit", b"shown"), FIRST),
        (line() + line("ps-1"), "answers to several assignments (1 of 01-friend-requests, 1 of 02-patient-stories)"),
        (
            line() * 9 + line("ps-1"),
            "answers to several assignments (9 of 01-friend-requests, 1 of 02-patient-stories)",
        ),
        (b"", "no answer to any question of this course"),
        (b"\xff" * 1000, "no answer to any question of this course"),
        (line("of-another-course"), "no answer to any question of this course"),
    ],
)
def test_the_assignment_is_told_by_the_items_of_a_journal(tmp_path, content, told):
    (tmp_path / "journal").write_bytes(content)
    owners = {"fr-1-request": FIRST, "ps-1": SECOND}
    if told == FIRST:
        assert assignment_of(tmp_path / "journal", owners) == told
    else:
        with pytest.raises(Refused) as refused:
            assignment_of(tmp_path / "journal", owners)
        assert refused.value.why == told


# ---- Through the command --------------------------------------------------------------------------------------------


@pytest.fixture
def course(offering, play, tmp_path):
    """An offering, and journals with real questions: the first of each assignment answered."""

    def journal(assignment: str = FIRST, option: str = "a") -> bytes:
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        question = next(iter(offering.bank(assignment).items))
        return play(offering, assignment, {question: option}, folder).read_bytes()

    def collect(source: Path, *options: str):
        return CliRunner().invoke(cli.collect, [str(offering.root), str(source), *options])

    return SimpleNamespace(offering=offering, journal=journal, collect=collect)


def test_the_newest_attempt_stays_by_the_number_of_the_upload(course, tmp_path):
    """All entries of a download have one time."""
    files = {"last0first0_1_12_responses-1.jsonl": course.journal(option="b")}
    files |= {"last0first0_1_9_responses.jsonl": course.journal(option="a")}
    result = course.collect(tree(tmp_path, {"s.zip": zipped(files)}) / "s.zip")
    assert result.stdout.splitlines() == [
        "collected 1, unchanged 0, older than what is here 1",
        f"  learner-00: {FIRST}",
        "Found by name alone; see that each is right:",
        "  learner-00: last0first0_1_12_responses-1.jsonl",
    ]
    assert result.exit_code == 0
    assert b'"b"' in course.offering.journal("learner-00", FIRST).read_bytes()


def test_what_canvas_calls_in_time_is_not_late_by_the_day_of_the_download(course, tmp_path):
    files = {"last0first0_1_9_r.jsonl": course.journal(), "last1first1_LATE_2_8_r.jsonl": course.journal()}
    moodle = {"First2 Last2_1_assignsubmission_file_r.jsonl": course.journal()}
    source = tree(tmp_path / "s", files | moodle)
    download = datetime(2027, 1, 15, tzinfo=UTC)
    for path in source.iterdir():
        os.utime(path, (download.timestamp(), download.timestamp()))
    result = course.collect(source)
    assert result.stdout.splitlines()[-1].endswith("the download does not say when they were handed in: 1")
    times = [intake.handed_in_at(course.offering.submitted(f"learner-0{number}", FIRST)) for number in range(3)]
    assert times == [datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC), download, download]


def test_what_cannot_be_placed_is_told_kept_and_ends_in_1(course, tmp_path):
    mixed = course.journal() + course.journal(SECOND)
    source = tree(
        tmp_path / "in",
        {
            "learner-00.jsonl": course.journal(SECOND),
            "learner-01.jsonl": mixed,
            "learner-02.zip": b"no zip",
            f"learner-03/{FIRST}/responses.jsonl": course.journal(SECOND),
            "who\x1b[31m.jsonl": course.journal(),
        },
    )
    result = course.collect(source)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "collected 2, unchanged 0, older than what is here 0",
        f"  learner-00: {SECOND}",
        f"  learner-03: {FIRST}",
    ]
    assert "answers to several assignments" in result.stderr
    assert "\x1b" not in result.stderr
    told = [one.learner for one in incidents.load(course.offering.root)]
    assert told == ["", "learner-01", "learner-02", "learner-03"]
    assert not list((course.offering.root / ".eprof").glob(".incoming~*"))


def test_one_learners_file_is_taken_by_its_name_or_by_student(course, tmp_path):
    source = tree(
        tmp_path, {"learner-00.jsonl": course.journal(), "upload.zip": zipped({"responses.jsonl": course.journal()})}
    )
    assert course.collect(source / "learner-00.jsonl").exit_code == 0
    result = course.collect(source / "upload.zip")
    assert (result.exit_code, result.stdout) == (1, "collected 0, unchanged 0, older than what is here 0\n")
    assert "names no learner" in result.stderr
    assert course.collect(source / "upload.zip", "--student", "LEARNER-01").exit_code == 0
    for learner in ("learner-00", "learner-01"):
        assert course.offering.journal(learner, FIRST)
    assert incidents.load(course.offering.root) == []


@pytest.mark.parametrize(
    ("names", "taken"),
    [(["LEARNER-00"], 1), (["learner-00", "LEARNER-00"], 1), (["Learner-00", "LEARNER-00"], 0)],
)
def test_of_names_alike_but_for_case_the_very_id_counts(course, tmp_path, names, taken):
    files = {f"{name}/{FIRST}/responses.jsonl": course.journal() for name in names}
    outcomes = collecting.collect(course.offering, tree(tmp_path / "in", files))
    assert [one.learner for one in outcomes if one.fate == "collected"] == ["learner-00"] * taken
    refused = [one for one in outcomes if one.fate == "refused"]
    assert len(refused) == len(names) - taken
    assert {one.why for one in refused} <= {"another name here differs from it by case alone"}


def test_of_journals_in_one_another_the_one_in_its_place_counts(course, tmp_path):
    right, older = course.journal(), course.journal()
    files = {f"learner-00/{FIRST}/responses.jsonl": right, f"learner-00/{FIRST}/old/responses.jsonl": older}
    (one,) = collecting.collect(course.offering, tree(tmp_path / "in", files))
    assert one.fate == "collected"
    assert course.offering.journal("learner-00", FIRST).read_bytes() == right


def test_a_case_that_nobody_opened_is_not_handed_in_and_one_that_lost_its_record_is(course, tmp_path):
    released = (course.offering.release(FIRST) / f"{FIRST}.ipynb").read_bytes()
    played = released.replace(b'"execution_count": null', b'"execution_count": 3')
    files = {
        f"learner-00/{FIRST}/{FIRST}.ipynb": released,
        f"learner-00/{SECOND}/responses.jsonl": course.journal(),
        f"learner-01/{FIRST}/{FIRST}.ipynb": played,
    }
    outcomes = collecting.collect(course.offering, tree(tmp_path / "in", files))
    told = {(one.learner, one.assignment): [incident.found for incident in one.incidents] for one in outcomes}
    assert told == {
        ("learner-00", SECOND): ["the notebook is missing"],
        ("learner-01", FIRST): ["no record of answers"],
    }
    assert not course.offering.submitted("learner-00", FIRST).exists()
    assert course.offering.submitted("learner-01", FIRST).exists()


def test_what_has_no_record_never_takes_the_place_of_answers(course, tmp_path):
    journal = course.journal()
    collecting.collect(course.offering, tree(tmp_path / "in", {f"learner-00/{FIRST}/responses.jsonl": journal}))
    collecting.collect(course.offering, tree(tmp_path / "later", {f"learner-00/{FIRST}/{FIRST}.ipynb": b"{}"}))
    assert course.offering.journal("learner-00", FIRST).read_bytes() == journal


def test_the_exchange_through_the_command_gives_time_and_secret(course, tmp_path):
    name = TICKET.format("learner-00", FIRST, 1, 1)
    files = {f"{name}/responses.jsonl": course.journal(), f"{name}/submission_secret.txt": b"cd" * 64}
    assert course.collect(tree(tmp_path / "x" / "emed" / "inbound", files)).exit_code == 0
    folder = course.offering.submitted("learner-00", FIRST)
    assert intake.handed_in_at(folder) == datetime(2026, 11, 2, 1, tzinfo=UTC)
    assert intake.secret(folder) == "cd" * 64
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{FIRST}.ipynb",
        "responses.jsonl",
        "submission_secret.txt",
        "timestamp.txt",
    ]


def test_what_was_submitted_through_the_exchange_without_a_record_counts_as_handed_in(course, tmp_path):
    name = TICKET.format("learner-00", LAST, 1, 1)
    released = (course.offering.release(LAST) / f"{LAST}.ipynb").read_bytes()
    answered = TICKET.format("learner-00", FIRST, 1, 2)
    files = {f"{name}/{LAST}.ipynb": released, f"{answered}/responses.jsonl": course.journal()}
    outcomes = collecting.collect(course.offering, tree(tmp_path / "x" / "emed" / "inbound", files))
    told = {one.assignment: [incident.found for incident in one.incidents] for one in outcomes}
    assert "no record of answers" in told[LAST]
    assert intake.handed_in_at(course.offering.submitted("learner-00", LAST)) == datetime(2026, 11, 2, 1, tzinfo=UTC)
    again = collecting.collect(course.offering, tmp_path / "x" / "emed" / "inbound")
    assert {one.fate for one in again} == {"unchanged"}


# ---- What somebody who means harm has tried --------------------------------------------------------------------------


def test_in_the_exchange_nothing_but_what_nbgrader_makes_is_taken(course, tmp_path):
    files = {
        f"learner-00/{FIRST}/responses.jsonl": course.journal(),
        f"{FIRST}.zip": zipped({"learner-01/responses.jsonl": course.journal()}),
    }
    outcomes = collecting.collect(course.offering, tree(tmp_path / "x" / "emed" / "inbound", files))
    assert {(one.fate, one.why) for one in outcomes} == {("refused", "not made by nbgrader submit")}


def test_a_folder_called_like_the_exchanges_own_stops_nobody(course, tmp_path):
    names = [TICKET.format("learner-00", FIRST, 1, 1), TICKET.format("learner-00", FIRST, 2, 2)]
    files = {f"{name}/inbound/x": b"" for name in names}
    files |= {TICKET.format("learner-01", FIRST, 1, 3) + "/responses.jsonl": course.journal()}
    files |= {"learner-02/inbound/x": b"", "learner-03/inbound/x": b""}
    root = tree(tmp_path / "x" / "emed" / "inbound", files)
    outcomes = collecting.collect(course.offering, root)
    assert "learner-01" in {one.learner for one in outcomes if one.fate == "collected"}


@pytest.mark.parametrize(
    "time", ["9999-12-31 23:59:59.999999 UTC", "2099-01-01 00:00:00 UTC", "0001-01-01 00:00:00 UTC"]
)
def test_no_time_keeps_a_later_attempt_or_anybody_else_out(course, tmp_path, time):
    first, longer = course.journal(), course.journal() + course.journal()
    for number, content in enumerate((first, longer)):
        files = {f"learner-00/{FIRST}/responses.jsonl": content, f"learner-00/{FIRST}/timestamp.txt": time.encode()}
        files |= {f"learner-01/{FIRST}/responses.jsonl": content}
        collecting.collect(course.offering, tree(tmp_path / str(number), files))
    for learner in ("learner-00", "learner-01"):
        assert course.offering.journal(learner, FIRST).read_bytes() == longer


@pytest.mark.parametrize(
    "text", ["2026-01-01 00:00:00 /etc/hostname", "2026-01-01 00:00:00 Europe/Berlin", "now", "1e9"]
)
def test_a_time_is_a_time_and_names_no_file(text, monkeypatch):
    monkeypatch.setattr(intake, "parse_utc", lambda _: pytest.fail("nbgrader would look for a time zone"))
    assert intake.parse_time(text) is None


def test_of_two_people_of_one_name_in_a_download_neither_is_taken(found, tmp_path):
    files = {"ruizana_501_900_responses.jsonl": line(), "ruizana_666_901_responses.jsonl": line()}
    result = found(tree(tmp_path / "s", files))
    assert result.taken == []
    assert {why for _, why in result.refused} == {"two people in this download have the same name"}


@pytest.mark.parametrize("name", ["bergbo_1_99999999999_LATE_777_888_x.jsonl", "bergbo_1_2_777_888_x.jsonl"])
def test_a_name_that_reads_in_two_ways_says_no_number_and_no_time(name):
    label = read_label(name)
    assert (label.user, label.upload, label.late) == ("", None, None)


def test_a_number_of_any_length_in_a_name_stops_nobody(course, tmp_path):
    files = {"zz.zip": zipped({f"a_1_{'9' * 5000}_x.jsonl": line()}), "learner-01.jsonl": course.journal()}
    outcomes = collecting.collect(course.offering, tree(tmp_path / "in", files))
    assert [one.learner for one in outcomes if one.fate == "collected"] == ["learner-01"]
