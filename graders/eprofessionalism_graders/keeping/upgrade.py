"""`eprof upgrade`: an offering of an older format, or with the gradebook of an older nbgrader, becomes one of today's.

A step changes the files of an offering from one format to the next. It may be interrupted anywhere, and is then run
again from its beginning: so a step must be one that can be run again over what it has done, and puts each file in place
whole (`files.put`). The stamp is set after each step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from eprofessionalism_graders import files, offering
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.keeping import edits, gradebooks
from eprofessionalism_graders.keeping.backup import backup
from eprofessionalism_graders.offering import Offering, our_version, read_stamp

Step = Callable[[Path], None]

STEPS: Mapping[int, Step] = {}
"""By format, what makes the next one of it. There is a step for every format before the present one."""

BEGUN = f"{files.STATE}/upgrading.json"

Tell = Callable[[str], None]


def upgrade(root: Path, tell: Tell = lambda _: None) -> Path | None:
    """Bring an offering to the present format, and its gradebook to the schema of the installed nbgrader.

    A backup is made first. An upgrade that was interrupted is finished, and the backup from before it stays the one.

    Args:
        root: the offering.
        tell: is told what is being done.

    Returns:
        The backup; None where there was nothing to do.

    Raises:
        UserError: it cannot be upgraded; the message names the backup.
    """
    root = root.absolute()
    stamp, (url, where) = read_stamp(root), gradebooks.place_of(root)
    steps = _steps(stamp.format)
    is_old = gradebooks.is_old(url, where)
    if not steps and not is_old:
        (root / BEGUN).unlink(missing_ok=True)
        return None
    saved = _saved(root)
    tell(f"Backup from before the upgrade: {saved}")
    try:
        if is_old:
            tell("Renewing the gradebook by nbgrader’s own steps.")
            gradebooks.renew(url, where)
        for number, step in steps.items():
            tell(f"From format {number} to {number + 1}.")
            step(root)
            edits.set_settings(root, format=number + 1, made_with=our_version())
        Offering.open(root)
    except Exception as error:
        words = getattr(error, "message", None) or repr(error)
        remedy = f"run `eprof upgrade {root}` again, or go back with `eprof restore {saved} NEW-FOLDER`"
        raise UserError(f"{root}: the upgrade could not be finished: {words}\n{remedy}") from error
    (root / BEGUN).unlink(missing_ok=True)
    return saved


def _steps(found: int) -> dict[int, Step]:
    """The steps from a format to the present one."""
    return {number: STEPS[number] for number in range(found, offering.FORMAT)}


def _saved(root: Path) -> Path:
    """The backup from before this upgrade: that of one which was interrupted, or else a new one beside the offering."""
    aim = [offering.FORMAT, gradebooks.head()]
    with suppress(OSError, ValueError, KeyError, TypeError):
        begun = json.loads((root / BEGUN).read_text(encoding="utf-8"))
        if begun["aim"] == aim and Path(begun["backup"]).is_file():
            return Path(begun["backup"])
    now = datetime.now(UTC)
    saved = backup(root, root.with_name(f"{root.name}-before-upgrade-{now:%Y%m%d-%H%M%S-%f}.zip")).file
    files.put(root / BEGUN, json.dumps({"aim": aim, "backup": str(saved)}))
    return saved
