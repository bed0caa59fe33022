"""What Canvas and Moodle call the files of a download, and who of the roster is meant.

Both are read, in 2026, in the systems' own source, which is the only complete account of their names.

**Canvas**, “Download Submissions”: `lib/content_zipper.rb` of github.com/instructure/canvas-lms at commit 05e9653c,
`get_filename`, `get_user_name`, `add_upload_submission`: `NAME[_LATE]_USER_FILE_ORIGINAL`. NAME is the name by which
Canvas sorts (“Ruiz, Ana”) in small letters, without all that is no letter, digit or underscore (`ruizana`); USER is
Canvas's own number of the person; FILE that of the upload, which grows with each upload (not of the submission, as is
often said). An assignment graded anonymously has `[LATE_]anon_CODE_FILE_ORIGINAL`. Of several attempts only the last is
in one download; whoever uploads a second file of one name has `-1`, `-2` before its extension (`make_unique_filename`
in `app/models/attachment.rb`). Entries have the time of the download, never that of handing in.

**Moodle**, “Download all submissions”: `mod/assign/classes/downloader.php` of github.com/moodle/moodle (of 2022; commit
2a6fd313), and before that `download_submissions` in `mod/assign/locallib.php` (since 2.3, of 2012): folders
`NAME_NUMBER_assignsubmission_file/…`, in older versions with a further `_`; or, without “in folders”, files
`NAME_NUMBER_assignsubmission_file_ORIGINAL`. NAME is the full name as the site shows it, its underscores as spaces; in
older versions with `GROUP-` before it in a download of one group, or of teams. When marked blindly NAME is
“Participant”, in the site's language. NUMBER belongs to the person in this one assignment (`get_uniqueid_for_user`): it
is no user's number and is never compared with ids of the roster. Only the last attempt is in a download, and entries
have the time of the download (`add_file_from_stored_file` in `files/classes/local/archive_writer/zip_writer.php`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eprofessionalism_graders.arriving.people import People, resembles, same
from eprofessionalism_graders.arriving.tree import Refused
from eprofessionalism_graders.roster import Learner

_CANVAS = re.compile(
    r"(?:(?P<name>\w+?)_)??(?:(?P<late>LATE)_)?(?P<user>[0-9]{1,20}|anon_[0-9A-Za-z]+)_(?P<upload>[0-9]{1,20})_(?P<original>.+)",
)
_MOODLE = re.compile(
    r"(?P<name>[^_/]+)_(?P<number>[0-9]{1,20})_assignsubmission_(?:file|onlinetext)(?:_(?P<original>.*))?"
)
_ANOTHER = re.compile(r"(?:LATE_)?\d+_")  # a third number: the first may be the end of a name that somebody has chosen
_RENAME = "put it into a folder named by the learner’s id, or collect it by itself with --student ID"
_PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Label:
    """What a learning platform says of a file by its name.

    `user` is Canvas's number of the person, `upload` that of the file; `late` is None where the system does not say.
    All three are left open where the name can be read in two ways: somebody may have chosen it for that.
    `original` is what the learner called the file, empty for a folder.
    """

    system: str
    name: str
    original: str
    user: str = ""
    upload: int | None = None
    late: bool | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A learner of the roster, and whether nothing but a name says so, which people can often choose themselves."""

    learner: Learner
    by_name: bool


def read_label(name: str) -> Label | None:
    """What the name of a file or folder of a download says; None where it is not from one."""
    if found := _MOODLE.fullmatch(name):
        anonymous = found["name"].casefold() == _PARTICIPANT
        return Label("Moodle", found["name"], found["original"] or "", anonymous=anonymous)
    if found := _CANVAS.fullmatch(name):
        is_sure = not _ANOTHER.match(found["original"])
        return Label(
            "Canvas",
            found["name"] or "",
            found["original"],
            user=found["user"] if is_sure else "",
            upload=int(found["upload"]) if is_sure else None,
            late=bool(found["late"]) if is_sure else None,
            anonymous=found["user"].startswith("anon_"),
        )
    return None


def whose(label: Label, people: People) -> Match:
    """The learner whom a name of a download means.

    Raises:
        Refused: nobody, or more than one.
    """
    if label.anonymous:
        remedy = f"download it again with names shown, or {_RENAME}"
        raise Refused(f"{label.system} has left the name out, for anonymous grading", remedy)
    if label.user and (learner := people.by_id(label.user)):
        return Match(_agreeing(label, learner, people), by_name=False)
    if learner := people.by_login(label.name):
        return Match(learner, by_name=True)
    found = people.by_name(label.name) or _in_group(label, people)
    if len(found) == 1:
        return Match(found[0], by_name=True)
    if found:
        raise Refused(f"more than one learner is called so: {', '.join(one.id for one in found)}", _RENAME)
    raise Refused(f"nobody on the roster is called “{label.name}”", f"add the learner, or {_RENAME}")


def _agreeing(label: Label, learner: Learner, people: People) -> Learner:
    """A number that is an id, unless the name is another's: an id may well be the number of somebody else in Canvas."""
    others = [one for one in people.by_name(label.name) if one != learner]
    if others or (label.name and not resembles(label.name, learner)):
        raise Refused(f"the number {label.user} is {learner.id}’s id, but the name is not theirs", _RENAME)
    return learner


def _in_group(label: Label, people: People) -> list[Learner]:
    """Learners called so after `GROUP-`, where that is their group in the roster: first names have hyphens too."""
    found = []
    if label.system == "Moodle":
        for hyphen in re.finditer("-", label.name):
            group, name = label.name[: hyphen.start()], label.name[hyphen.end() :]
            found += [one for one in people.by_name(name) if same(one.group, group)]
    return found
