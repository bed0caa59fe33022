"""What can be wrong with the folder: what is no regular file is not opened, and nothing outside is read or shown."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

from . import CASE, FORM, NO_SUCH_ID, OUTSIDE, Submission, commit, entry, named

BY_ROOT = not os.geteuid() if hasattr(os, "geteuid") else False  # whom no permission keeps from reading
CLOSED = "" if BY_ROOT else "cannot"


# ---- Links -----------------------------------------------------------------------------------------------------------


@entry("a link")
def link_to_a_file(submission: Submission) -> None:
    """A link leads to a file that is none of the learner's business."""
    (submission.folder / "key.txt").symlink_to(submission.outside / "key.txt")


@entry("a link")
def link_to_a_folder(submission: Submission) -> None:
    """A link leads to a folder that is none of the learner's business."""
    (submission.folder / "data").symlink_to(submission.outside)


@entry("a link")
def links_relative_and_to_the_root(submission: Submission) -> None:
    """Links lead up to the offering, and to the machine's own files."""
    for name, target in (("up", "../../.."), ("book", "../../../gradebook.db"), ("root", "/"), ("pw", "/etc/passwd")):
        (submission.folder / name).symlink_to(target)


@entry("a link")
def links_that_dangle(submission: Submission) -> None:
    """Links lead nowhere."""
    (submission.folder / "nowhere").symlink_to("no-such-file")
    (submission.folder / "nowhere.ipynb").symlink_to("/no/such/file.ipynb")


@entry("a link")
def links_in_a_loop(submission: Submission) -> None:
    """Links lead to one another, to themselves, and to the folder they lie in."""
    for name, target in (("a", "b"), ("b", "a"), ("self", "self"), ("here", "."), ("x.ipynb", "x.ipynb")):
        (submission.folder / name).symlink_to(target)


@entry("a link")
def links_deeper_down(submission: Submission) -> None:
    """Links lie in a folder of the submission, and where the drawings were."""
    deeper = submission.folder / "notes" / "more"
    deeper.mkdir(parents=True)
    (deeper / "key.txt").symlink_to(submission.outside / "key.txt")
    (submission.folder / "up").symlink_to(submission.outside / "folder")
    shutil.rmtree(submission.folder / "art", ignore_errors=True)
    (submission.folder / "art").symlink_to(submission.outside / "folder")


@entry("in place of the notebook: a link")
def notebook_is_a_link(submission: Submission) -> None:
    """In place of the notebook a link leads to one outside."""
    submission.notebook.unlink()
    submission.notebook.symlink_to(submission.outside / "notebook.ipynb")


@entry("in place of the notebook: a link")
def notebook_is_a_dangling_link(submission: Submission) -> None:
    """In place of the notebook a link leads nowhere."""
    submission.notebook.unlink()
    submission.notebook.symlink_to("nowhere")


@entry("a link", "zero")
def journal_is_a_link(submission: Submission) -> None:
    """In place of the journal a link leads to a file outside."""
    submission.journal.unlink()
    submission.journal.symlink_to(submission.outside / "responses.jsonl")


@entry("a link", "zero")
def journal_is_a_link_to_a_fellows(submission: Submission) -> None:
    """In place of the journal a link leads to that of another learner, whose answers are right."""
    submission.journal.unlink()
    submission.journal.symlink_to(os.path.relpath(submission.fellow / "responses.jsonl", submission.folder))


@entry("a link", "zero", assignment=FORM)
def journal_is_a_link_in_a_test(submission: Submission) -> None:
    """In place of the journal of the test a link leads to a file outside."""
    journal_is_a_link(submission)


@entry("a link", "zero")
def journal_is_a_loop(submission: Submission) -> None:
    """In place of the journal a link leads to itself."""
    submission.journal.unlink()
    submission.journal.symlink_to("responses.jsonl")


@entry("timestamp.txt")
def time_is_a_link(submission: Submission) -> None:
    """In place of the time a link leads to a file outside."""
    _instead(submission.folder / "timestamp.txt").symlink_to(submission.outside / "key.txt")


@entry("items.json")
def questions_are_a_link(submission: Submission) -> None:
    """In place of the questions a link leads to a file outside."""
    _instead(submission.folder / "items.json").symlink_to(submission.outside / "key.txt")


