"""Backups and upgrades: what is taken, what is refused, and that nothing is left half done."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import stat
import sys
import zipfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import files, preflight
from eprofessionalism_graders import offering as offerings
from eprofessionalism_graders.beside import BESIDE
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.keeping import (
    archive as archives,
)
from eprofessionalism_graders.keeping import (
    backup as backups,
)
from eprofessionalism_graders.keeping import (
    cli,
    edits,
    gradebooks,
)
from eprofessionalism_graders.keeping import (
    restore as restores,
)
from eprofessionalism_graders.keeping import (
    upgrade as upgrades,
)
from eprofessionalism_graders.keeping.backup import backup
from eprofessionalism_graders.keeping.restore import Wishes, restore
from eprofessionalism_graders.keeping.upgrade import upgrade
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.wiring import config_text

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files or rights")
CASE = "01-friend-requests"
OURS = version("eprofessionalism-graders")


def tables(database: Path) -> dict[str, list[tuple]]:
    """Every table with its rows."""
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608


def lying(root: Path) -> dict[str, tuple]:
    """Everything in a folder but its gradebook: by path the content, time and rights."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = os.fsencode(path.relative_to(root))
        status = path.lstat()
        if path.is_file() and name != b"gradebook.db":
            found[name] = (path.read_bytes(), status.st_mtime_ns, stat.S_IMODE(status.st_mode))
        elif path.is_dir():
            found[name] = ("folder", stat.S_IMODE(status.st_mode))
    return found


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "kept" / "autumn.zip"


@pytest.fixture(autouse=True)
def kept(tmp_path):
    """The folder for backups, where nothing may lie but finished ones."""
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@pytest.fixture
def submission(offering) -> Path:
    """A learner's folder, filled by hand."""
    folder = offering.submitted("learner-03", CASE)
    (folder / ".handed-in").mkdir(parents=True)
    (folder / "responses.jsonl").write_bytes(b'{"v": 1}\n')
    (folder / "timestamp.txt").write_text("2026-11-20 09:00:00.000000 UTC")
    (folder / ".handed-in" / "mine.ipynb").write_text("not JSON")
    return folder


# ---- There and back --------------------------------------------------------------------------------------------------


def test_an_offering_comes_back_as_it_was(offering, submission, file, tmp_path):
    os.utime(submission / "responses.jsonl", ns=(1, 1_500_000_000_123_456_789))
    (offering.root / ".eprof" / "incidents").mkdir(parents=True)
    files.put(offering.root / ".eprof" / "incidents" / "a.json", "[]")
    (offering.root / "empty").mkdir()
    backup(offering.root, file)
    restore(file, tmp_path / "again", Wishes())
    assert lying(tmp_path / "again") == lying(offering.root)
    assert tables(tmp_path / "again" / "gradebook.db") == tables(offering.root / "gradebook.db")
    assert preflight.check(Offering.open(tmp_path / "again")) == []


@posix
def test_a_backup_and_what_is_restored_are_for_their_owner_alone(offering, file, tmp_path):
    before = os.umask(0)
    try:
        backup(offering.root, file)
        (tmp_path / "again").mkdir(mode=0o777)
        restore(file, tmp_path / "again", Wishes())
    finally:
        os.umask(before)
    again = tmp_path / "again"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (file, again, again / "gradebook.db")]
    assert modes == [0o600, 0o700, 0o600]
    assert stat.S_IMODE((again / "nbgrader_config.py").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only some systems have names of any bytes")
def test_names_of_any_bytes_survive(offering, submission, file, tmp_path):
    names = [b"\xff\xfe", b"a%2e%2e", "наука 🩺".encode(), b"new\nline", b"back\\slash", b"x" * 255, b" ", b"~'\"&"]
    for name in names:
        Path(os.fsdecode(os.fsencode(submission / ".handed-in") + b"/" + name)).write_bytes(name)
    backup(offering.root, file)
    restore(file, tmp_path / "again", Wishes())
    folder = tmp_path / "again" / submission.relative_to(offering.root) / ".handed-in"
    assert {os.fsencode(path.name): path.read_bytes() for path in folder.iterdir()} == {
        **{name: name for name in names},
        b"mine.ipynb": b"not JSON",
    }


@posix
def test_links_and_pipes_are_named_and_neither_followed_nor_opened(offering, submission, file, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "salaries.txt").write_text("SALARIES")
    (submission / "link").symlink_to(secret / "salaries.txt")
    (submission / "folder-link").symlink_to(secret)
    os.mkfifo(submission / "pipe")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        here = Path.cwd()
        os.chdir(submission)  # the name of a socket is short
        listening.bind("socket")
        os.chdir(here)
        made = backup(offering.root, file)
    place = f"submitted/learner-03/{CASE}"
    assert {one.path.removeprefix(f"{place}/"): one.why for one in made.odd} == {
        "link": "a link",
        "folder-link": "a link",
        "pipe": "not a regular file",
        "socket": "not a regular file",
    }
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if b"SALARIES" in archive.read(name) or "folder-link/" in name]
    restore(file, tmp_path / "again", Wishes())
    found = {path.name for path in (tmp_path / "again" / place).iterdir()}
    assert found == {"responses.jsonl", "timestamp.txt", ".handed-in"}


