"""What a user did or has that we cannot work with: said in plain lines, without a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.journal import utc_now
from eprofessionalism_graders.files import STATE

ERROR_LOG = f"{STATE}/errors.log"


class UserError(click.ClickException):
    """Ends a command with a plain message on standard error and exit code 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the message; one line for each finding."""
        click.echo(self.message, err=True)


def refuse(findings: Iterable[Finding]) -> None:
    """Stop when there are findings, and name all of them.

    Raises:
        UserError: there are some.
    """
    lines = [str(finding) for finding in sorted(set(findings))]
    if lines:
        raise UserError("\n".join(lines))


def unforeseen(root: Path, what: str, error: Exception) -> str:
    """Keep the traceback of what nobody has foreseen; why, in one line that says where it is.

    Args:
        root: the offering.
        what: what it happened with.
        error: the exception that is being handled.
    """
    path = root / ERROR_LOG
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{utc_now()} {what}\n{traceback.format_exc()}\n")
    return f"{error!r}; more in {path}"
