"""Whether an offering is fit to grade with. What is not is a finding with its remedy, and nothing is graded."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.items import ITEMS_FILE, ItemBankError
from eprofessionalism_graders import database
from eprofessionalism_graders.errors import UserError, refuse
from eprofessionalism_graders.forms import FORMS_FILE, read_forms
from eprofessionalism_graders.keeping import gradebooks
from eprofessionalism_graders.keys import match_findings, shipped_keys, unkeyed_findings
from eprofessionalism_graders.offering import CONFIG_FILE, SETTINGS_FILE, Offering
from eprofessionalism_graders.roster import ROSTER_FILE
from eprofessionalism_graders.wiring import HOOK, IGNORED, PREPROCESSORS, SANITIZERS

_fit: dict[Path, tuple[tuple[object, ...], Offering]] = {}


def fit_offering(root: Path) -> Offering:
    """The offering around a submission, checked; once fit, it is checked again only when a file of it has changed.

    Raises:
        UserError: there is no offering, or it is not fit to grade with.
    """
    offering = Offering.open(root)
    marks = _marks(offering)
    known = _fit.get(offering.root)
    if known and known[0] == marks:
        return known[1]
    refuse(check(offering))
    _fit[offering.root] = (marks, offering)
    return offering


def _marks(offering: Offering) -> tuple[object, ...]:
    """What tells, without reading any, whether a file that grading rests on has changed."""
    root, keys = offering.root, offering.settings.keys
    paths = [root / name for name in (SETTINGS_FILE, CONFIG_FILE, ROSTER_FILE, FORMS_FILE)]
    paths += sorted((root / "source").glob(f"*/{ITEMS_FILE}")) + sorted((root / "release").glob("*/*.ipynb"))
    paths += [keys, *sorted(keys.glob("*.yaml"))] if keys else []
    return tuple((path, found.st_mtime_ns, found.st_size, found.st_mode) for path in paths if (found := _stat(path)))


def _stat(path: Path) -> Any:
    try:
        return path.stat()
    except OSError:
        return None


def check(offering: Offering) -> list[Finding]:
    """Everything that keeps an offering from being graded, sorted by place.

    Raises:
        database.UnreachableError: the gradebook's database cannot be reached.
    """
    findings: list[Finding] = []
    for rule in _RULES:
        try:
            findings += rule(offering)
        except FindingsError as error:
            findings += error.findings
        except database.UnreachableError:
            raise  # no file of the offering is to be mended
        except (UserError, ItemBankError) as error:
            remedy = "mend the file"
            findings.append(Finding(str(offering.root), 1, "offering", "readable files", str(error), remedy))
    return sorted(set(findings))


def _versions(offering: Offering) -> Iterator[Finding]:
    """Both distributions are of one version; opening sees to it that the offering is not a newer one's."""
    ours, course = version("eprofessionalism-graders"), version("eprofessionalism")
    if ours != course:
        remedy = "install both distributions of one version together"
        yield Finding(
            str(offering.root), 1, "versions", f"eprofessionalism {ours}, as eprofessionalism-graders", course, remedy
        )


def _schema(offering: Offering) -> Iterator[Finding]:
    """The gradebook is of the installed nbgrader's making; it would fail on an older one in the midst of grading."""
    url, place = gradebooks.place_of(offering.root)
    if gradebooks.is_old(url, place):
        remedy = f"run `eprof upgrade {offering.root}`"
        expected = "a gradebook of the installed nbgrader"
        yield Finding(str(offering.root), 1, "gradebook", expected, "one of an older nbgrader", remedy)


def _place(offering: Offering) -> Iterator[Finding]:
    """Submissions are looked up by patterns, so a path must hold nothing that reads as one."""
    if set(str(offering.root)) & set("*?["):
        yield Finding(
            str(offering.root), 1, "offering", "a path without * ? [", "one of them", "move or rename the folder"
        )


def _forms(offering: Offering) -> Iterator[Finding]:
    """Which form of the test is whose can be read; else a pre-test could count as a pass."""
    read_forms(offering.root / FORMS_FILE)
    return iter(())