@entry("submission_secret.txt")
def secret_is_a_link(submission: Submission) -> None:
    """In place of what nbgrader's exchange gives feedback back by, a link leads outside."""
    _instead(submission.folder / "submission_secret.txt").symlink_to(submission.outside / "key.txt")


@entry("a link")
def our_own_place_is_a_link(submission: Submission) -> None:
    """Where we would put what is set aside, a link leads outside."""
    (submission.folder / ".handed-in").symlink_to(submission.outside / "folder")
    (submission.folder / "key.txt").symlink_to(submission.outside / "key.txt")


@entry("a link", "ungraded")
def the_whole_folder_is_a_link(submission: Submission) -> None:
    """The submission itself is a link to a folder outside that would pass for one."""
    shutil.rmtree(submission.folder)
    submission.folder.symlink_to(submission.outside / submission.assignment)


@entry("a link", "ungraded")
def the_learners_folder_is_a_link(submission: Submission) -> None:
    """The learner's folder is a link to one outside."""
    shutil.rmtree(submission.folder.parent)
    submission.folder.parent.symlink_to(submission.outside)


@entry("key.txt")
def hard_link(submission: Submission) -> None:
    """A second name of a file outside: nobody can tell it from a file of the learner's, and it is not opened."""
    (submission.folder / "key.txt").hardlink_to(submission.outside / "hard" / "key.txt")


@entry("cannot be used", "zero")
def journal_is_a_hard_link(submission: Submission) -> None:
    """The journal is a second name of a file outside: it has no answers, and nothing of it is shown."""
    submission.journal.unlink()
    submission.journal.hardlink_to(submission.outside / "hard" / "journal.txt")


# ---- Pipes, sockets, folders -----------------------------------------------------------------------------------------


