"""The report's figures, one module a drawing; `base` has what they are drawn with."""

from eprofessionalism_graders.cohort.figures.base import NARROW, WIDE, Plot
from eprofessionalism_graders.cohort.figures.cases import by_case
from eprofessionalism_graders.cohort.figures.passing import bin_name, distribution, edges, histogram

__all__ = [
    "NARROW",
    "WIDE",
    "Plot",
    "bin_name",
    "by_case",
    "distribution",
    "edges",
    "histogram",
]
