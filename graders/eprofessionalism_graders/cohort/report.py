"""`report/`: the instructor's own page with the tables, and `report/share/`, the page to hand on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort import figures, page, words
from eprofessionalism_graders.cohort.figures import Plot
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.shared import Shared, share
from eprofessionalism_graders.cohort.summary import Summary, full_name, summarize
from eprofessionalism_graders.cohort.tables import Tables, read_tables
from eprofessionalism_graders.offering import Offering

CLAUSES = 5
"""So many clauses stand beside the cases; the others are in the table below them."""


def write_report(offering: Offering, smallest: int = SMALLEST_GROUP) -> Path:
    """Write both reports of an offering as it stands now; the path of the instructor's page.

    On POSIX nobody but the owner can read what is written.

    Args:
        offering: the offering, graded or not.
        smallest: the size a group must have to appear in the shared page.
    """
    banks = {assignment: offering.bank(assignment) for assignment in offering.assignments}
    keys = {assignment: offering.key(assignment) for assignment in banks}
    tables, settings = read_tables(offering), offering.settings
    summary = summarize(tables, banks, keys, settings.pass_mark)
    folder = offering.root / "report"
    _own_folder(folder)
    _own_folder(folder / "share")
    head = {"title": settings.title, "due": settings.due, "pass_mark": settings.pass_mark}
    with _private():
        tables.write(folder)
        path = folder / "index.html"
        path.write_text(page.render("own.html", head | own_content(summary, tables)), encoding="utf-8")
        shared = share(summary, banks, settings.pass_mark, smallest)
        text = page.render("share.html", head | shared_content(shared))
        (folder / "share" / "index.html").write_text(text, encoding="utf-8")
    return path
