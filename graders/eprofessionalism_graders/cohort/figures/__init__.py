"""The report's figures, one module a drawing; `base` has what they are drawn with."""

from eprofessionalism_graders.cohort.figures.base import NARROW, WIDE, Plot
from eprofessionalism_graders.cohort.figures.cases import by_case
from eprofessionalism_graders.cohort.figures.passing import distribution, edges, histogram, merged_distribution

__all__ = [
    "NARROW",
    "WIDE",
    "Plot",
    "by_case",
    "distribution",
    "edges",
    "histogram",
    "merged_distribution",
]
