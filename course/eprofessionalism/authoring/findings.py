"""A finding: one mistake in one place, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """What is wrong, where, and what to do. `line` counts from 1; `where` names the item, block or field."""

    file: str
    line: int
    where: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """The finding as one line."""
        return f"{self.file}:{self.line}: {self.where}: expected {self.expected}, found {self.found}; {self.remedy}"


class FindingsError(ValueError):
    """Content with mistakes. `findings` holds all of them, sorted by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(set(findings))
        super().__init__("\n".join(map(str, self.findings)))