def _instead(path: Path) -> Path:
    """The path, with nothing there any more."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    return path


def _make(path: Path, what: str) -> None:
    if what == "pipe":
        os.mkfifo(path)
    elif what == "socket":
        os.mknod(path, stat.S_IFSOCK | 0o600)
    else:
        path.mkdir()
        (path / "inside.txt").write_text("x")
        (path / "responses.jsonl").write_bytes(commit("fr-1-request", "a"))


_PLACES = {
    "notebook": ("in place of the notebook", "full"),
    "journal": ("not a regular file", "zero"),
    "time": ("timestamp.txt", "full"),
    "questions": ("items.json", "full"),
    "extra": ("beside the answers", "full"),
}


def _a(what: str, place: str) -> None:
    def spoil(submission: Submission) -> None:
        where = {
            "notebook": submission.notebook,
            "journal": submission.journal,
            "time": submission.folder / "timestamp.txt",
            "questions": submission.folder / "items.json",
            "extra": submission.folder / "extra",
        }
        _make(_instead(where[place]), what)

    incident, outcome = _PLACES[place]
    doc = (
        f"There is a {what} in place of the {place}." if place != "extra" else f"There is a {what} beside the answers."
    )
    entry(incident, outcome)(named(spoil, f"{what}_for_{place}", doc))


for _what in ("pipe", "socket", "folder"):
    for _place in _PLACES:
        _a(_what, _place)


# ---- Names -----------------------------------------------------------------------------------------------------------

_NAMES = {
    "dots": ("..hidden", "a..b", "...", "..\\..\\gradebook.db", ". .", "..%2f..%2fkey"),
    "spaces": (" ", "  two  ", "ends with space ", "\ttab", "-rf", "--force", "~", "$HOME", "`id`", "a;b"),
    "brackets": ("we[i]rd", "{a}", "{0}", "%s%n", "*", "?", "[", "x[!a].ipynb", "(copy)", "notes[1].jsonl"),
    "emoji": ("🩺🧑🏽‍⚕️.txt", "é", "e\u0301", "名前.ipynb", "\u202egpj.exe", "\ufeffbom"),
    "line_breaks": ("two\nlines", "a\rb", "\x1b[2Jclear", "bell\x07", "\x7f", "x\u2028y"),
    "255_bytes": ("k" * 255, "ü" * 127, "🩺" * 63, "n" * 249 + ".ipynb"),
    "markup": ("<script>alert(1)<", "&lt;b&gt;", '"quoted"', "'; DROP TABLE grade; --", "=1+1", "@SUM(1)"),
}


def _with_names(kind: str) -> None:
    def spoil(submission: Submission) -> None:
        for name in _NAMES[kind]:
            (submission.folder / name).write_text("x")
        folder = submission.folder / f"{_NAMES[kind][0][:100]}folder"
        folder.mkdir()
        (folder / _NAMES[kind][0]).write_text("x")

    entry("beside the answers")(named(spoil, f"names_with_{kind}", f"Files have names with {kind.replace('_', ' ')}."))


for _names in _NAMES:
    _with_names(_names)


@entry("beside the answers")
def names_that_are_no_text(submission: Submission) -> None:
    """Names have bytes that are no UTF-8."""
    for name in (b"\xff\xfe", b"caf\xe9.txt", b"\xed\xa0\x80.ipynb"):
        Path(os.fsdecode(os.path.join(os.fsencode(submission.folder), name))).write_text("x")  # noqa: PTH118


@entry("beside the answers")
def names_like_ours(submission: Submission) -> None:
    """Files and folders are called as our own are."""
    for name in ("offering.toml", "roster.csv", "gradebook.db", "forms.csv", "stamp.json", "feedback.html"):
        (submission.folder / name).write_text("format = 99")
    for name in (".eprof", ".incoming~", "submitted", "release", CASE):
        (submission.folder / name).mkdir()
        (submission.folder / name / "responses.jsonl").write_bytes(commit("fr-1-request", "a"))


@entry("beside the answers")
def our_own_place_is_taken(submission: Submission) -> None:
    """The learner has a folder where we would put what is set aside, with a mark of ours in it, forged."""
    for name in (".handed-in", ".handed-in-01-friend-requests"):
        (submission.folder / name).mkdir()
        (submission.folder / name / "put-away-not").write_text("x")
    (submission.folder / "more.txt").write_text("x")


@entry("beside the answers")
def a_forged_mark_of_having_been_put_away(submission: Submission) -> None:
    """The learner forges the mark by which we remember that a submission could not be made safe."""
    store = submission.folder / ".handed-in"
    store.mkdir()
    (store / "put-away").touch()


# ---- Depth, number, permissions, times -------------------------------------------------------------------------------


def _dig(folder: Path, name: str, levels: int) -> None:
    """Folders in one another, deeper than a path can be written down."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)  # a Path knows no dir_fd
        deeper = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    file = os.open("responses.jsonl", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=here)
    os.write(file, commit("fr-1-request", "a"))
    os.close(file)
    os.close(here)


@entry("beside the answers")
def five_hundred_folders_deep(submission: Submission) -> None:
    """Five hundred folders lie in one another."""
    _dig(submission.folder, "d", 500)


@entry("beside the answers")
def deeper_than_a_path_can_say(submission: Submission) -> None:
    """Forty folders with names of 255 bytes lie in one another."""
    _dig(submission.folder, "d" * 255, 40)


@entry("beside the answers")
def two_thousand_files(submission: Submission) -> None:
    """There are two thousand more files."""
    for number in range(2000):
        (submission.folder / f"{number}.txt").write_bytes(b"")


@entry("beside the answers")
def a_large_file(submission: Submission) -> None:
    """Beside the answers lies a file of three thousand million bytes, nearly all of them holes."""
    with (submission.folder / "film.mp4").open("wb") as file:
        file.truncate(3_000_000_000)


@entry("" if BY_ROOT else "cannot", "full" if BY_ROOT else "zero")
def closed_journal(submission: Submission) -> None:
    """The journal is closed to everybody."""
    submission.journal.chmod(0)


@entry("" if BY_ROOT else "in place of the notebook")
def closed_notebook(submission: Submission) -> None:
    """The notebook is closed to everybody."""
    submission.notebook.chmod(0)


@entry("beside the answers")
def closed_folders(submission: Submission) -> None:
    """Folders beside the answers are closed, and so is what lies in them."""
    for name, mode in (("closed", 0), ("read-only", 0o400), ("enter-only", 0o100)):
        folder = submission.folder / name
        folder.mkdir()
        (folder / "x").write_text("x")
        folder.chmod(mode)


