"""Changing single lines of an offering's own files, and leaving what else an instructor has written there."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from eprofessionalism_graders import files
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import CONFIG_FILE, GRADEBOOK_FILE, SETTINGS_FILE
from eprofessionalism_graders.wiring import config_text

_OWN_FILE = f"""\
c.CourseDirectory.db_url = f"sqlite:///{{Path(__file__).parent.absolute() / '{GRADEBOOK_FILE}'}}"
"""


def set_settings(root: Path, **values: int | str) -> None:
    """Set entries of `offering.toml`, each on its line; comments and all other lines stay as they are.

    Raises:
        UserError: the file is written in such a way that this cannot be done.
        OSError: it cannot be written; it is as it was.
    """
    path = root / SETTINGS_FILE
    text = path.read_text(encoding="utf-8")
    wanted: dict[str, Any] = tomllib.loads(text) | values
    for name, value in values.items():
        line = f"{name} = {json.dumps(value, ensure_ascii=False)}"  # JSON's numbers and strings are TOML's too
        found = re.search(rf"^{name}[ \t]*=.*$", text, re.MULTILINE)
        text = text[: found.start()] + line + text[found.end() :] if found else f"{text.rstrip()}\n\n{line}\n"
    if not _reads_as(text, wanted):
        lines = ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        raise UserError(f"{path}: expected one line for each setting; set yourself: {lines}")
    files.put(path, text)


def _reads_as(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except ValueError:
        return False


def set_database(root: Path, address: str | None, *, spell_out: bool) -> None:
    """Let `nbgrader_config.py` name a database; without an address, the file in the offering itself. It is not run.

    Args:
        root: the offering.
        address: of the database.
        spell_out: name the offering's own file too, because something else would otherwise be taken.

    Raises:
        UserError: the file is no Python.
        OSError: it cannot be read or written; it is as it was.
    """
    path = root / CONFIG_FILE
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    own = _OWN_FILE if "import Path\n" in text else f"from pathlib import Path\n\n{_OWN_FILE}"
    line = f"c.CourseDirectory.db_url = {json.dumps(address)}\n" if address else own
    try:
        bare, place = _without_database(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UserError(f"{path}: expected nbgrader’s configuration, found {error!r}; mend the file") from None
    if _is_named(bare):  # in a way that we cannot take out; the last one counts
        place = len(bare)
    elif not (address or spell_out):
        line = ""
    changed = "".join([*bare[:place], line, *bare[place:]])
    if changed != text:
        files.put(path, changed)


def _is_named(lines: Iterable[str]) -> bool:
    return "db_url" in "".join(lines)


def _without_database(text: str) -> tuple[list[str], int]:
    """The lines of a configuration without those that name the database, and where such a line belongs."""
    bare: list[str] = []
    place: int | None = None
    statements = ast.parse(text).body
    ours = [one for one in statements if isinstance(one, ast.Assign) and _sets(one) == "db_url"]
    for number, content in enumerate(StringIO(text), start=1):  # not splitlines: Python counts line feeds
        if not any(one.lineno <= number <= (one.end_lineno or 0) for one in ours):
            bare.append(content)
            if number in {one.end_lineno for one in statements if _sets(one) == "course_id"}:
                place = len(bare)
    return bare, len(bare) if place is None else place


def _sets(statement: ast.stmt) -> str:
    """Which setting of the course's folder a statement sets; empty where it does something else."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = [ast.unparse(target).rpartition(".") for target in targets]
    return next((last for first, _, last in names if first == "c.CourseDirectory"), "")


def is_as_made(root: Path) -> bool:
    """Whether `nbgrader_config.py` is as `eprof init` writes it, whatever course and database it names."""
    try:
        text = (root / CONFIG_FILE).read_text(encoding="utf-8")
        found = {_sets(one): one for one in ast.parse(text).body if isinstance(one, ast.Assign)}
        course = ast.literal_eval(found["course_id"].value)
        address = ast.literal_eval(found["db_url"].value) if "db_url" in found else None
        return text == config_text(course, address)
    except (OSError, SyntaxError, ValueError, KeyError, RecursionError, MemoryError):
        return False
