"""`eprof check` and `eprof build`: the author's commands, run in a source checkout."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

import click

from eprofessionalism.authoring import build as building
from eprofessionalism.authoring import schema
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.coverage import coverage as coverage_of
from eprofessionalism.authoring.coverage import table
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.loader import Case, case_folders


@click.command()
@click.option("--coverage", is_flag=True, help="Print which clauses are taught and assessed.")
def check(coverage: bool) -> None:  # click gives flags as booleans
    """Check every rule on every case, key and source; exit 1 and one line a finding."""
    checkout = _checkout()
    cases, findings = building.check_bank(checkout)
    findings += _schema_findings()
    unread = _unread(checkout, cases)
    if not unread:
        for extra in entry_points(group="eprofessionalism.checks"):
            findings += extra.load()(cases)
    if coverage:
        click.echo(table(coverage_of(cases)))
    if unread:
        click.echo(
            f"The form of {', '.join(unread)} comes first: once it is right, its content and the keys are checked.",
            err=True,
        )
    _report(findings)
    items = sum(len(case.content.items) for case in cases.values())
    if not coverage:
        click.echo(f"{len(cases)} cases ({', '.join(cases)}) with {items} items: no findings")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when notebooks/ is out of date.")
def build(only_check: bool) -> None:
    """Write notebooks/ and the JSON Schema from the cases."""
    checkout = _checkout()
    try:
        files = building.build_all(building.load_checked(checkout), checkout.published)
    except FindingsError as error:
        _report(error.findings)
    if only_check:
        _report([*_schema_findings(), *building.compare(files, checkout.notebooks)])
        click.echo(f"notebooks/ is up to date ({len(files)} files)")
        return
    schema.SCHEMA_FILE.write_text(schema.schema_text(), encoding="utf-8")
    written, removed = building.write(files, checkout.notebooks)
    for name in written:
        click.echo(f"wrote notebooks/{name}")
    for name in removed:
        click.echo(f"removed notebooks/{name}")
    click.echo(f"{len(files)} files, {len(written) + len(removed)} changed")


def _checkout() -> Checkout:
    try:
        return Checkout()
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from error


def _unread(checkout: Checkout, cases: Mapping[str, Case]) -> list[str]:
    """The folders whose case has mistakes of form, so that nothing else is known of it."""
    return [folder.name for folder in case_folders(checkout.bank) if folder.name not in cases]


def _schema_findings() -> list[Finding]:
    """The committed JSON Schema is what the model gives today."""
    if schema.SCHEMA_FILE.is_file() and schema.SCHEMA_FILE.read_text(encoding="utf-8") == schema.schema_text():
        return []
    name = schema.SCHEMA_FILE.name
    return [
        Finding(
            f"authoring/{name}", 1, name, "the schema of today’s model", "another one", "run eprof build and commit it"
        )
    ]


def _report(findings: list[Finding]) -> None:
    """Print findings one a line and end with 1 if there are any."""
    for finding in sorted(findings):
        click.echo(str(finding))
    if findings:
        click.echo(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}", err=True)
        raise SystemExit(1)