@posix
def test_a_file_that_cannot_be_read_is_named_if_a_learner_s_and_stops_the_backup_if_ours(
    offering, submission, file, monkeypatch
):
    closed, opening = ["mine.ipynb"], backups.intake.open_beneath

    def opened(root, parts):
        if parts[-1] in closed:
            raise PermissionError(13, "Permission denied")
        return opening(root, parts)

    monkeypatch.setattr(backups.intake, "open_beneath", opened)
    (one,) = backup(offering.root, file).odd
    assert one.path.endswith("mine.ipynb")
    assert one.why == "cannot be read: Permission denied"
    closed.append("roster.csv")
    with pytest.raises(UserError, match=r"roster\.csv: expected a part of the offering, found: cannot be read"):
        backup(offering.root, file, force=True)


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_file_that_went_away_meanwhile_stops_no_backup(offering, file, monkeypatch, comes_back):
    part, opening = offering.root / ".eprof" / ".part~1~learner.json", backups.intake.open_beneath
    part.parent.mkdir(exist_ok=True)
    part.write_text("{}")
    away: list[str] = []

    def opened(root, parts):
        if parts[-1] == part.name and not away:
            away.append(part.name)
            part.unlink()
            try:
                return opening(root, parts)
            finally:
                if comes_back:
                    part.write_text("whole")
        return opening(root, parts)

    monkeypatch.setattr(backups.intake, "open_beneath", opened)
    assert backup(offering.root, file).odd == []
    assert away
    with zipfile.ZipFile(file) as archive:
        assert any(archive.read(name) == b"whole" for name in archive.namelist()) is comes_back


@posix
def test_a_part_of_the_offering_that_is_a_link_stops_the_backup(offering, file, kept, tmp_path):
    (offering.root / "submitted").rename(tmp_path / "elsewhere")
    (offering.root / "submitted").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="submitted: expected a part of the offering, found: a link"):
        backup(offering.root, file)
    assert list(kept.iterdir()) == []


def test_what_was_laid_beside_an_offering_for_its_report_belongs_to_a_backup(offering, file, tmp_path):
    laid = {"earlier/2025.parquet": b"PAR1", "judges/90-form-a.csv": b"question", "borderline.csv": b"learner,judge"}
    for name, content in laid.items():
        (offering.root / name).parent.mkdir(exist_ok=True)
        (offering.root / name).write_bytes(content)
    backup(offering.root, file)
    restore(file, tmp_path / "again", Wishes())
    assert {name: (tmp_path / "again" / name).read_bytes() for name in laid} == laid


@posix
@pytest.mark.parametrize("name", BESIDE)
def test_a_link_in_its_place_stops_the_backup(offering, file, name, tmp_path):
    (offering.root / name).symlink_to(tmp_path)
    with pytest.raises(UserError, match=f"{name}: expected a part of the offering, found: a link"):
        backup(offering.root, file)


def test_the_list_vouches_for_every_file(offering, submission, file):
    made = backup(offering.root, file)
    with zipfile.ZipFile(file) as archive:
        listed = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
        for entry in [*listed["files"], listed["gradebook"]]:
            content = archive.read(entry["member"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["size"], entry["sha256"])
    assert {entry["path"] for entry in listed["files"]} >= {"offering.toml", "roster.csv", "forms.csv"}
    names = ("format", "made_with", "nbgrader", "revision", "database")
    assert [listed[name] for name in names] == [
        offerings.FORMAT,
        OURS,
        version("nbgrader"),
        gradebooks.head(),
        "sqlite",
    ]
    assert made.manifest.at.isoformat()[:19] == listed["at"][:19]


def test_the_report_and_the_private_keys_are_left_out_and_that_is_said(offering, file, tmp_path):
    for folder in ("report", "my-keys"):
        (offering.root / folder).mkdir()
        (offering.root / folder / "a.yaml").write_text("secret: 1")
    edits.set_settings(offering.root, keys=str(offering.root / "my-keys"))
    result = CliRunner().invoke(cli.backup, [str(offering.root), str(file)])
    assert result.exit_code == 0, result.output
    assert f"private keys in {offering.root / 'my-keys'} are not in it" in result.output
    assert "report/ is not in it" in result.output
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if name.endswith("a.yaml")]
    said: list[str] = []
    restore(file, tmp_path / "again", Wishes(), said.append)
    (offering.root / "my-keys" / "a.yaml").unlink()
    (offering.root / "my-keys").rmdir()
    restore(file, tmp_path / "other", Wishes(), said.append)
    assert said == [
        f"The private keys are not in a backup, and {offering.root / 'my-keys'} is not here."
        " Put them there before you grade."
    ]


def test_what_is_changed_while_it_is_read_is_read_again(offering, submission, file, tmp_path, monkeypatch):
    """A notebook that is being written is there in half for a moment; a backup must not keep the half."""
    put, changes = backups._Shelf.put, iter([b"half", b"and whole"])

    def meddled(self, member, *rest):
        if member.endswith("responses.jsonl"):
            with (submission / "responses.jsonl").open("ab") as journal:
                journal.write(next(changes, b""))
        return put(self, member, *rest)

    monkeypatch.setattr(backups._Shelf, "put", meddled)
    made = backup(offering.root, file)
    assert made.manifest.unsettled == []
    restore(file, tmp_path / "again", Wishes())
    place = submission.relative_to(offering.root) / "responses.jsonl"
    assert (tmp_path / "again" / place).read_bytes() == b'{"v": 1}\nhalfand whole'


