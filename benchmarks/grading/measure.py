"""Times, what a further submission costs, and a line of the report for each figure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Watch:
    """How many seconds went by."""

    seconds: float = 0.0


@contextmanager
def watch() -> Iterator[Watch]:
    """Time a block."""
    found, start = Watch(), time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - start


def marginal(timed: Callable[[int], float], few: int, many: int) -> float:
    """Seconds that one more submission takes: what is done once a run is in both times, and cancels out."""
    first = timed(few)
    return (timed(many) - first) / (many - few)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished command: wall and processor seconds of all its processes, and the memory of the largest in MB."""

    wall: float
    cpu: float
    peak: float
    said: str

    def __str__(self) -> str:
        return f"{self.wall:.1f} s, {self.cpu / self.wall:.2f} processors busy, {self.peak:.0f} MB at most"


def run(command: list[str]) -> Run:
    """Run a command to its end. Where it fails, its words are shown and the benchmark ends."""
    said, _ = start([sys.executable, __file__, *command]).communicate()
    status, *found = json.loads(said)
    finished = Run(*found)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{finished.said}")
    return finished


def start(command: list[str]) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, so that it can be stopped with all its processes."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.Popen(
        command,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@dataclass(slots=True)
class Report:
    """Prints figures as they come, and keeps which bounds were missed."""

    missed: list[str] = field(default_factory=list)

    def say(self, what: str, figure: str) -> None:
        print(f"  {what:<50} {figure}", flush=True)

    def bound(self, what: str, found: float, limit: float, *, at_least: bool = False) -> None:
        """A figure that has a bound; at most this, unless it is said to be at least this."""
        met = found >= limit if at_least else found <= limit
        words = f"{'at least' if at_least else 'at most'} {_number(limit)}: {'met' if met else 'MISSED'}"
        self.say(what, f"{_number(found)} ({words})")
        if not met:
            self.missed.append(what)

    def holds(self, what: str, is_so: bool) -> None:
        """Something that is true or not."""
        self.say(what, "yes" if is_so else "NO")
        if not is_so:
            self.missed.append(what)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main(command: list[str]) -> None:
    """Run a command and print what it used. This process is small, for a new one begins with its parent’s memory."""
    with watch() as found:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss
    print(json.dumps([process.returncode, found.seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, said]))


if __name__ == "__main__":
    main(sys.argv[1:])
