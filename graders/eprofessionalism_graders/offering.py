"""An offering: one run of the course for one cohort, as an nbgrader course directory with our settings beside it."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from jupyter_core.paths import jupyter_config_path
from nbgrader.api import Gradebook
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import ITEMS_FILE, ItemBank, Key, load_items
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import database, forms, intake, misset
from eprofessionalism_graders.digests import digest
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.keys import AssessmentKey, LoadedKeys, assessment_keys, load_folder, shipped_keys
from eprofessionalism_graders.roster import ROSTER_FILE, Learner, read_roster

SETTINGS_FILE = "offering.toml"
CONFIG_FILE = "nbgrader_config.py"
GRADEBOOK_FILE = "gradebook.db"
FORMAT = 1
"""How an offering is laid out and what its files mean. A change to either is a new format, with a step in `keeping`."""

_Read = TypeVar("_Read")
_Model = TypeVar("_Model", bound=BaseModel)


class Stamp(BaseModel):
    """How an offering is laid out, and which version of ours made it so. Every format has these two in its settings."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: int = Field(default_factory=lambda: FORMAT, ge=1)
    made_with: str


class Settings(Stamp):
    """What `offering.toml` holds.

    `due` is the date given at the start; nbgrader's gradebook has the one in force. `pass_mark` is in percent of
    the points of the post-test. `keys` is the institution's private folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    due: datetime | None = None
    pass_mark: float = 70
    open_key: bool = False
    keys: Path | None = None

    @field_validator("pass_mark")
    @classmethod
    def _in_percent(cls, mark: float) -> float:
        if not misset.is_percent(mark):
            raise ValueError(f"expected {misset.PERCENT}")
        return mark

    def to_toml(self) -> str:
        """The settings as a file that an instructor can read and change."""
        lines = [
            "# One run of the course. The learners are in roster.csv beside this file.",
            f"format = {self.format}",
            f"made_with = {_quoted(self.made_with)}",
            f"title = {_quoted(self.title)}",
            "",
            "# Percent of the points of the post-test that it takes to pass, told to learners beforehand.",
            f"pass_mark = {self.pass_mark:g}",
            "",
            "# true: feedback on an assessment item also shows which answer is right, and every reason.",
            f"open_key = {str(self.open_key).lower()}",
        ]
        if self.due:
            lines += [
                "",
                "# As given at the start. To change it, use Formgrader’s list of assignments.",
                f"due = {self.due.isoformat()}",
            ]
        if self.keys:
            lines += [
                "",
                "# The institution’s own keys: a folder that nobody else may read.",
                f"keys = {_quoted(str(self.keys))}",
            ]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)


def read_released(folder: Path) -> dict[str, bytes]:
    """The notebooks of a released folder that can be read, by file name."""
    found = {}
    for path in folder.glob("*.ipynb"):
        with suppress(OSError):
            found[path.name] = path.read_bytes()
    return found


@cache
def our_version() -> str:
    """The version of this distribution."""
    return version("eprofessionalism-graders")


def is_newer(one: str, other: str) -> bool:
    """Whether a version is a later release than another."""
    first, second = ([int(number) for number in re.findall(r"\d+", text.split("+")[0])[:3]] for text in (one, other))
    return first > second


def read_stamp(root: Path) -> Stamp:
    """The stamp of an offering of this format or an older one.

    Raises:
        UserError: there is no offering, or it is a newer version's; the message says what to install.
    """
    return _stamp(root, read_content(root))


def read_content(root: Path) -> dict[str, Any]:
    """What stands in an offering's settings, whatever its format.

    Raises:
        UserError: there are none, or they cannot be read.
    """
    path, text = root / SETTINGS_FILE, _settings_text(root)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(str(misset.unreadable(path, text, error))) from error


def _settings_text(root: Path) -> str:
    path = root / SETTINGS_FILE
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors of Windows begin a file with a mark
    except FileNotFoundError:
        remedy = f"make one with `eprof init {root} --roster CSV`"
        raise UserError(f"{root}: expected an offering, found no {SETTINGS_FILE}; {remedy}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: expected UTF-8, found letters that are not; save it as UTF-8") from error
    except OSError as error:
        found = f"found: {error.strerror}; mend the file"
        raise UserError(f"{path}: expected the settings of an offering, {found}") from error


def _stamp(root: Path, content: dict[str, Any]) -> Stamp:
    stamp = _validated(Stamp, root, content)
    if stamp.format > FORMAT or is_newer(stamp.made_with, our_version()):
        raise UserError(
            f"{root / SETTINGS_FILE}: expected an offering of format {FORMAT}, made with version {our_version()} or"
            f" older, found format {stamp.format}, made with {stamp.made_with}; install version {stamp.made_with} of"
            " both distributions, or a newer one"
        )
    return stamp


def _validated(model: type[_Model], root: Path, content: dict[str, Any]) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = misset.mistakes(root / SETTINGS_FILE, _settings_text(root), error.errors())
        raise UserError("\n".join(map(str, sorted(found)))) from error


def _once(method: Callable[[Offering, str], _Read]) -> Callable[[Offering, str], _Read]:
    """What has been read of an assignment once is kept with the offering."""

    @wraps(method)
    def reading(self: Offering, assignment: str) -> _Read:
        kept = self.__dict__.setdefault(f"_kept_{method.__name__}", {})
        if assignment not in kept:
            kept[assignment] = method(self, assignment)
        return cast("_Read", kept[assignment])

    return reading


@dataclass(frozen=True)
class Offering:
    """One run of the course. Read once: open it again to see changed settings, keys or questions."""

    root: Path
    settings: Settings

    @classmethod
    def open(cls, root: Path) -> Offering:
        """Open an offering that `eprof init` has made.

        Raises:
            UserError: there is none, it is of another format, or its settings cannot be read.
        """
        content = read_content(root)
        stamp = _stamp(root, content)
        if stamp.format < FORMAT:
            found = f"expected an offering of format {FORMAT}, found format {stamp.format}"
            raise UserError(f"{root / SETTINGS_FILE}: {found}; run `eprof upgrade {root}`")
        return cls(root.absolute(), _validated(Settings, root, content))

    def roster(self) -> list[Learner]:
        """Every learner of the cohort, in the order of the file.

        Raises:
            UserError: everything that is wrong with the roster.
        """
        return self._roster

    @cached_property
    def _roster(self) -> list[Learner]:
        try:
            return read_roster(self.root / ROSTER_FILE)
        except FindingsError as error:
            raise UserError(str(error)) from error

    @cached_property
    def reviews(self) -> dict[tuple[str, str, int | None, str], str]:
        """The reviews written so far with these questions and keys; `marking` keeps a few thousand."""
        return {}

    @cached_property
    def learner_ids(self) -> frozenset[str]:
        """The ids of the roster."""
        return frozenset(learner.id for learner in self.roster())

    @cached_property
    def first_forms(self) -> Mapping[str, str]:
        """By learner of the roster, the form of the test that is their pre-test.

        Raises:
            UserError: the roster or `forms.csv` is not sound.
        """
        try:
            return forms.assign(self.roster(), forms.read_forms(self.root / forms.FORMS_FILE))
        except FindingsError as error:
            raise UserError(str(error)) from error

    def sitting(self, learner: str, assignment: str) -> forms.Sitting:
        """What an assignment is for a learner: practice, pre-test, post-test or a second attempt."""
        return forms.sitting(self.bank(assignment), self.first_forms.get(learner, ""))

    @cached_property
    def assignments(self) -> list[str]:
        """The cases and the assessment, in order."""
        return sorted(path.parent.name for path in (self.root / "source").glob(f"*/{ITEMS_FILE}"))

    @cached_property
    def surveys(self) -> list[str]:
        """The assignments that ask for opinions: nothing in them is graded."""
        return [name for name in self.assignments if self.bank(name).is_survey]

    def bank(self, assignment: str) -> ItemBank:
        """The items of an assignment."""
        return self._banks[assignment]

    @cached_property
    def _banks(self) -> Mapping[str, ItemBank]:
        return {name: load_items(self.root / "source" / name) for name in self.assignments}

    @_once
    def key(self, assignment: str) -> dict[str, Key]:
        """What scores each item: practice keys as learners have them, assessment keys from the instructor's side.

        Raises:
            FindingsError: a key file cannot be used.
        """
        practice = {item.id: item.key for item in self.bank(assignment).items.values() if item.key}
        return practice | {item: entry.key for item, entry in self.assessment(assignment).items()}

    @_once
    def assessment(self, assignment: str) -> dict[str, AssessmentKey]:
        """Key, rationale and cites of an assignment's assessment items.

        Raises:
            FindingsError: a key file cannot be used.
        """
        files = (shipped_keys().get(assignment), self.private_keys.get(assignment))
        return assessment_keys(self.bank(assignment), filter(None, files))

    @cached_property
    def private_keys(self) -> Mapping[str, LoadedKeys]:
        """The institution's own key files by assignment; they replace and extend the shipped ones.

        Raises:
            FindingsError: a key file cannot be used.
        """
        return load_folder(self.settings.keys) if self.settings.keys else {}

    @_once
    def questions_digest(self, assignment: str) -> str:
        """Tells apart all that the scores and reviews of an assignment rest on besides the journals."""
        keys = {item: sorted(key.items()) for item, key in self.key(assignment).items()}
        notes = {item: sorted(entry.rationale.items()) for item, entry in self.assessment(assignment).items()}
        return digest([self.bank(assignment).digest, keys, notes, self.settings.open_key])

    def grading_digest(self, learner: str, assignment: str) -> str:
        """Tells apart all that a learner's graded page rests on besides the journal."""
        sitting = self.sitting(learner, assignment)
        return digest([self.questions_digest(assignment), sitting, self.settings.pass_mark])

    def release(self, assignment: str) -> Path:
        """The folder that learners are given."""
        return self.root / "release" / assignment

    @_once
    def released(self, assignment: str) -> dict[str, bytes]:
        """The notebooks that learners are given, by file name."""
        return read_released(self.release(assignment))

    def submitted(self, learner: str, assignment: str) -> Path:
        """Where what a learner hands in lies."""
        return self.root / "submitted" / learner / assignment

    def journal(self, learner: str, assignment: str) -> Path | None:
        """A learner's journal as handed in: a regular file of sound size that can be read, in real folders; or None."""
        folder = self.submitted(learner, assignment)
        path = folder / JOURNAL_FILE
        return path if intake.is_submission(folder) and not intake.objection(path, intake.JOURNAL_LIMIT) else None

    def config(self) -> Config:
        """Nbgrader's configuration as it takes effect in this offering: the user's own, then the offering's.

        Raises:
            UserError: a configuration file cannot be read.
        """
        return configuration(self.root)

    @cached_property
    def db_url(self) -> str:
        """Where the gradebook is."""
        return gradebook_url(self.root)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """The gradebook, closed again at the end.

        Raises:
            UserError: its database cannot be reached.
        """
        course, where = self.config().CourseDirectory.get("course_id", ""), f"{self.root / CONFIG_FILE}: db_url"
        with nbgrader_at_work(), database.opened(self.db_url, course, where) as gradebook:
            yield gradebook


