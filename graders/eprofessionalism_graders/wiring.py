"""How nbgrader is told to use our hook and preprocessors: by dotted names in `nbgrader_config.py` alone."""

from __future__ import annotations

import json
from collections.abc import Iterable

from traitlets.config import Config

HOOK = "eprofessionalism_graders.hook.before_autograde"
PREPROCESSORS = [
    "eprofessionalism_graders.preprocessor.ScoreJournal",
    "nbgrader.preprocessors.LimitOutput",
    "eprofessionalism_graders.preprocessor.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
SANITIZERS: list[str] = []  # the released notebook that the hook has laid down needs no mending
IGNORED = [".handed-in*", ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]

_TEMPLATE = '''\
"""How nbgrader grades this offering, by command and in Formgrader. Made by `eprof init`; your own settings go below."""

from pathlib import Path

from eprofessionalism_graders import database, pages

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(Path(__file__).parent.absolute())
c.CourseDirectory.course_id = {course}
{database}
# What a learner's folder holds beside the notebook is set aside, never copied or run.
c.CourseDirectory.ignore = {ignored}

# No learner's code is run: the hook lays down the released notebook, and the scorer reads the journal of answers.
c.Autograde.pre_convert_hook = {hook}
c.Autograde.sanitize_preprocessors = {sanitizers}
c.Autograde.autograde_preprocessors = {preprocessors}

# Formgrader would show this whole configuration, and with it the password of a database.
c.FormgradeExtension.debug = False

# Formgrader would keep what it has read for as long as JupyterLab runs, whatever is graded meanwhile.
database.read_anew()

# Pages for marking and for feedback show names as text, and ask nothing of another machine.
c.HTMLExporter.extra_template_basedirs = pages.basedirs()
c.HTMLExporter.extra_template_paths = pages.paths()

# Let `nbgrader zip_collect` keep the journal.
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".jsonl"]
'''


def config_text(course: str, db_url: str | None) -> str:
    """The content of an offering's `nbgrader_config.py`. It names no place, so the offering can be moved.

    Args:
        course: nbgrader's name of the course, for its exchange.
        db_url: a database other than `gradebook.db` in the offering.
    """
    return _TEMPLATE.format(
        course=_literal(course),
        database=f"c.CourseDirectory.db_url = {_literal(db_url)}\n" if db_url else "",
        ignored=_literal(IGNORED),
        hook=_literal(HOOK),
        sanitizers=_literal(SANITIZERS),
        preprocessors=_literal(PREPROCESSORS),
    )


def sets_nothing_in(config: Config, sections: Iterable[str]) -> bool:
    """Whether nothing is set in these sections of nbgrader's configuration, nor that a group shares the files."""
    return not any(config.get(section) for section in sections) and not config.CourseDirectory.get("groupshared")


def _literal(value: object) -> str:
    """Strings and lists of strings are written alike in JSON and Python."""
    return json.dumps(value, indent=4) if isinstance(value, list) else json.dumps(value)