def test_what_never_comes_to_rest_is_named(offering, submission, file, tmp_path, monkeypatch):
    put = backups._Shelf.put

    def meddled(self, member, *rest):
        if member.endswith("timestamp.txt"):
            (submission / "timestamp.txt").write_text(member)
        return put(self, member, *rest)

    monkeypatch.setattr(backups._Shelf, "put", meddled)
    assert backup(offering.root, file).manifest.unsettled == [f"submitted/learner-03/{CASE}/timestamp.txt"]
    said: list[str] = []
    restore(file, tmp_path / "again", Wishes(), said.append)
    assert said == ["1 files were being changed during the backup: run eprof grade with --force."]


def test_what_goes_away_meanwhile_is_not_in_the_backup(offering, submission, file, tmp_path, monkeypatch):
    put = backups._Shelf.put

    def meddled(self, member, *rest):
        content = put(self, member, *rest)
        if member.endswith("mine.ipynb"):
            (submission / ".handed-in" / "mine.ipynb").unlink()
            (submission / ".handed-in").rmdir()
        return content

    monkeypatch.setattr(backups._Shelf, "put", meddled)
    made = backup(offering.root, file)
    assert (made.odd, made.manifest.unsettled) == ([], [])
    restore(file, tmp_path / "again", Wishes())
    assert lying(tmp_path / "again") == lying(offering.root)


def test_the_gradebook_is_of_one_moment_while_others_write(offering, file, tmp_path):
    """What is not committed is not in it, and a backup waits for nobody who only reads."""
    with closing(sqlite3.connect(offering.root / "gradebook.db")) as writer:
        writer.execute("INSERT INTO course VALUES ('half')")
        backup(offering.root, file)
        writer.rollback()
    restore(file, tmp_path / "again", Wishes())
    assert tables(tmp_path / "again" / "gradebook.db") == tables(offering.root / "gradebook.db")


def test_what_sqlite_keeps_beside_the_gradebook_is_in_the_backup(offering, file, tmp_path):
    """In its write-ahead mode the last marks are in a file of their own while a program has the gradebook open."""
    with closing(sqlite3.connect(offering.root / "gradebook.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO course VALUES ('written ahead')")
        writer.commit()
        assert (offering.root / "gradebook.db-wal").stat().st_size
        backup(offering.root, file)
    restore(file, tmp_path / "again", Wishes())
    assert ("written ahead",) in tables(tmp_path / "again" / "gradebook.db")["course"]
    assert not list((tmp_path / "again").glob("gradebook.db-*"))


def test_a_gradebook_that_stays_locked_is_said_plainly(offering, file, kept, monkeypatch):
    monkeypatch.setattr(gradebooks, "PATIENCE", 0.2)
    with closing(sqlite3.connect(offering.root / "gradebook.db")) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UserError, match="expected a gradebook that is free, found one in use"):
            backup(offering.root, file)
        writer.rollback()
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"not a database, but long enough to be taken for one" * 30, "file is not a database"),
        (b"", "without the tabl"),
    ],
)
def test_a_damaged_gradebook_makes_no_backup(offering, file, kept, content, found):
    (offering.root / "gradebook.db").write_bytes(content)
    with pytest.raises(UserError, match=found):
        backup(offering.root, file)
    (offering.root / "gradebook.db").unlink()
    with pytest.raises(UserError, match="found no file"):
        backup(offering.root, file)
    assert list(kept.iterdir()) == []
    assert not (offering.root / "gradebook.db").exists()


def test_a_gradebook_elsewhere_comes_back_into_the_offering(offering, file, tmp_path):
    """The copy must not work with the gradebook of the original."""
    place = tmp_path / "kept" / "marks.db"
    (offering.root / "gradebook.db").rename(place)
    (offering.root / "gradebook.db").write_text("an old one")
    (offering.root / "nbgrader_config.py").write_text(config_text("course", f"sqlite:///{place}"))
    backup(offering.root, file)
    again = tmp_path / "again"
    restore(file, again, Wishes())
    assert Offering.open(again).db_url == f"sqlite:///{again / 'gradebook.db'}"
    assert tables(again / "gradebook.db") == tables(place)
    assert (again / "nbgrader_config.py").read_text() == config_text("course", None)


