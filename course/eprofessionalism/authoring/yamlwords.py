"""What YAML refuses, in an author's words: one row of a table for each way of going wrong."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

_QUOTE = 'put the whole text in quotes: "…"'
_INDENT = "begin the fields of one entry in the same column, and what belongs to a field two spaces further in"


class _Row(NamedTuple):
    """A kind of mistake. `pattern` is looked for in the parser's context and problem, joined by a bar."""

    pattern: str
    expected: str
    found: str
    remedy: str
    at_start: bool = False  # point at where the quote, bracket or field begins, not at where the parser gave up


_TABLE = tuple(
    _Row(*row)
    for row in (
        (
            r"expected a single document|<document start>|directive",
            "one case in a file",
            "“---”, “...” or “%”",
            "take it out",
        ),
        (
            r"mapping values are not allowed",
            "one colon with a space after it on a line, or text in quotes",
            "a second one, or a field further in than the one above it",
            _QUOTE,
        ),
        (r"found character '\\t'", "spaces before a line", "a tab", "indent with spaces"),
        (
            r"found character '(?P<what>.+)' that cannot start",
            "text that begins with a letter or digit, or stands in quotes",
            "“{what}” at its beginning",
            _QUOTE,
        ),
        (
            r"scanning an (?:alias|anchor)",
            "text that begins with a letter or digit, or stands in quotes",
            "“*” or “&” at its beginning",
            _QUOTE,
        ),
        (r"undefined tag handle|scanning a tag", "text in quotes", "“!” at its beginning", _QUOTE),
        (r"mapping keys are not allowed", "text in quotes", "“?” at its beginning", _QUOTE),
        (
            r"scanning a block scalar",
            "nothing else on the line of “|” or “>”",
            "text after it",
            "begin the text on the next line, two spaces further in; or, if the text begins with that sign, put it in "
            "quotes",
        ),
        (
            r"scanning a (?:double-)?quoted scalar\|found unknown escape character '(?P<what>.+)'",
            "text without “\\”, or in single quotes",
            "“\\{what}”",
            "take the “\\” out",
        ),
        (r"scanning a .*quoted scalar", "a quote at the end of the text", "none", "close the quotes", True),
        (
            r"parsing a flow (?:sequence|mapping|node)",
            "a list [one, two] or fields {id: a, text: …} in brackets",
            "a bracket that is not closed, or a colon, comma or bracket inside a text",
            "close the bracket, and put each text with such a sign in quotes; or give each entry a line of its own",
            True,
        ),
        (
            r"could not find expected ':'",
            "a field with a colon and a space, such as “title: Fog”",
            "a line without",
            "add the colon or the space after it; if the line carries on a text, begin it two spaces further in",
            True,
        ),
        (
            r"but found '(?:<scalar>|<alias>|,|\]|\}|\[|\{)'",
            "nothing after a text in quotes or brackets",
            "more text, or a quote or bracket too many",
            "put the whole text in quotes, with “…” or ‘…’ inside it",
        ),
        (
            r"block collection\|.*but found '\?'",
            "a list whose entries all begin with “- ”",
            "a field in the column of the “- ”",
            "begin it two spaces further in, under the first field of its entry",
        ),
        (
            r"but found '<block (?:mapping|sequence) start>'",
            "lines that belong together in one column",
            "a line further in, or less far in, than those above it",
            _INDENT,
        ),
        (
            r"expected <block end>, but found",
            "lines that belong together in one column",
            "an entry or field that does not belong to the one above it",
            _INDENT,
        ),
        (
            r"sequence entries are not allowed|block sequence entries",
            "a list whose first “- ” has a line of its own",
            "“- ” after other text",
            "begin the list on the next line; if it is text, " + _QUOTE,
        ),
    )
)
_OTHER = _Row(
    "", "YAML, as in the other cases", "something else", "look at the indentation, quotes and colons of this line"
)


def explain(error: yaml.MarkedYAMLError) -> tuple[int, str, str, str]:
    """The line from 1, and what was expected there, what was found, and the remedy."""
    said = f"{error.context or ''}|{error.problem or ''}"
    row, match = next(((row, match) for row in _TABLE if (match := re.search(row.pattern, said))), (_OTHER, None))
    marks = (error.context_mark, error.problem_mark) if row.at_start else (error.problem_mark, error.context_mark)
    line = next((mark.line + 1 for mark in marks if mark), 1)
    what = match.groupdict() if match else {}
    return line, row.expected, row.found.format(**what), row.remedy
