"""Keeping an offering for years: `eprof backup`, `eprof restore` and `eprof upgrade`."""
