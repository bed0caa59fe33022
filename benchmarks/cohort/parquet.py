"""Long rows in Parquet files, one an answer: item and scale statistics beside what DuckDB takes to count rows by item.

python benchmarks/cohort/parquet.py FOLDER    # seconds and MiB of one report's numbers, in a process of its own
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "grading"))  # what measures is shared with the other benchmark

import duckdb
from measure import run

from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.items import item_statistics_of
from eprofessionalism_graders.cohort.analysis.scale import scale_statistics_of
from eprofessionalism_graders.cohort.large import cluster, parquet

TIME_BOUND, MEMORY_BOUND = 6, 1024
THREADS, MEMORY, FILES = 2, "1GB", 10

ROWS = """
    SELECT 'site-' || lpad({file}::VARCHAR, 2, '0') AS offering, 'learner-' || lpad(l::VARCHAR, 7, '0') AS learner,
        '90-form-a' AS assignment, 'q-' || lpad(i::VARCHAR, 2, '0') || '-question' AS item, 'sba' AS type,
        'post' AS sitting, CASE WHEN knows THEN 'a' ELSE chr(98 + (hash(l, i, 3) % 3)::INT) END AS answer,
        knows::INT::DOUBLE AS score, knows::INT::DOUBLE AS points, 1.0::DOUBLE AS max_points
    FROM (
        SELECT l, i, (hash(l, i) % 1000) / 1000 < 1 / (1 + exp((i % 20) / 8 - (hash(l) % 1000) / 250 + 0.5)) AS knows
        FROM range({first}, {last}) learners(l), range({items}) items(i) ORDER BY l, i
    )
"""
"""As `eprof export` writes them: learner by learner, with names as text."""

NUMBERED = """
    SELECT substr(learner, 9)::INT AS learner, substr(item, 3, 2)::UTINYINT AS item, answer, points
    FROM read_parquet('{file}')
"""
"""The same with learners and items as numbers, as a testing programme's own store has them."""


def made(scratch: Path, sizes) -> dict[str, Path]:
    """The two folders, written once."""
    folders = {"names as text": scratch / "text", "names as numbers": scratch / "numbers"}
    text, numbers = folders.values()
    if not text.exists():
        text.mkdir()
        numbers.mkdir()
        part = -(-sizes.learners // FILES)
        with duckdb.connect(config={"threads": THREADS}) as connection:
            for number in range(FILES):
                first, last = number * part, min((number + 1) * part, sizes.learners)
                rows = ROWS.format(file=number, first=first, last=last, items=sizes.items)
                name = f"site-{number:02}.parquet"
                connection.execute(f"COPY ({rows}) TO '{text / name}' (FORMAT parquet)")
                connection.execute(f"COPY ({NUMBERED.format(file=text / name)}) TO '{numbers / name}' (FORMAT parquet)")
    return folders


def everything(folder: Path) -> Counts:
    """All item and scale statistics, from the files."""
    found = parquet.counts(folder, threads=THREADS, memory=MEMORY)
    item_statistics_of(found)
    scale_statistics_of(found)
    return found


def by_item(folder: Path) -> None:
    """The least that must be done: every row is counted once."""
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as connection:
        connection.execute(f"SELECT item, count(*) FROM read_parquet('{folder}/*.parquet') GROUP BY item").fetchall()


def by_learner(folder: Path) -> None:
    """What must come first: a learner’s points are added up before anything can be counted by total."""
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as connection:
        connection.execute(f"""
            CREATE TEMP TABLE totals AS
            SELECT learner, sum(points) AS total, count(*) AS answers, bit_xor(hash(item)) AS items
            FROM read_parquet('{folder}/*.parquet') GROUP BY learner
        """)


def plain(folder: Path) -> None:
    """The count table as one would write it down: what it costs without thought for how it is reckoned."""
    rows = f"read_parquet('{folder}/*.parquet')"
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as connection:
        connection.execute(f"""
            WITH totals AS MATERIALIZED (SELECT learner, sum(points) AS total FROM {rows} GROUP BY learner)
            SELECT item, answer, points, total, count(*) FROM {rows} JOIN totals USING (learner) GROUP BY ALL
        """).fetchall()


def beside_counting(scratch: Path, sizes, report) -> None:
    """DuckDB on one machine."""
    for kind, folder in made(scratch, sizes).items():
        by_item(folder)  # once, so that both find the files in memory
        works = {
            f"rows counted by item, {kind}": by_item,
            "learners added up, and nothing else": by_learner,
            "the count table alone, in plain SQL": plain,
            "all item and scale statistics": everything,
        }
        rounds = [[_seconds(work, folder) for work in works.values()] for _ in range(sizes.rounds)]
        for name, *times in zip(works, *rounds, strict=True):
            ratios = (time / counted for time, (counted, *_) in zip(times, rounds, strict=True))
            report.say(name, f"{statistics.median(times):.2f} s, {statistics.median(ratios):.3g} times")
        report.say("ours / the table in plain SQL", f"{statistics.median(own / sql for *_, sql, own in rounds):.3g}")
        report.bound("ours / counted by item", statistics.median(own / other for other, *_, own in rounds), TIME_BOUND)
        found = json.loads(run([sys.executable, __file__, str(folder)]).said)
        report.bound("MiB above an idle process", found["peak"] - found["before"], MEMORY_BOUND)


def on_a_cluster(scratch: Path, sizes, report) -> None:
    """The same counts by two workers of a Dask cluster on this machine."""
    from distributed import LocalCluster

    folder = made(scratch, sizes)["names as text"]
    alone = parquet.counts(folder, threads=THREADS, memory=MEMORY)
    with (
        LocalCluster(n_workers=THREADS, threads_per_worker=1, dashboard_address=None) as local,
        cluster.connected(local.scheduler_address) as client,
    ):
        cluster.counts(folder, client)  # what workers load once is in no figure
        start = time.perf_counter()
        together = cluster.counts(folder, client)
        report.say("counted by two workers of Dask", f"{time.perf_counter() - start:.2f} s")
    report.holds("the same whole numbers", together == alone)


def _seconds(work, folder: Path) -> float:
    start = time.perf_counter()
    work(folder)
    return time.perf_counter() - start


def _peak() -> float:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(folder: Path) -> None:
    """Print the memory of this process before and at its peak."""
    before = _peak()
    everything(folder)
    print(json.dumps({"before": before, "peak": _peak()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
