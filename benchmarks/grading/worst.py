"""The longest journals that a submission may have, filled with what costs a reader most.

    python benchmarks/grading/worst.py KIND BYTES

Reads one such journal; prints the seconds that it took, and what was in it.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import repeat

from measure import watch

from eprofessionalism import journal
from eprofessionalism.journal import LONGEST_LINE, Record

SHORTEST = b'{"v":1,"kind":"done","item":""}\n'
USUAL = (
    b'{"v": 1, "kind": "commit", "item": "fr-1-request", "answer": "a", "certainty": null, '
    b'"at": "2026-09-01T09:00:00.000Z", "session": "0123456789abcdef", "case": "0123456789abcdef"}\n'
)
ANSWER = SHORTEST.removesuffix(b"}\n") + b',"answer":%s}\n'
LONG = LONGEST_LINE - 100

KINDS = {
    "line breaks": b"\n",
    "short lines": b"x\n",
    "empty objects": b"{}\n",
    "torn lines": SHORTEST.replace(b"}\n", b" \n"),
    "lines of another format": SHORTEST.replace(b"1", b"2"),
    "two kinds in turn": SHORTEST.replace(b"1", b"2") + b"x\n",
    "one line": b"x" * LONG,
    "nested lists": ANSWER % (b"[" * LONG),
    "a text of brackets": ANSWER % (b'"' + b"[" * LONG + b'"'),
    "long lists": ANSWER % (b"[" + b"1," * (LONG // 2) + b"1]"),
    "long numbers": ANSWER % (b"[" + (b"9" * 4300 + b",") * (LONG // 4301) + b"1]"),
    "the shortest records": SHORTEST,
    "usual records": USUAL,
}


def main(kind: str, size: int) -> None:
    content = KINDS[kind] * (2**18 // len(KINDS[kind]) or 1)
    with tempfile.TemporaryFile() as file:
        file.writelines(repeat(content, size // len(content)))
        file.seek(0)
        records = passed_over = 0
        with watch() as found:
            for entry in journal.read(file):
                if isinstance(entry, Record):
                    records += 1
                else:
                    passed_over += entry.count
    print(f"{found.seconds:.1f} s; {records:,} records, {passed_over:,} lines passed over")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
