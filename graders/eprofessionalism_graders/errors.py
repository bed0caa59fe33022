"""What a user did or has that we cannot work with: said in plain lines, without a traceback."""

from __future__ import annotations

from collections.abc import Iterable

import click

from eprofessionalism.authoring.findings import Finding


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
