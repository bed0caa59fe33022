"""What an instructor may lay beside an offering for its report; it belongs to the offering, and to a backup of it."""

from __future__ import annotations

EARLIER = "earlier"
"""A folder with the answers of earlier offerings, as `eprof export --to parquet` writes them."""

JUDGES = "judges"
"""A folder with the ratings of a standard-setting panel, one file a test, named after it."""

BORDERLINE = "borderline.csv"
"""The learners whom a judge holds to be just about good enough."""

BESIDE = (EARLIER, JUDGES, BORDERLINE)
