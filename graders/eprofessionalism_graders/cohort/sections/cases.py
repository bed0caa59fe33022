"""How the cases went: which was hardest."""

from __future__ import annotations

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.document import Figure, Section
from eprofessionalism_graders.cohort.figures import by_case
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import by_mean


def section(results: Results) -> Section | None:
    """Results by case, the orientation left out; nothing before somebody has finished one."""
    found = [case for case in results.summary.cases if results.banks[case.assignment].module == "case"]
    if not by_mean(found):
        return None
    return Section(
        id="cases",
        title=words.cases(found),
        lead=f"{words.case_basis(found)} First answers count, before any feedback.",
        blocks=(Figure("cases", words.read_cases(found), by_case(found)),),
    )
