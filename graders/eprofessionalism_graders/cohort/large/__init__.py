"""Answers in Parquet files, many offerings in one table: on one machine through DuckDB, on several through Dask."""
