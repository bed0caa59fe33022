"""How long a first question takes beside the plainest radio buttons of ipywidgets; the aim is at most 1.3 times.

    python benchmarks/first_question.py [ROUNDS]

Each measurement is a fresh Python. A imports ipywidgets and anywidget and shows `RadioButtons`; B imports
eprofessionalism and shows the first question of the first case. Rounds alternate, so that a busy machine slows both;
the medians are compared.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from eprofessionalism import learn
from eprofessionalism.library import built_cases

AIM = 1.3

TIMED = """
import time
start = time.perf_counter()
{body}
print(time.perf_counter() - start)
"""

RADIO = """
import anywidget, ipywidgets
shown = ipywidgets.RadioButtons(options=["One", "Two", "Three"])
shown._repr_mimebundle_()
"""

QUESTION = """
from eprofessionalism import question
shown = question({item!r})
shown._repr_mimebundle_()
assert shown.item["options"], "no question was shown"
"""


def measure(body: str, folder: Path) -> float:
    """Seconds that a fresh Python needs for `body`, its own start not counted."""
    command = [sys.executable, "-c", TIMED.format(body=body)]
    return float(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()[-1])


def main(rounds: int) -> None:
    slug, case = next(iter(built_cases().items()))
    with tempfile.TemporaryDirectory() as scratch:
        learn.lay_out(Path(scratch), {slug: case})
        folder = Path(scratch) / slug
        question = QUESTION.format(item=next(iter(learn.Player(folder).bank.items)))
        pairs = [(measure(RADIO, folder), measure(question, folder)) for _ in range(rounds + 1)][
            1:
        ]  # the first warms the disk
    radio, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"plain radio buttons  {radio * 1000:6.0f} ms (median of {rounds})")
    print(f"a first question     {ours * 1000:6.0f} ms")
    print(f"ratio                {ours / radio:6.2f} (aim: at most {AIM})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
