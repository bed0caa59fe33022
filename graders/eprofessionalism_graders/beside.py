"""What an instructor may lay beside an offering for its report; it belongs to the offering, and to a backup of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

EARLIER = "earlier"
"""A folder with the answers of earlier offerings, as `eprof export --to parquet` writes them."""

JUDGES = "judges"
"""A folder with the ratings of a standard-setting panel, one file a test, named after it."""

BORDERLINE = "borderline.csv"
"""The learners whom a judge holds to be just about good enough."""

BESIDE = (EARLIER, JUDGES, BORDERLINE)

_NEARLY = {"earlier": EARLIER, "judge": JUDGES, "judges": JUDGES, "borderline": BORDERLINE}
_INSIDE = {EARLIER: (".parquet", "files *.parquet"), JUDGES: (".csv", "files *.csv")}


def not_read(root: Path, tests: Collection[str]) -> list[str]:
    """What lies in an offering as if it were for the report and is not read, each in a line that says what is.

    Args:
        root: of the offering.
        tests: the names of its tests.
    """
    return [f"{path}: not read; expected {expected}" for path, expected in _unread(root, tests)]


def _unread(root: Path, tests: Collection[str]) -> Iterator[tuple[Path, str]]:
    for path in sorted(root.iterdir()):
        meant = _NEARLY.get(path.stem.casefold())
        if meant and not _is_meant(path, root / meant):
            yield path, f"{'a folder' if meant in _INSIDE else 'a file'} called {meant}"
        elif path.suffix.casefold() == ".csv" and path.stem in tests:
            yield path, f"it in the folder {JUDGES}"
    for name, (ending, expected) in _INSIDE.items():
        for path in sorted((root / name).iterdir()) if (root / name).is_dir() else ():
            if not path.name.startswith((".", "~")) and not (path.name.endswith(ending) and path.is_file()):
                yield path, expected


def _is_meant(path: Path, meant: Path) -> bool:
    """Whether this is what is read: by its name, or where names in large and small letters are one; and of its kind."""
    named = path.name == meant.name or (meant.exists() and path.samefile(meant))
    return named and (path.is_dir() if meant.name in _INSIDE else path.is_file())
