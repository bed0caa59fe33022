"""CSV whose texts stay texts when a spreadsheet opens them, and that reads back to the letter.

A spreadsheet runs a cell that begins with one of `= + - @` as a formula, whoever wrote it and quoted or not. So such a
text gets an apostrophe before it, as OWASP advises (“CSV Injection”; ASVS 5.0, requirement 1.2.10), and every text is
in quotes. Numbers are ours and stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

_SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫−⁼⁺⁻₌₊₋⩴⩵⩶﬩"
"""What begins a formula, and whatever is written like it: East Asian settings take full width for the same."""

_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PASSED = rf"(?:[^\S\t\r\n]|[\"'“”‘’{_UNSEEN}])*"
"""What a program may drop before it looks for a sign: blanks, quotation marks and what is not seen."""

_PLACE = r"(?:\A|(?<=[;\t\r\n]))"
"""Where a cell begins, also for a program that parts cells by semicolons or tabs, or does not heed quotes."""

_AHEAD = rf"(?={_PASSED}[{_SIGNS}])"
_BREAK_AHEAD = rf"(?={_PASSED}[\t\r\n\0])"
_BARE = re.compile(rf"{_PLACE}{_AHEAD}|\A{_BREAK_AHEAD}")
_MARKED = re.compile(rf"{_PLACE}'{_AHEAD}|\A'{_BREAK_AHEAD}")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `original` gives it back."""
    return _BARE.sub("'", text)


def original(cell: str) -> str:
    """The text of which `neutral` made this cell."""
    return _MARKED.sub("", cell)


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts as a CSV file, each text neutral and in quotes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [neutral(cell) for cell in row] for row in rows
    )
    return text.getvalue()


def read(text: str) -> Iterator[dict[str, str | None]]:
    """The rows of a CSV file by its column names, each cell as it was; also of one that a spreadsheet has saved."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {name: original(cell) if isinstance(cell, str) else None for name, cell in row.items() if name}