def configuration(root: Path) -> Config:
    """Nbgrader's configuration as it takes effect in an offering of any format.

    Raises:
        UserError: a configuration file cannot be read.
    """
    config = user_configuration()
    for loaded in _configs(str(root)):
        config.merge(loaded)
    config.CourseDirectory.root = str(root)
    return config


def user_configuration() -> Config:
    """The user's own configuration, which every offering of theirs begins from.

    Raises:
        UserError: a configuration file cannot be read.
    """
    config = Config()
    for folder in reversed(jupyter_config_path()):
        for loaded in _configs(folder):
            config.merge(loaded)
    return config


def gradebook_url(root: Path) -> str:
    """Where the gradebook of an offering of any format is."""
    configured = configuration(root).CourseDirectory.get("db_url")
    return str(configured or f"sqlite:///{root / GRADEBOOK_FILE}")


def _configs(folder: str) -> Iterator[Config]:
    """The configuration files of one folder, in the order in which Jupyter reads them."""
    for name in ("jupyter_config", "nbgrader_config"):
        for loader in (
            PyFileConfigLoader(f"{name}.py", path=folder),
            JSONFileConfigLoader(f"{name}.json", path=folder),
        ):
            try:
                yield loader.load_config()
            except ConfigFileNotFound:
                continue
            except Exception as error:
                raise UserError(
                    f"{loader.full_filename}: expected nbgrader’s configuration, found {error!r}; mend the file"
                ) from error


@contextmanager
def nbgrader_at_work() -> Iterator[None]:
    """Let nbgrader work in this process.

    It calls `alembic` by name, which lies where our interpreter's programs are; and it warns of its own use of other
    libraries, which says nothing to an instructor.
    """
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        with warnings.catch_warnings():
            for category in (SAWarning, DeprecationWarning, ResourceWarning):
                warnings.simplefilter("ignore", category)
            yield
    finally:
        os.environ["PATH"] = before
