"""Statistics of tests and cohorts, from frames and matrices alone: nothing here knows an offering or a page."""