def test_the_user_s_own_database_is_not_what_a_restored_offering_takes(offering, file, tmp_path, monkeypatch):
    settings = tmp_path / "jupyter"
    settings.mkdir()
    backup(offering.root, file)
    (settings / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.db_url = 'sqlite:////other.db'\n")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(settings))
    assert offering.db_url == "sqlite:////other.db"
    restore(file, tmp_path / "again", Wishes())
    assert Offering.open(tmp_path / "again").db_url == f"sqlite:///{tmp_path / 'again' / 'gradebook.db'}"


def test_an_address_of_another_database_is_written_into_the_configuration(offering, file, tmp_path):
    """Also an SQLite file is another database; servers are tried in `tests/nbgrader`."""
    backup(offering.root, file)
    address = f"sqlite:///{tmp_path / 'kept' / 'other.db'}"
    restore(file, tmp_path / "again", Wishes(db_url=address))
    again = Offering.open(tmp_path / "again")
    assert again.db_url == address
    assert tables(tmp_path / "kept" / "other.db") == tables(offering.root / "gradebook.db")
    assert not (again.root / "gradebook.db").exists()
    assert preflight.check(again) == []
    with pytest.raises(UserError, match="expected an empty database"):
        restore(file, tmp_path / "third", Wishes(db_url=address))
    assert not (tmp_path / "third").exists()


# ---- Where a backup may be written -----------------------------------------------------------------------------------


def test_a_file_that_is_there_is_replaced_only_by_force_and_only_if_it_is_a_file(offering, file, kept):
    backup(offering.root, file)
    before = file.read_bytes()
    result = CliRunner().invoke(cli.backup, [str(offering.root), str(file)])
    assert (result.exit_code, file.read_bytes()) == (1, before)
    assert "name another or add --force" in result.output
    assert CliRunner().invoke(cli.backup, [str(offering.root), str(file), "--force"]).exit_code == 0
    assert file.read_bytes() != before
    with pytest.raises(UserError, match="found something else of this name"):
        backup(offering.root, kept, force=True)


@pytest.mark.parametrize("inside", ["new.zip", "submitted/new.zip", "submitted/../new.zip"])
def test_a_place_inside_of_the_offering_is_refused(offering, inside):
    with pytest.raises(UserError, match="found a place inside of the offering"):
        backup(offering.root, offering.root / inside)
    assert not list(offering.root.rglob("*.zip"))


@posix
def test_a_link_is_refused_as_the_file_and_a_folder_link_into_the_offering_too(offering, kept):
    (kept / "link.zip").symlink_to(kept / "victim.zip")
    (kept / "way-in").symlink_to(offering.root)
    for force in (False, True):
        with pytest.raises(UserError, match="found a link"):
            backup(offering.root, kept / "link.zip", force=force)
    with pytest.raises(UserError, match="inside of the offering"):
        backup(offering.root, kept / "way-in" / "new.zip")
    assert sorted(path.name for path in kept.iterdir()) == ["link.zip", "way-in"]


def test_no_offering_and_no_folder_are_said_plainly(offering, kept, tmp_path):
    with pytest.raises(UserError, match="expected an offering"):
        backup(tmp_path / "kept", kept / "new.zip")
    with pytest.raises(UserError, match="found no folder"):
        backup(offering.root, kept / "no" / "new.zip")


def test_a_backup_that_fails_leaves_what_was_there(offering, file, kept, monkeypatch):
    backup(offering.root, file)
    before = file.read_bytes()
    monkeypatch.setattr(backups, "_write_manifest", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(UserError, match="No space left"):
        backup(offering.root, file, force=True)
    assert (file.read_bytes(), list(kept.iterdir())) == (before, [file])


def test_a_file_that_appears_meanwhile_is_not_replaced(offering, file, kept, monkeypatch):
    write = backups._write_manifest

    def meddled(*given):
        file.write_text("somebody else's")
        write(*given)

    monkeypatch.setattr(backups, "_write_manifest", meddled)
    with pytest.raises(UserError, match="add --force"):
        backup(offering.root, file)
    assert (file.read_text(), list(kept.iterdir())) == ("somebody else's", [file])


# ---- Hostile archives ------------------------------------------------------------------------------------------------


@pytest.fixture
def forge(offering, submission, file, kept):
    """Write a backup with another list, and with members that are not ours."""
    backup(offering.root, file)

    def forged(change=lambda listed: None, members=None, method=zipfile.ZIP_DEFLATED, edit_zip=lambda data: data):
        with zipfile.ZipFile(file) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()} | (members or {})
        listed = json.loads(contents.pop("manifest.json"))
        change(listed)
        path = kept / "forged.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in contents.items():
                if data is not None:
                    archive.writestr(name, data)
            archive.writestr("manifest.json", json.dumps(listed), zipfile.ZIP_DEFLATED)
        path.write_bytes(edit_zip(path.read_bytes()))
        return path

    return forged


def refused(forged: Path, tmp_path: Path, wishes: Wishes | None = None) -> str:
    """What restoring says; and nothing is there afterwards that was not there before."""
    before = {path for path in tmp_path.rglob("*") if path != forged}
    with pytest.raises(UserError) as caught:
        restore(forged, tmp_path / "again", wishes or Wishes())
    assert {path for path in tmp_path.rglob("*") if path != forged} == before
    return caught.value.message


def content_of(data: bytes, member: str) -> dict:
    return {"member": member, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def add(path: str, data: bytes = b"evil", **more):
    """A change of the list: one more file."""
    entry = {"path": path, "mtime": 0, "mode": 0o644, **content_of(data, "offering/evil"), **more}
    return lambda listed: listed["files"].append(entry)


def test_an_unchanged_forgery_is_taken(forge, tmp_path):
    restore(forge(add("fine"), {"offering/evil": b"evil"}), tmp_path / "again", Wishes())
    assert (tmp_path / "again" / "fine").read_bytes() == b"evil"


@pytest.mark.parametrize(
    "path",
    [
        "../evil",
        "/etc/evil",
        "submitted/../../evil",
        "submitted//evil",
        "./evil",
        "",
        "..",
        "%2e%2e/evil",
        "submitted%2Fevil",
        "evil%00",
        "evil\\%5C",
        "gradebook.db",
        "GradeBook.db-wal",
        "gradebook.db/evil",
        "a/" * 1500 + "evil",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(forge, tmp_path, path):
    message = refused(forge(add(path), {"offering/evil": b"evil"}), tmp_path)
    assert "expected a backup as `eprof backup` writes it" in message


@pytest.mark.parametrize("path", ["../evil", "%2e%2e", "/evil", "gradebook.db"])
def test_a_folder_that_lies_elsewhere_is_refused(forge, tmp_path, path):
    refused(forge(lambda listed: listed["folders"].append({"path": path, "mode": 0o755})), tmp_path)


def test_two_files_of_one_name_are_refused(forge, tmp_path):
    assert "two files of one name" in refused(forge(add("roster.csv"), {"offering/evil": b"evil"}), tmp_path)


def test_a_file_where_a_folder_is_is_refused(forge, tmp_path):
    for path in ("submitted", "roster.csv/evil"):
        refused(forge(add(path), {"offering/evil": b"evil"}), tmp_path)


def test_another_content_is_refused(forge, tmp_path):
    members = {f"offering/submitted/learner-03/{CASE}/responses.jsonl": b'{"v": 2}\n'}
    assert "another content of" in refused(forge(members=members), tmp_path)


def test_lying_sizes_are_refused(forge, tmp_path):
    def smaller(listed):
        listed["files"][0]["size"] -= 1

    assert "where its list says" in refused(forge(smaller), tmp_path)
    # the zip's own headers lie with the list: more bytes come than both say, and the zip reader stops at its check sum
    data = b"\0" * 5_000_000
    short = forge(add("bomb", size=10), {"offering/evil": data}, edit_zip=lambda raw: _resized(raw, data, 10))
    assert "expected a backup" in refused(short, tmp_path)


def _resized(raw: bytes, data: bytes, size: int) -> bytes:
    """Let the headers of a zip file say another size."""
    old, new = len(data).to_bytes(4, "little"), size.to_bytes(4, "little")
    assert raw.count(old) == 2
    return raw.replace(old, new)


def test_more_than_any_archive_can_hold_is_refused_before_a_byte_is_written(forge, tmp_path):
    size = 2**32 - 2
    lie = forge(add("bomb", size=size), {"offering/evil": b"12345"}, edit_zip=lambda raw: _retold(raw, size))
    assert "4,297," in refused(lie, tmp_path)


def _retold(raw: bytes, size: int) -> bytes:
    at = raw.rindex(b"offering/evil") - 46 + 24  # the size in the zip's central list
    assert int.from_bytes(raw[at : at + 4], "little") == 5
    return raw[:at] + size.to_bytes(4, "little") + raw[at + 4 :]


def test_a_bomb_is_refused_unless_it_is_one_s_own(forge, tmp_path, monkeypatch):
    data = b"\0" * 60_000_000
    monkeypatch.setattr(restores, "LARGE", 50_000_000)
    bomb = forge(add("bomb", data), {"offering/evil": data})
    assert "if it is your own, add --large" in refused(bomb, tmp_path)
    restore(bomb, tmp_path / "again", Wishes(large=True))
    assert (tmp_path / "again" / "bomb").stat().st_size == len(data)


def test_more_than_the_disk_holds_is_refused(forge, tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(restores.shutil, "disk_usage", lambda _: usage)
    assert "expected room for" in refused(forge(), tmp_path)


def test_packings_that_no_backup_has_are_refused(forge, tmp_path):
    assert "packed in a way" in refused(forge(method=zipfile.ZIP_BZIP2), tmp_path)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda listed: listed.update(kind="backup of something else"), "Input should be"),
        (lambda listed: listed.pop("files"), "Field required"),
        (lambda listed: listed.update(extra=1), "Extra inputs"),
        (lambda listed: listed["files"][0].update(mode=0o4755), "less than or equal"),
        (lambda listed: listed["files"][0].update(size="12"), "valid integer"),
        (lambda listed: listed["files"][0].update(member="offering/none"), "offering/none"),
        (lambda listed: listed.update(format=99), f"install version {OURS} of both distributions, or a newer one"),
        (lambda listed: listed.update(layout=2), f"by version {OURS}"),
        (lambda listed: listed.update(made_with="7.0.0"), "install version 7.0.0 of both"),
        (lambda listed: listed.update(revision="282d30a0218e"), "a gradebook of another revision"),
    ],
)
def test_a_foreign_list_is_refused(forge, tmp_path, change, found):
    assert found in refused(forge(change), tmp_path)


def test_the_list_of_another_backup_is_refused(forge, offering, submission, file, tmp_path):
    (submission / "responses.jsonl").write_bytes(b'{"v": 3}\n')
    backup(offering.root, tmp_path / "kept" / "other.zip")
    with zipfile.ZipFile(tmp_path / "kept" / "other.zip") as other:
        listed = json.loads(other.read("manifest.json"))
    foreign = forge(lambda own: (own.clear(), own.update(listed)))
    assert "another content of" in refused(foreign, tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no zip at all", b"PK\x03\x04" * 100])
def test_what_is_no_archive_is_refused(kept, tmp_path, data):
    (kept / "a.zip").write_bytes(data)
    refused(kept / "a.zip", tmp_path)


def test_a_torn_archive_is_refused_wherever_it_is_torn(forge, tmp_path):
    whole = forge().read_bytes()
    for end in range(1000, len(whole), len(whole) // 7):
        (tmp_path / "kept" / "forged.zip").write_bytes(whole[:end])
        refused(tmp_path / "kept" / "forged.zip", tmp_path)


def test_a_damaged_archive_is_refused_wherever_it_is_damaged(forge, tmp_path):
    """Or else what comes out of it is what went in."""
    whole = bytearray(forge().read_bytes())
    restore(forge(), tmp_path / "sound", Wishes())
    sound = lying(tmp_path / "sound")
    for at in range(100, len(whole), len(whole) // 12):
        (tmp_path / "kept" / "forged.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            restore(tmp_path / "kept" / "forged.zip", tmp_path / f"again-{at}", Wishes())
        except UserError:
            assert not (tmp_path / f"again-{at}").exists()
        else:
            assert lying(tmp_path / f"again-{at}") == sound


def database_of(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in ("CREATE TABLE student (id)", *statements):
            connection.execute(statement)
        connection.commit()
        return connection.serialize()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"no database" * 100, "file is not a database"),
        (b"", "without the tables of a gradebook"),
        (database_of("CREATE TRIGGER t AFTER INSERT ON student BEGIN DELETE FROM student; END"), "more than tables"),
        (database_of("CREATE VIEW grade AS SELECT 1"), "more than tables"),
        (database_of("CREATE VIRTUAL TABLE x USING fts5(a)"), "more than tables"),
        (database_of(), "a gradebook of another revision"),
    ],
)
def test_a_foreign_database_is_refused(forge, tmp_path, data, found):
    def change(listed):
        listed["gradebook"] = content_of(data, "gradebook.db")

    assert found in refused(forge(change, {"gradebook.db": data}), tmp_path)


def test_a_configuration_that_holds_code_is_restored_unread_and_named(forge, tmp_path):
    code = f"open({str(tmp_path / 'kept' / 'canary')!r}, 'w')\n".encode()

    def change(listed):
        for entry in listed["files"]:
            if entry["path"] == "nbgrader_config.py":
                entry.update(content_of(code, entry["member"]))
        add("jupyter_config.json", b"{}")(listed)

    members = {"offering/nbgrader_config.py": code, "offering/evil": b"{}"}
    said: list[str] = []
    restore(forge(change, members), tmp_path / "again", Wishes(), said.append)
    assert not (tmp_path / "kept" / "canary").exists()
    assert (tmp_path / "again" / "nbgrader_config.py").read_bytes() == code
    names = "nbgrader_config.py, jupyter_config.json"
    assert said == [f"{names}: not as `eprof init` writes them. This is code that grading runs: read them first."]


def test_what_init_wrote_needs_no_reading(offering, file, tmp_path):
    said: list[str] = []
    backup(offering.root, file)
    restore(file, tmp_path / "again", Wishes(), said.append)
    assert said == []


# ---- Where an offering is restored to --------------------------------------------------------------------------------


def test_only_a_new_or_empty_folder_is_filled(forge, tmp_path):
    for name in ("used", "file", "no/folder"):
        (tmp_path / "used").mkdir(exist_ok=True)
        (tmp_path / "used" / "mine.txt").write_text("mine")
        (tmp_path / "file").write_text("mine")
        with pytest.raises(UserError, match="expected a new or empty folder"):
            restore(forge(), tmp_path / name, Wishes())
    assert (tmp_path / "used" / "mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    restore(forge(), tmp_path / "empty", Wishes())
    assert Offering.open(tmp_path / "empty").settings.title == "Autumn"


@posix
def test_a_link_to_an_empty_folder_is_not_filled(forge, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    with pytest.raises(UserError, match="found a link or a file"):
        restore(forge(), tmp_path / "link", Wishes())


def test_the_command_says_what_it_did_and_where_the_keys_are(offering, file, tmp_path):
    backup(offering.root, file)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    result = CliRunner().invoke(cli.restore, [str(file), str(tmp_path / "again"), "--keys", str(keys)])
    assert result.exit_code == 0, result.output
    assert "is as it was on 20" in result.output
    assert Offering.open(tmp_path / "again").settings.keys == keys
    assert "# true: feedback on an assessment item" in (tmp_path / "again" / "offering.toml").read_text()


# ---- The stamp -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("format = 1", "format = 99"),
        (f'made_with = "{OURS}"', 'made_with = "99.0.0"'),
        ("format = 1", "format = 99\nnew = 1"),
    ],
)
def test_a_newer_offering_says_what_to_install(offering, file, before, after):
    path = offering.root / "offering.toml"
    path.write_text(path.read_text().replace(before, after))
    for what in (Offering.open, upgrade, lambda root: backup(root, file)):
        with pytest.raises(UserError, match=r"install version \d+\.\d+\.0 of both distributions, or a newer one"):
            what(offering.root)


@pytest.mark.parametrize("made_with", [OURS, f"{OURS}rc1", f"{OURS}.dev3+abc", "0.0.9"])
def test_an_offering_of_this_version_or_an_older_one_is_opened(offering, made_with):
    edits.set_settings(offering.root, made_with=made_with)
    assert Offering.open(offering.root).settings.made_with == made_with


def test_there_is_a_step_from_every_format():
    assert set(upgrades.STEPS) == set(range(1, offerings.FORMAT))


SETTINGS = """# one run
format = 1 # never change this
made_with='0.1.0'   # nor this
title = "made_with = 3"

# the mark
pass_mark = 70
"""


def test_settings_are_changed_line_by_line(tmp_path):
    path = tmp_path / "offering.toml"
    path.write_text(SETTINGS)
    edits.set_settings(tmp_path, format=2, made_with="1.0", keys='/a "b"\\c')
    expected = SETTINGS.replace("format = 1 # never change this", "format = 2")
    expected = expected.replace("made_with='0.1.0'   # nor this", 'made_with = "1.0"')
    assert path.read_text() == expected + '\nkeys = "/a \\"b\\"\\\\c"\n'


def test_settings_that_cannot_be_changed_by_lines_are_left_alone(tmp_path):
    text = 'title = """\nformat = 1\n"""\nformat = 1\nmade_with = "0.1.0"\n'
    (tmp_path / "offering.toml").write_text(text)
    with pytest.raises(UserError, match="set yourself: format = 2"):
        edits.set_settings(tmp_path, format=2)
    assert (tmp_path / "offering.toml").read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        config_text("c", None),
        config_text("c", "postgresql://old:secret@host/db"),
        "c = get_config()\nc.CourseDirectory.db_url = (\n  'sqlite:///a'\n  'b'\n)\nx = 1\n",
        "c = get_config()\nif True:\n    c.CourseDirectory.db_url = 'sqlite:////a'\n",
    ],
)
def test_the_configuration_names_one_database_alone(tmp_path, text):
    path = tmp_path / "nbgrader_config.py"
    for address in ("sqlite:////there.db", None):
        path.write_text(text)
        edits.set_database(tmp_path, address, spell_out=False)
        assert offerings.gradebook_url(tmp_path) == address or address is None
        assert offerings.gradebook_url(tmp_path) == address or f"sqlite:///{tmp_path}/gradebook.db"
        assert "secret" not in path.read_text()


# ---- Upgrades --------------------------------------------------------------------------------------------------------


def with_formats(monkeypatch, *steps) -> None:
    """As many later formats as there are steps."""
    monkeypatch.setattr(offerings, "FORMAT", 1 + len(steps))
    monkeypatch.setattr(upgrades, "STEPS", dict(enumerate(steps, start=1)))


def note(line: str):
    """A step that writes a line into a file."""

    def step(root: Path) -> None:
        path = root / "notes.txt"
        before = path.read_text() if path.is_file() else ""
        files.put(path, before if line in before else f"{before}{line}\n")

    return step


def test_there_is_nothing_to_do_today(offering, tmp_path):
    before = lying(offering.root), (offering.root / "gradebook.db").read_bytes()
    result = CliRunner().invoke(cli.upgrade, [str(offering.root)])
    assert (result.exit_code, result.output.count("nothing to do")) == (0, 1)
    assert (lying(offering.root), (offering.root / "gradebook.db").read_bytes()) == before
    assert not list(tmp_path.glob("*.zip"))


def test_an_older_offering_is_brought_up_step_by_step_from_a_backup(offering, tmp_path, monkeypatch):
    edits.set_settings(offering.root, made_with="0.0.1")
    before = lying(offering.root)
    with_formats(monkeypatch, note("two"), note("three"))
    with pytest.raises(UserError, match=f"run `eprof upgrade {offering.root}`"):
        Offering.open(offering.root)
    result = CliRunner().invoke(cli.upgrade, [str(offering.root)])
    assert result.exit_code == 0, result.output
    (saved,) = tmp_path.glob("course-before-upgrade-*.zip")
    assert str(saved) in result.output
    opened = Offering.open(offering.root).settings
    assert (opened.format, opened.made_with) == (3, OURS)
    assert (offering.root / "notes.txt").read_text() == "two\nthree\n"
    assert "# Percent of the points" in (offering.root / "offering.toml").read_text()
    assert not (offering.root / upgrades.BEGUN).exists()
    result = CliRunner().invoke(cli.restore, [str(saved), str(tmp_path / "before")])
    assert "run eprof upgrade" in result.output
    assert lying(tmp_path / "before") == before


def test_an_offering_in_the_midst_of_the_formats_takes_only_the_rest(offering, monkeypatch):
    with_formats(monkeypatch, note("two"), note("three"))
    edits.set_settings(offering.root, format=2)
    upgrade(offering.root)
    assert (offering.root / "notes.txt").read_text() == "three\n"


def test_a_step_that_fails_is_named_with_the_way_back_and_the_next_try_finishes(offering, tmp_path, monkeypatch):
    before = lying(offering.root)

    def fail(root: Path) -> None:
        note("half")(root)
        raise RuntimeError("no such luck")

    with_formats(monkeypatch, note("two"), fail)
    result = CliRunner().invoke(cli.upgrade, [str(offering.root)])
    (saved,) = tmp_path.glob("*.zip")
    assert result.exit_code == 1
    assert "no such luck" in result.output
    assert f"`eprof restore {saved} NEW-FOLDER`" in result.output
    restore(saved, tmp_path / "before", Wishes())
    assert lying(tmp_path / "before") == before
    with_formats(monkeypatch, note("never"), note("three"))
    assert upgrade(offering.root) == saved, "the backup from before everything stays the one"
    assert (offering.root / "notes.txt").read_text() == "two\nhalf\nthree\n"
    assert Offering.open(offering.root).settings.format == 3
    assert list(tmp_path.glob("*.zip")) == [saved]


class KilledError(BaseException):
    """Nothing catches this."""


@pytest.fixture
def killing(monkeypatch):
    """Upgrade, and be killed at a write of a file; whether there was such a write."""
    put = files.put

    def killed(root: Path, number: int, after: bool) -> bool:
        left = [number]

        def meddled(path, content):
            left[0] -= 1
            if left[0] == 0 and not after:
                raise KilledError
            put(path, content)
            if left[0] == 0:
                raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr(files, "put", meddled)
            try:
                upgrade(root)
            except KilledError:
                return True
        return False

    return killed


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_an_upgrade_that_is_killed_at_any_write_is_finished_by_the_next(
    offering, tmp_path, monkeypatch, killing, number, after
):
    """There are five: the note of the backup, and for each step its file and the stamp."""
    before = lying(offering.root)
    with_formats(monkeypatch, note("two"), note("three"))
    assert killing(offering.root, number, after)
    upgrade(offering.root)
    assert Offering.open(offering.root).settings.format == 3
    assert (offering.root / "notes.txt").read_text() == "two\nthree\n"
    assert not (offering.root / upgrades.BEGUN).exists()
    for saved in tmp_path.glob("*.zip"):
        restore(saved, tmp_path / saved.stem, Wishes())
        assert lying(tmp_path / saved.stem) == before


def test_an_upgrade_writes_no_more_than_that(offering, monkeypatch, killing):
    with_formats(monkeypatch, note("two"), note("three"))
    assert not killing(offering.root, 6, after=False)


def test_the_backup_of_another_upgrade_is_not_taken_for_this_one_s(offering, tmp_path, monkeypatch):
    with_formats(monkeypatch, note("two"))
    saved = upgrade(offering.root)
    files.put(offering.root / upgrades.BEGUN, json.dumps({"aim": [2, gradebooks.head()], "backup": str(saved)}))
    with_formats(monkeypatch, note("two"), note("three"))
    monkeypatch.setattr(upgrades, "backup", lambda root, path: backup(root, tmp_path / "kept" / path.name))
    assert upgrade(offering.root).parent == tmp_path / "kept"


# ---- The gradebook of an older nbgrader ------------------------------------------------------------------------------


def aged(database: Path) -> None:
    """Make a gradebook as nbgrader 0.6 had it: no courses, no learner's id in an LMS."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            """
            CREATE TABLE older (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL, duedate DATETIME,
                                PRIMARY KEY (id), UNIQUE (name));
            INSERT INTO older SELECT id, name, duedate FROM assignment;
            DROP TABLE assignment;
            ALTER TABLE older RENAME TO assignment;
            DROP TABLE course;
            ALTER TABLE student DROP COLUMN lms_user_id;
            UPDATE alembic_version SET version_num = '167914646830';
            """
        )


def columns(database: Path) -> dict[str, set[str]]:
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} for name in names}


def test_the_gradebook_of_an_older_nbgrader_is_renewed_and_keeps_its_rows(offering, tmp_path):
    database = offering.root / "gradebook.db"
    wanted, before = columns(database), tables(database)
    aged(database)
    (finding,) = preflight.check(Offering.open(offering.root))
    assert finding.remedy == f"run `eprof upgrade {offering.root}`"
    saved = upgrade(offering.root)
    assert columns(database) == wanted
    for name, rows in tables(database).items():
        new = 1 if name in ("student", "assignment") else 0
        kept = [[row[: len(row) - new] for row in these] for these in (rows, before[name])]
        assert name == "course" or kept[0] == kept[1], name
    assert preflight.check(Offering.open(offering.root)) == []
    with offering.gradebook() as gradebook:
        assert len(gradebook.students) == 10
        assert gradebook.find_assignment(CASE).duedate is not None
    assert upgrade(offering.root) is None
    restore(saved, tmp_path / "before", Wishes())
    assert "lms_user_id" not in columns(tmp_path / "before" / "gradebook.db")["student"]
    upgrade(tmp_path / "before")
    after = [tables(path) for path in (tmp_path / "before" / "gradebook.db", database)]
    assert after[0] | {"course": None} == after[1] | {"course": None}


def test_a_schema_step_that_fails_changes_nothing(offering):
    database = offering.root / "gradebook.db"
    aged(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE student ADD COLUMN lms_user_id VARCHAR(128)")  # the first step would add it
        connection.commit()
    before = tables(database)
    with pytest.raises(UserError, match="duplicate column name: lms_user_id"):
        upgrade(offering.root)
    assert tables(database) == before


def test_what_somebody_marks_meanwhile_is_not_overwritten(offering, monkeypatch):
    database = offering.root / "gradebook.db"
    aged(database)
    run = gradebooks._alembic

    def meddled(*given):
        run(*given)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("UPDATE student SET first_name = 'Meanwhile'")
            connection.commit()

    monkeypatch.setattr(gradebooks, "_alembic", meddled)
    with pytest.raises(UserError, match="expected nobody to grade meanwhile"):
        upgrade(offering.root)
    assert {row[1] for row in tables(database)["student"]} == {"Meanwhile"}
    monkeypatch.undo()
    upgrade(offering.root)
    assert {row[1] for row in tables(database)["student"]} == {"Meanwhile"}


def test_rows_that_an_upgrade_would_lose_stop_it(offering, monkeypatch):
    database = offering.root / "gradebook.db"
    aged(database)
    run = gradebooks._alembic

    def meddled(url, where):
        run(url, where)
        with closing(sqlite3.connect(str(url.database))) as connection:
            connection.execute("DELETE FROM student WHERE id = 'learner-03'")
            connection.commit()

    monkeypatch.setattr(gradebooks, "_alembic", meddled)
    with pytest.raises(UserError, match="student: 10 rows, then 9"):
        upgrade(offering.root)
    assert len(tables(database)["student"]) == 10


def test_the_gradebook_of_a_newer_nbgrader_is_not_touched(offering, file):
    with closing(sqlite3.connect(offering.root / "gradebook.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'abcdef012345'")
        connection.commit()
    for what in (upgrade, lambda root: backup(root, file)):
        with pytest.raises(UserError, match="found revision abcdef012345; install that nbgrader, or a newer one"):
            what(offering.root)
    (finding,) = preflight.check(Offering.open(offering.root))
    assert "abcdef012345" in finding.found


def test_an_archive_s_limits_are_those_of_paths():
    with pytest.raises(ValueError, match="too long"):
        archives.decode("a" * (archives.PATH_LIMIT + 1))
    assert archives.decode(archives.encode("submitted/ä/%2e")) == "submitted/ä/%2e"
