"""What is wrong with the settings of an offering, by line and with a remedy, as one who wrote them by hand needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from eprofessionalism.authoring.findings import Finding

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PERCENT = "0, or a number above 1 and up to 100"
"""What a pass mark is."""

_LEFT = "write what `eprof init` wrote there"
EXPECTED: Mapping[str, tuple[str, str]] = {
    "format": ("a whole number from 1 on", _LEFT),
    "made_with": ("a version in quotation marks", _LEFT),
    "title": ("a text in quotation marks", 'write it as in title = "Autumn 2026"'),
    "due": ("a day and a time", "write it as in due = 2026-12-01T17:00:00Z"),
    "pass_mark": (PERCENT, "write it in percent, with a point and without a percent sign, such as 72.5"),
    "open_key": ("true or false", "write one of them, in small letters and without quotation marks"),
    "keys": ("a folder in quotation marks", 'write it as in keys = "/home/me/keys"'),
}
"""By setting, what is expected, and what to do otherwise."""


def is_percent(mark: float) -> bool:
    """Whether a pass mark is one in percent: 0.72 would let everybody pass, and is never meant."""
    return mark == 0 or 1 < mark <= 100


def mistakes(path: Path, text: str, errors: Iterable[ErrorDetails]) -> Iterator[Finding]:
    """What a model found in settings that can be read.

    Args:
        path: of the file.
        text: what stands in it.
        errors: of the model.
    """
    for error in errors:
        name = str(error["loc"][0])
        line, value = _place(text, name)
        if error["type"] == "extra_forbidden":
            yield _unknown(path, line, name)
            continue
        expected, remedy = EXPECTED[name]
        found = "nothing" if error["type"] == "missing" else value or repr(error["input"])
        yield Finding(str(path), line, name, expected, found, remedy)


def unreadable(path: Path, text: str, error: ValueError) -> Finding:
    """Why settings cannot be read at all: the first line that is not as it should be."""
    found = re.search(r"at line (\d+)", str(error))
    lines = text.splitlines() or [""]
    number = min(int(found[1]), len(lines)) if found else len(lines)
    name, equals, value = (part.strip() for part in lines[number - 1].partition("="))
    if "overwrite" in str(error):
        return Finding(str(path), number, name, "each setting once", f"a second {name}", "take one of the two out")
    if equals and name in EXPECTED:
        expected, remedy = EXPECTED[name]
        return Finding(str(path), number, name, expected, value or "nothing", remedy)
    expected, remedy = "a name, a sign of equality and a value", EXPECTED["title"][1]
    return Finding(str(path), number, "settings", expected, repr(lines[number - 1].strip()), remedy)


def _unknown(path: Path, line: int, name: str) -> Finding:
    near = get_close_matches(name, EXPECTED, n=1)
    remedy = f"write {near[0]}" if near else "take the line out"
    return Finding(str(path), line, name, f"one of {', '.join(EXPECTED)}", "a setting that there is not", remedy)


def _place(text: str, name: str) -> tuple[int, str]:
    """The line of a setting, and its value as it stands there; the first line where it is not to be found."""
    for number, line in enumerate(text.splitlines(), start=1):
        said = re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=\s*(.*?)\s*$", line)
        if said:
            return number, said[1]
    return 1, ""
