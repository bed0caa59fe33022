"""`run.py` starts the project's programs and waits for them, also for one that is asked to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIDY = """
import time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)  # longer than the moment that subprocess.run leaves a program
    print("tidied", flush=True)
"""
START = """
import sys
from pathlib import Path
import run
run.SCRIPTS = Path(sys.executable).parent
sys.exit(run.run([Path(sys.executable).name, "-c", sys.argv[1]]))
"""
TELL = "import os; print(os.environ['EPROF_COMMAND'])"


def test_a_program_learns_how_it_was_asked_for():
    start = START.replace("sys.exit(", "sys.argv[0] = 'run.py'\nsys.exit(")
    told = subprocess.run([sys.executable, "-c", start, TELL], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "python3 run.py eprof\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_a_program_that_is_stopped_by_ctrl_c_may_put_things_in_order():
    process = subprocess.Popen(
        [sys.executable, "-c", START, TIDY],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    assert process.communicate(timeout=30)[0] == "tidied\n"
    assert process.returncode == 0
