"""Results of a cohort: tidy tables, the instructor's own report, and the one to hand on."""
