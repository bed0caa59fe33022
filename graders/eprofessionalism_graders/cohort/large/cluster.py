"""The same counts on several machines: each worker of a Dask cluster counts its learners, and the tables are added.

Adding is exact and in any order, so that the result is the same whole numbers as on one machine. All workers must see
the files under the same path, and have this package.
"""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted by `schema`
from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.large.counting import Asked, count, items_of
from eprofessionalism_graders.cohort.large.parquet import files_of, opened, the_only
from eprofessionalism_graders.cohort.large.schema import Source, source
from eprofessionalism_graders.errors import UserError

TIMEOUT = 15
"""Seconds that the scheduler has to answer."""

_ADDRESS = re.compile(r"(?:(tcp|tls)://)?(\[[0-9A-Fa-f:.%]+\]|[\w.-]+):([0-9]{1,5})/?")
_LONGEST_GREETING = 1 << 20


@contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """A client of a running cluster.

    Args:
        scheduler: its address, such as `tcp://10.0.0.5:8786`.

    Raises:
        UserError: Dask is not installed, no scheduler answers there, or there is no worker.
    """
    try:
        import distributed
    except ImportError as error:
        remedy = "install it with `pip install 'eprofessionalism-graders[cluster]'`, or leave out --scheduler"
        raise UserError(f"--scheduler {scheduler}: expected Dask, found that it is not installed; {remedy}") from error
    connect: Any = distributed.Client
    try:
        _greeted(scheduler)
        client = connect(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = "start one with `dask scheduler`, or correct the address, such as tcp://10.0.0.5:8786"
        raise UserError(f"--scheduler {scheduler}: expected a Dask scheduler, found: {error}; {remedy}") from error
    with client:
        if not client.nthreads():
            remedy = f"start some with `dask worker {scheduler}`"
            raise UserError(f"--scheduler {scheduler}: expected workers, found none; {remedy}")
        yield client


def _greeted(scheduler: str) -> None:
    """See that a scheduler is there before Dask is asked, which waits long for what is none and reads whatever it says.

    A scheduler speaks first: eight bytes that say how long its greeting is.

    Raises:
        ValueError: the address is none, or something else is there.
        OSError: nobody answers.
    """
    address = _ADDRESS.fullmatch(scheduler)
    if not address or not 0 < int(address[3]) < 1 << 16:
        raise ValueError("no address of the form tcp://HOST:PORT")
    with socket.create_connection((address[2].strip("[]"), int(address[3])), timeout=TIMEOUT) as line:
        with _veiled(line) if address[1] == "tls" else line as talk, talk.makefile("rb") as heard:
            try:
                said = heard.read(8)
            except TimeoutError:
                said = b""
        if len(said) < 8 or int.from_bytes(said, "little") > _LONGEST_GREETING:
            raise ValueError("something else; this may be the dashboard, whose port is another than the scheduler’s")


def _veiled(line: socket.socket) -> socket.socket:
    """The same line through TLS, with the certificates that Dask's configuration names."""
    from distributed.security import Security

    security: Any = Security
    context: ssl.SSLContext | None = security().get_connection_args("client").get("ssl_context")
    if context is None:
        raise ValueError("no certificates for tls:// in Dask’s configuration")
    return context.wrap_socket(line)


def counts(folder: Path, client: Any, asked: Asked | None = None) -> Counts:
    """Count the answers to one assignment in one sitting; see `parquet.counts`.

    Args:
        folder: with the files, where every worker sees it too.
        client: of the cluster.
        asked: which answers.

    Raises:
        UserError: as `parquet.counts`, or a worker does not see the files or lacks this package.
    """
    from dask.delayed import delayed

    files = [path.absolute() for path in files_of(folder)]
    with opened() as connection:
        found = source(connection, files)
        whole = asked or the_only(connection, found)
        whole = replace(whole, items=whole.items or items_of(connection, found, whole))
        groups = _groups(connection, found)
    _check_workers(client, files)
    parts = -(-sum(client.nthreads().values()) // len(groups))
    count_part = delayed(_count, pure=False)
    tables = [count_part(group, replace(whole, part=(part, parts))) for group in groups for part in range(parts)]
    merge = delayed(_added, pure=False)
    while len(tables) > 1:
        tables = [merge(tables[place : place + 2]) for place in range(0, len(tables), 2)]
    result: Counts = client.compute(tables[0]).result()
    return result


def _groups(connection: duckdb.DuckDBPyConnection, found: Source) -> list[tuple[Path, ...]]:
    """The files, together where they hold learners of one offering: so that no learner is in two groups."""
    query = f"SELECT DISTINCT filename, CAST({found.value('offering')} AS VARCHAR) FROM {found.scan}"
    groups: dict[Path, set[Path]] = {path: {path} for path in found.files}
    first: dict[str, Path] = {}
    for name, offering in connection.execute(query).fetchall():
        one, other = groups[Path(name)], groups[first.setdefault(offering, Path(name))]
        if one is not other:
            one |= other
            groups |= dict.fromkeys(one, one)
    unique = {id(group): group for group in groups.values()}
    return [tuple(sorted(group)) for group in unique.values()]


def _check_workers(client: Any, files: Sequence[Path]) -> None:
    try:
        unseen = client.run(_unseen, files)
    except ImportError as error:
        remedy = "install the same version of eprofessionalism-graders on every worker"
        raise UserError(f"workers: expected this package, found: {error}; {remedy}") from error
    for worker, path in unseen.items():
        if path:
            remedy = "give a folder that every worker sees under the same path, and with the right to read it"
            raise UserError(f"{path}: expected a file that worker {worker} can read, found that it cannot; {remedy}")


# ---- What workers do -------------------------------------------------------------------------------------------------


def _unseen(files: Sequence[Path]) -> str:
    """The first file that cannot be read here; empty where there is none."""
    return next((str(path) for path in files if not os.access(path, os.R_OK)), "")


def _count(files: Sequence[Path], asked: Asked) -> Counts:
    with opened(threads=1) as connection:
        return count(connection, source(connection, files), asked)


def _added(tables: Sequence[Counts]) -> Counts:
    return sum(tables[1:], start=tables[0])