def _wiring(offering: Offering) -> Iterator[Finding]:
    """Our hook and our preprocessors are called, and no code is run."""
    config, where = offering.config(), str(offering.root / CONFIG_FILE)
    remedy = f"put back this line of {CONFIG_FILE} as `eprof init` writes it"
    settings = (
        ("pre_convert_hook", HOOK),
        ("sanitize_preprocessors", SANITIZERS),
        ("autograde_preprocessors", PREPROCESSORS),
    )
    for name, wanted in settings:
        found = config.Autograde.get(name, "nbgrader’s default")
        if found != wanted:
            yield Finding(where, 1, f"Autograde.{name}", str(wanted), str(found), remedy)
    ignored = config.CourseDirectory.get("ignore", "nbgrader’s default")
    if not (isinstance(ignored, list) and set(IGNORED) <= set(ignored)):
        yield Finding(where, 1, "CourseDirectory.ignore", str(IGNORED), str(ignored), remedy)
    for name in (
        "directory_structure",
        "source_directory",
        "release_directory",
        "submitted_directory",
        "autograded_directory",
    ):
        if name in config.CourseDirectory:
            found = str(config.CourseDirectory[name])
            yield Finding(where, 1, f"CourseDirectory.{name}", "nbgrader’s default", found, "take the line out")


def _assignments(offering: Offering) -> Iterator[Finding]:
    """There are assignments, and each is released as its items say."""
    if not offering.assignments:
        yield Finding(
            str(offering.root / "source"),
            1,
            "source",
            "at least one case",
            "none",
            "make the offering again with `eprof init`",
        )
    for name in offering.assignments:
        yield from _release(offering, name)


def _release(offering: Offering, name: str) -> Iterator[Finding]:
    bank = offering.bank(name)
    wanted = {item.id: float(item.points) for item in bank.items.values() if not item.survey}
    path = offering.release(name) / f"{name}.ipynb"
    remedy = f"run nbgrader generate_assignment {name} --force in {offering.root}"
    try:
        cells = json.loads(path.read_bytes())["cells"]
        graded = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        found = {cell["grade_id"]: float(cell["points"]) for cell in graded if cell.get("grade")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        yield Finding(str(path), 1, name, "the released notebook", repr(error), remedy)
        return
    for item in wanted.keys() ^ found.keys():
        expected, got = ("a question", "none") if item in wanted else ("no such question", "one")
        yield Finding(str(path), 1, item, expected, got, remedy)
    for item in wanted.keys() & found.keys():
        if wanted[item] != found[item]:
            yield Finding(str(path), 1, item, f"{wanted[item]:g} points", f"{found[item]:g}", remedy)


def _keys(offering: Offering) -> Iterator[Finding]:
    """Every assessment item has a key that fits it, and the private folder keys nothing that is not there."""
    for name in offering.assignments:
        yield from _keys_of(offering, name)
    for name, keys in offering.private_keys.items():
        if name not in offering.assignments:
            found = f"no case {name} in the offering"
            yield Finding(
                keys.source.file, 1, name, "keys of a case of the offering", found, "rename the file, or take it away"
            )


def _keys_of(offering: Offering, name: str) -> Iterator[Finding]:
    """What is wrong with the keys of one assignment. Of the shipped ones only those in use matter."""
    items, private, shipped = offering.bank(name).items, offering.private_keys.get(name), shipped_keys().get(name)
    replaced = {item.item for item in private.content.items} if private else set()
    if private:
        yield from match_findings(private, items)
    for finding in match_findings(shipped, items) if shipped else ():
        item = finding.where.split(" / ")[0]
        if item in items and item not in replaced:
            yield finding
    file = private.source.file if private else f"a key file {name}.yaml in the folder of private keys"
    place = (str(offering.root / "source" / name / ITEMS_FILE), 1)
    yield from unkeyed_findings(items.values(), offering.assessment(name), lambda _: place, f"add it to {file}")


def _privacy(offering: Offering) -> Iterator[Finding]:
    """Nobody else on the machine can read the private keys."""
    if offering.settings.keys:
        yield from privacy_findings(offering.settings.keys)


def privacy_findings(folder: Path) -> Iterator[Finding]:
    """Whether others can read a private key folder, by the permission bits of group and others.

    Windows has no such bits: there nothing is found, and `notes` says so.
    """
    if sys.platform == "win32" or not folder.is_dir():  # that it is missing is found when it is read
        return
    for path in [folder, *sorted(folder.glob("*.yaml"))]:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield Finding(str(path), 1, "keys", "no link", "a link", "put the folder or file itself there")
        elif path == folder and mode & 0o077:
            found = f"permissions {stat.S_IMODE(mode):o}"
            yield Finding(
                str(path), 1, "keys", "a folder that its owner alone can open", found, f"run chmod 700 {path}"
            )


def notes(offering: Offering) -> list[str]:
    """What could not be checked here, for the instructor to look at."""
    keys = offering.settings.keys
    if sys.platform == "win32" and keys:
        return [f"{keys}: not checked on Windows: who else can read this folder; look at its security settings"]
    return []


_RULES: tuple[Callable[[Offering], Iterator[Finding]], ...] = (
    _versions,
    _schema,
    _place,
    _forms,
    _wiring,
    _assignments,
    _keys,
    _privacy,
)
