"""One value that a model refuses, and the words to say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from eprofessionalism.authoring.fields import Asked
from eprofessionalism.authoring.places import Location

GUIDE = "docs/authors/README.md"


class Words(NamedTuple):
    """The words of a finding."""

    expected: str
    found: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One value that was refused.

    `asked` is what the model wants there, `around` the class that it is a field of; `said` is the message of a rule of
    ours; `pattern` is the one it does not fit.
    """

    kind: str
    location: Location
    value: Any
    asked: Asked
    around: Asked
    pattern: str
    said: str

    @property
    def field(self) -> str:
        """The name of the field."""
        return next((step for step in reversed(self.location) if isinstance(step, str)), "file")
