"""The same counts on a cluster: a real one, with workers that are processes of their own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from eprofessionalism_graders.cohort.cli import report
from eprofessionalism_graders.cohort.large import cluster, parquet
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.large.counting import Asked
from eprofessionalism_graders.cohort.large.schema import source
from eprofessionalism_graders.errors import UserError

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    local = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with local:
        yield local.scheduler_address


def answers(learners: int, offering: str, start: int = 0) -> pd.DataFrame:
    rows = [
        {"offering": offering, "learner": f"l{one}", "item": f"q{item}", "answer": "abc"[(one * item) % 3]}
        | {"points": ((one * item) % 3) / 3, "assignment": "90-form-a", "sitting": "post"}
        for one in range(start, start + learners)
        for item in range(6)
        if (one, item) != (start + 4, 2)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two years, one of them in two files that share its learners; one learner of each year lacks an answer."""
    this, last = answers(50, "2026"), answers(70, "2025")
    for name, part in {"a": this[::2], "b": this[1::2], "c": last}.items():
        write_answers(part, tmp_path / f"{name}.parquet", str(part["offering"].iloc[0]))
    return tmp_path


def test_a_cluster_counts_the_same_whole_numbers(address, folder):
    with cluster.connected(address) as client:
        found = cluster.counts(folder, client)
    assert found == parquet.counts(folder)
    assert (found.learners, found.complete) == (120, 118)


def test_a_cluster_counts_one_offering_when_asked(address, folder):
    asked = Asked("90-form-a", offerings=("2026",))
    with cluster.connected(address) as client:
        assert cluster.counts(folder, client, asked) == parquet.counts(folder, asked)


def test_learners_of_one_file_are_dealt_to_all_workers(address, tmp_path):
    write_answers(answers(200, "2026"), tmp_path / "a.parquet", "2026")
    with cluster.connected(address) as client:
        assert sum(client.nthreads().values()) == 2
        assert cluster.counts(tmp_path, client) == parquet.counts(tmp_path)


def test_what_a_worker_finds_wrong_is_said_here(address, folder):
    write_answers(answers(1, "2026"), folder / "again.parquet", "2026")
    with (
        cluster.connected(address) as client,
        pytest.raises(UserError, match=r"a\.parquet and again\.parquet both call their offering “2026”"),
    ):
        cluster.counts(folder, client)


def test_files_that_a_worker_does_not_see_are_named(address, folder, monkeypatch):
    def blind(files):  # a worker gets a function in a function whole, and need not import the tests
        return str(files[0])

    monkeypatch.setattr(cluster, "_unseen", blind)
    with (
        cluster.connected(address) as client,
        pytest.raises(UserError, match=r"a\.parquet: expected a file that worker tcp:"),
    ):
        cluster.counts(folder, client)


def test_files_are_grouped_so_that_no_learner_is_in_two_groups(folder):
    with parquet.opened() as connection:
        found = source(connection, parquet.files_of(folder))
        groups = cluster._groups(connection, found)
    assert [[path.name for path in group] for group in groups] == [["a.parquet", "b.parquet"], ["c.parquet"]]


def test_the_report_is_the_same_with_a_cluster(address, folder):
    contents = []
    for arguments in ([], ["--scheduler", address]):
        done = CliRunner().invoke(report, [str(folder), *arguments])
        assert done.exit_code == 0, done.output
        files = sorted(path for path in (folder / "report").rglob("*") if path.is_file())
        contents.append({path.name: path.read_bytes() for path in files})
    assert contents[0] == contents[1]


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch):
    monkeypatch.setattr(cluster, "TIMEOUT", 1)
    with (
        pytest.raises(UserError, match=r"--scheduler tcp://127\.0\.0\.1:1: expected a Dask scheduler"),
        cluster.connected("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    ["what://ever", "127.0.0.1", "http://127.0.0.1:80", "localhost:abc", "localhost:0", "localhost:65536", ":1"],
)
def test_an_address_that_is_none_is_refused_before_anybody_is_called(monkeypatch, address):
    monkeypatch.setattr(cluster.socket, "create_connection", lambda *_, **__: pytest.fail("called"))
    with pytest.raises(UserError, match="found: no address of the form tcp://HOST:PORT"), cluster.connected(address):
        pass


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"short"])
@pytest.mark.parametrize("closes", [True, False])
def test_what_is_no_scheduler_is_refused_before_dask_is_asked(monkeypatch, greeting, closes):
    """A dashboard waits to be asked, and what another program says would be read as a length of exbibytes."""
    monkeypatch.setattr(cluster, "TIMEOUT", 1)
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: pytest.fail("asked"))
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(greeting)
                if not closes:
                    line.recv(1)  # until the other side leaves

        done = pool.submit(answer)
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UserError, match="this may be the dashboard"), cluster.connected(address):
            pass
        done.result(5)


def test_without_certificates_there_is_no_tls():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tls://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UserError, match="no certificates for tls://"), cluster.connected(address):
            pass


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UserError, match=r"eprofessionalism-graders\[cluster\]"), cluster.connected("tcp://127.0.0.1:1"):
        pass
