"""`eprof check` and `eprof build`: the author's commands, run in a source checkout."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path

import click

from eprofessionalism.authoring import balance, blind, keyed, readability, schema, sources
from eprofessionalism.authoring import build as building
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.coverage import coverage as coverage_of
from eprofessionalism.authoring.coverage import table
from eprofessionalism.authoring.figures import load_published
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.loader import Case, case_folders


@click.command()
@click.option("--coverage", is_flag=True, help="Print which clauses are taught and assessed.")
@click.option("--blind", "play_blind", is_flag=True, help="Print what earns whoever never reads a case, and balance.")
def check(coverage: bool, play_blind: bool) -> None:  # click gives flags as booleans
    """Check every rule on every case, key and source; exit 1 and one line a finding."""
    checkout = _checkout()
    cases, findings = building.check_bank(checkout)
    findings += _schema_findings()
    unread = _unread(checkout, cases)
    if unread:
        click.echo(
            f"The form of {', '.join(unread)} comes first: once it is right, its content and the keys are checked.",
            err=True,
        )
    else:
        findings += bank_findings(checkout, cases)
    if play_blind:
        findings += _blind(cases)
    if coverage:
        _coverage(cases)
    _report(findings)
    items = sum(len(case.content.items) for case in cases.values())
    if not coverage:
        click.echo(f"{len(cases)} cases ({', '.join(cases)}) with {items} items: no findings")


def bank_findings(checkout: Checkout, cases: Mapping[str, Case]) -> list[Finding]:
    """What only the whole bank shows: keys that installed distributions hold, and the sources."""
    keys = [finding for extra in entry_points(group="eprofessionalism.checks") for finding in extra.load()(cases)]
    return [*keys, *sources.findings(cases, load_published(checkout.published))]


def _blind(cases: Mapping[str, Case]) -> list[Finding]:
    """Play the bank, print the tables, and say where a bound is broken."""
    assessed = keyed.assessment(cases)
    items = [*keyed.practice(cases.values()), *(assessed or ())]
    results = blind.play(items)
    tables = (blind.table(results), balance.table(items), readability.table(cases.values()))
    click.echo("\n\n".join(tables) + "\n")
    if assessed is None:
        click.echo("Only practice items were played: the keys of the tests are in eprofessionalism-graders.")
    return [*blind.findings(results), *balance.findings(items)]


def _coverage(cases: Mapping[str, Case]) -> None:
    """Print what is taught and assessed; the last line counts clauses and duties."""
    *rows, last = table(coverage_of(cases)).splitlines()
    click.echo("\n".join([*rows, sources.stale_line(cases.values()), last]))


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when what is built is out of date.")
def build(only_check: bool) -> None:
    """Write notebooks/, the facilitators’ pages and the JSON Schema from the cases."""
    checkout = _checkout()
    try:
        outputs = building.outputs(checkout, building.load_checked(checkout))
    except FindingsError as error:
        _report(error.findings)
    if only_check:
        stale = (building.compare(files, checkout.root / name, name) for name, files in outputs.items())
        _report([*_schema_findings(), *chain.from_iterable(stale)])
        for name, files in outputs.items():
            click.echo(f"{name}/ is up to date ({len(files)} files)")
        return
    schema.SCHEMA_FILE.write_text(schema.schema_text(), encoding="utf-8")
    for name, files in outputs.items():
        _write(name, files, checkout.root / name)


def _write(name: str, files: Mapping[str, bytes], folder: Path) -> None:
    written, removed = building.write(files, folder)
    for verb, paths in (("wrote", written), ("removed", removed)):
        for path in paths:
            click.echo(f"{verb} {name}/{path}")
    click.echo(f"{name}/: {len(files)} files, {len(written) + len(removed)} changed")


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
