"""`eprof`, the one command.

Each command is imported when it is called, so that `eprof learn` starts without what authors and instructors need. The
instructor's distribution adds its own through the entry point group `eprofessionalism.commands`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version

import click

_OWN = {
    "learn": "eprofessionalism.learn:command",
    "check": "eprofessionalism.authoring.commands:check",
    "build": "eprofessionalism.authoring.commands:build",
    "new": "eprofessionalism.authoring.new:command",
    "preview": "eprofessionalism.authoring.preview:command",
}
_AUTHOR_MODULES = ("jinja2", "jsonschema", "markdown_it", "matplotlib", "nbformat", "pydantic", "yaml")


class _Commands(click.Group):
    """Our commands and those of the instructor's distribution where it is installed, each imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 # click names it
        return [*_OWN, *sorted(_installed())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        found = _installed().get(name)
        target = found.value if found else _OWN.get(name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        try:
            command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if error.name not in _AUTHOR_MODULES:
                raise
            message = f"eprof {name} needs the author’s tools, and {error.name} is not installed"
            raise click.ClickException(f"{message}; install eprofessionalism[author]") from error
        assert isinstance(command, click.Command)  # noqa: S101 # an entry point of ours names a command
        return command


def _installed() -> dict[str, EntryPoint]:
    return {found.name: found for found in entry_points(group="eprofessionalism.commands")}


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("eprofessionalism"), prog_name="eprof")
def main() -> None:
    """Professional conduct in social media: a course for physicians."""