@entry("")
def a_folder_that_cannot_be_written_to(submission: Submission) -> None:
    """The submission is read-only, as a burnt disk leaves it."""
    for path in submission.folder.iterdir():
        if path.is_file():
            path.chmod(0o400)
    submission.folder.chmod(0o500)


@entry("")
def everybody_may_do_everything(submission: Submission) -> None:
    """The files can be changed and run by everybody, as from a USB stick."""
    for path in submission.folder.rglob("*"):
        path.chmod(0o777)


@entry("timestamp.txt")
def time_is_nonsense(submission: Submission) -> None:
    """The time is text that no calendar has."""
    (submission.folder / "timestamp.txt").write_text("whenever I like")


@entry("timestamp.txt")
def time_is_beyond_all_calendars(submission: Submission) -> None:
    """The time lies outside of what a calendar can say."""
    (submission.folder / "timestamp.txt").write_text("9999-12-31 23:59:59.999999 -1400")


@entry("timestamp.txt")
def time_is_long(submission: Submission) -> None:
    """The time is a million bytes long."""
    (submission.folder / "timestamp.txt").write_bytes(b"2026-01-05 09:00:00 UTC" + b" " * 1_000_000)


@entry("")
def no_time(submission: Submission) -> None:
    """There is no time, as in a folder that came by mail; the journal has one."""
    (submission.folder / "timestamp.txt").unlink()


@entry("timestamp.txt")
def no_time_anywhere(submission: Submission) -> None:
    """The time is empty, and the files are of years that no calendar has, or of 1901."""
    (submission.folder / "timestamp.txt").write_bytes(b"")
    for path, seconds in ((submission.journal, 10**11), (submission.notebook, -(2**31))):
        try:
            os.utime(path, (seconds, seconds))
        except OSError:  # a disk that cannot hold it
            os.utime(path, (2**33, 2**33))


@entry("submission_secret.txt")
def forged_secret(submission: Submission) -> None:
    """What nbgrader's exchange gives feedback back by was made into a path."""
    (submission.folder / "submission_secret.txt").write_text("../../../../feedback")


# ---- Whose it is -----------------------------------------------------------------------------------------------------


def _also_as(submission: Submission, learner: str) -> None:
    """A copy of the honest submission in the folder of somebody else."""
    folder = submission.folder.parent.with_name(learner)
    shutil.copytree(submission.folder, folder / submission.assignment, symlinks=True)
    submission.strangers.append(learner)


@entry("")
def not_on_the_roster(submission: Submission) -> None:
    """Somebody who is on no roster hands in the same."""
    _also_as(submission, "nobody-knows-me")


@entry("", beyond={"nbgrader": NO_SUCH_ID, "formgrader": NO_SUCH_ID})
def folders_with_names_that_are_no_ids(submission: Submission) -> None:
    """Folders are called as no learner can be."""
    for name in ("we[i]rd", "two words", "🩺", "-rf", "two\nlines", "<b>bold", "a" * 255, "\x1b[2J"):
        _also_as(submission, name)


@entry("", beyond={} if sys.platform == "linux" else dict.fromkeys(("eprof", "nbgrader", "formgrader"), "one folder"))
def alike_but_for_case(submission: Submission) -> None:
    """There is a second folder whose name differs in case alone, with later answers that are all wrong."""
    other = submission.folder.parent.name.upper()
    _also_as(submission, other)
    folder = submission.folder.parent.with_name(other) / submission.assignment
    (folder / "responses.jsonl").write_bytes(commit("fr-4-photo", "a"))
    (folder / "timestamp.txt").unlink()


def write_outside(folder: Path, released: Path) -> None:
    """Files that are none of a learner's business, each with `OUTSIDE` in it, and a folder like a submission."""
    for name in ("folder", "hard", released.name):
        (folder / name).mkdir(parents=True)
    text = f"The right answer is b. {OUTSIDE}\n"
    for name in ("key.txt", "folder/key.txt", "hard/key.txt", "hard/journal.txt", "notebook.ipynb"):
        (folder / name).write_text(text)
    for place in (folder, folder / released.name):
        (place / "responses.jsonl").write_text(text)
    shutil.copyfile(released / f"{released.name}.ipynb", folder / released.name / f"{released.name}.ipynb")
    (folder / released.name / "key.txt").write_text(text)
