"""The journal: durable when written, tolerant when read."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism import journal
from eprofessionalism.journal import Problem, Record


def read(data: bytes):
    return list(journal.read(io.BytesIO(data)))


def test_a_line_has_the_fields_of_the_contract(tmp_path):
    path = tmp_path / "responses.jsonl"
    journal.append(
        path, "commit", "fr-1", "a", certainty=2, session="s", case="d", now=lambda: "2026-11-22T10:00:00.000Z"
    )
    assert json.loads(path.read_text()) == {
        "v": 1,
        "kind": "commit",
        "item": "fr-1",
        "answer": "a",
        "certainty": 2,
        "at": "2026-11-22T10:00:00.000Z",
        "session": "s",
        "case": "d",
    }


def test_what_was_written_is_read_back(tmp_path):
    path = tmp_path / "responses.jsonl"
    answers = ["a", ["b", "a"], {"a": 4}, "text with ü, “quotes” and\nlines", None]
    for answer in answers:
        journal.append(path, "commit", "x", answer)
    assert [record.answer for record in journal.records(path)] == answers


def test_the_line_is_synced_before_append_returns(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    journal.append(tmp_path / "responses.jsonl", "commit", "x", "a")
    assert len(synced) == 2  # the file, and the folder that now holds its name
    journal.append(tmp_path / "responses.jsonl", "commit", "x", "b")
    assert len(synced) == 3


def test_a_torn_last_line_does_not_swallow_the_next_answer(tmp_path):
    path = tmp_path / "responses.jsonl"
    path.write_bytes(b'{"v": 1, "kind": "commit", "item": "x", "ans')
    journal.append(path, "commit", "x", "a")
    entries = read(path.read_bytes())
    assert isinstance(entries[0], Problem)
    assert entries[1].answer == "a"


def test_a_last_line_that_only_lacks_its_break_counts():
    assert read(b'{"v": 1, "kind": "commit", "item": "x", "answer": "a"}')[0].answer == "a"


def test_a_journal_that_cannot_be_written_says_so_and_keeps_what_it_has(tmp_path):
    path = tmp_path / "folder" / "responses.jsonl"
    with pytest.raises(journal.JournalError, match=r"responses\.jsonl: expected to write an answer"):
        journal.append(path, "commit", "x", "a")


def test_a_short_write_is_continued(tmp_path):
    class Slow(io.BytesIO):
        def write(self, data):
            return super().write(bytes(data[:3]))

    file = Slow()
    journal._write_whole(file, b"0123456789")
    assert file.getvalue() == b"0123456789"


def append_many(path, writer):
    for number in range(50):
        journal.append(path, "commit", f"w{writer}", str(number))


def test_two_writers_lose_nothing(tmp_path):
    path = tmp_path / "responses.jsonl"
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(append_many, [path, path], [0, 1]))
    records = list(journal.records(path))
    for writer in ("w0", "w1"):
        assert [record.answer for record in records if record.item == writer] == [str(number) for number in range(50)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_an_acknowledged_answer_survives_kill(tmp_path):
    path = tmp_path / "responses.jsonl"
    code = (
        "import os, signal, sys, pathlib\n"
        "from eprofessionalism import journal\n"
        "journal.append(pathlib.Path(sys.argv[1]), 'commit', 'x', 'a')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [record.answer for record in journal.records(path)] == ["a"]


GOOD = b'{"v": 1, "kind": "commit", "item": "x", "answer": "a"}\n'


@pytest.mark.parametrize(
    "bad",
    [
        b"not json\n",
        b"[]\n",
        b"null\n",
        b"\xff\xfe\n",
        b'{"v": 2, "kind": "commit", "item": "x"}\n',
        b'{"v": true, "kind": "commit", "item": "x"}\n',
        b'{"v": 1, "kind": "wish", "item": "x"}\n',
        b'{"v": 1, "kind": ["commit"], "item": "x"}\n',
        b'{"v": 1, "kind": "commit", "item": 7}\n',
        b'{"v": 1, "kind": "commit", "item": "x", "answer": NaN}\n',
        b'{"v": 1, "kind": "commit", "item": "x", "answer": -Infinity}\n',
        b'{"v": 1, "kind": "commit", "item": "x", "answer": ' + b"9" * 5000 + b"}\n",
        b'{"v": 1, "kind": "commit", "item": "x", "answer": "a"\n',
        b'{"v": 1, "kind": "commit", "item": "x", "answer": "a"}}\n',
        b"{}\n",
        b"\xef\xbb\xbf\n",
        b"[" * 100_000 + b"\n",
        b'{"kind": ' + b"[" * 100_000 + b"\n",
        GOOD.replace(b'"a"', b'{"a":' * 50 + b"[" * 50 + b"]" * 50 + b"}" * 50),
        b"x" * (journal.LONGEST_LINE + 5) + b"\n",
        b"{" * 3 * journal.LONGEST_LINE + b"\n",
    ],
)
def test_bad_lines_are_passed_over_by_number_and_change_nothing(bad):
    entries = read(GOOD + bad + GOOD)
    assert [type(entry) for entry in entries] == [Record, Problem, Record]
    assert [entry.line for entry in entries] == [1, 2, 3]


def test_lines_passed_over_for_one_reason_are_one_problem():
    torn = GOOD.replace(b"}", b"")
    data = b"\n[]\n \nx\n" + GOOD + b"x\n" + torn + torn + b"\n" + torn
    assert read(data) == [
        Problem(2, "no record", 2),
        read(b"\n" * 4 + GOOD)[0],
        Problem(6, "no record", 1),
        Problem(7, "not JSON in UTF-8 (JSONDecodeError)", 3),
    ]


@pytest.mark.parametrize("size", [1, 2, 7, 40, 100, 1 << 18])
@given(parts=st.lists(st.sampled_from([GOOD, b"\n", b"x\n", b" \r\n", GOOD[:-2], b"{" * 200, b"[]"]), max_size=12))
def test_lines_are_read_alike_wherever_a_piece_of_the_file_ends(size, parts):
    data = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "LONGEST_LINE", 190)
        whole = read(data)
        patch.setattr(journal, "_BLOCK", size)
        assert read(data) == whole
    found = {entry.line for entry in whole if isinstance(entry, Record)}
    lines = data.split(b"\n")
    assert found == {number for number, line in enumerate(lines, start=1) if line == GOOD[:-1]}
    passed_over = sum(entry.count for entry in whole if isinstance(entry, Problem))
    assert passed_over == sum(bool(line.strip()) for line in lines) - len(found)


def test_of_a_line_that_is_too_long_only_its_beginning_is_kept(monkeypatch):
    monkeypatch.setattr(journal, "LONGEST_LINE", 100)
    monkeypatch.setattr(journal, "_BLOCK", 64)
    longest = max(map(len, journal.blocks(io.BytesIO(b"x" * 10_000 + b"\n"))))
    assert 100 < longest < 300


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("more", range(6))
def test_of_a_line_that_is_too_long_no_other_line_is_made(start, more, monkeypatch):
    """Its middle is not kept, and without it the line could be a sound one."""
    monkeypatch.setattr(journal, "LONGEST_LINE", 100)
    monkeypatch.setattr(journal, "_BLOCK", 64)
    line = start + GOOD.replace(b'"a"}', b'"' + b"a" * (200 + more) + b'"}')
    assert all(isinstance(entry, Problem) for cut in range(64) for entry in read(b"\n" * cut + line))


@pytest.mark.parametrize("nested", [b"[" * 98 + b"]" * 98, b'"' + b"[{" * 5000 + b'"', b'"' + b'\\"[' * 5000 + b'"'])
def test_brackets_in_a_text_and_a_few_of_them_in_one_another_are_no_problem(nested):
    (record,) = read(GOOD.replace(b'"v"', b'"more": ' + nested + b', "v"'))
    assert record.answer == "a"


def test_of_two_keys_of_one_name_the_last_counts():
    (record,) = read(GOOD.replace(b'"answer": "a"', b'"answer": "b", "answer": "a"'))
    assert record.answer == "a"


def test_of_a_line_no_more_is_kept_than_ours_have():
    (record,) = read(GOOD.replace(b'"v"', b'"at": "%s", "session": ["s"], "v"' % (b"9" * 5000)))
    assert (record.answer, record.at, record.session) == ("a", "", "")


def test_bom_crlf_blank_lines_and_unknown_keys_are_no_problem():
    data = b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\n  \n" + GOOD.replace(b'"v"', b'"new": {}, "v"')
    assert [type(entry) for entry in read(data)] == [Record, Record]


@pytest.mark.parametrize("certainty", [b"0", b"4", b"true", b"2.0", b'"2"', b"null"])
def test_an_impossible_certainty_is_dropped_and_the_answer_kept(certainty):
    record = read(GOOD.replace(b'"a"}', b'"a", "certainty": ' + certainty + b"}"))[0]
    assert (record.answer, record.certainty) == ("a", None)


@given(st.binary(max_size=300))
def test_no_content_makes_the_reader_raise(data):
    assert all(isinstance(entry, (Record, Problem)) for entry in read(data))


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.text(max_size=3), max_size=2)
)


@given(st.lists(values, min_size=8, max_size=8))
def test_no_json_object_makes_the_reader_raise(drawn):
    names = ["v", "kind", "item", "answer", "certainty", "at", "session", "case"]
    entry = dict(zip(names, drawn, strict=True)) | {"v": 1, "kind": "commit"}
    assert len(read(json.dumps(entry).encode() + b"\n")) == 1


@pytest.mark.parametrize("name", ["item", "answer", "at", "session", "case"])
def test_half_a_surrogate_pair_is_replaced_and_the_answer_kept(name):
    entry = {"v": 1, "kind": "commit", "item": "x", "answer": "a", "at": "", "session": "", "case": ""}
    (record,) = read(json.dumps(entry | {name: "one \ud83e \U0001fa7a \\ud800 \udc00 two"}).encode())
    assert getattr(record, name) == "one \ufffd \U0001fa7a \\ud800 \ufffd two"


def test_half_a_surrogate_pair_deep_in_an_answer_is_replaced_too():
    line = GOOD.replace(b'"a"', b'["\\uD800", {"\\udfff": ["\\uDBFF\\uD800", 1.5, null]}]')
    assert read(line)[0].answer == ["\ufffd", {"\ufffd": ["\ufffd\ufffd", 1.5, None]}]


def test_a_text_with_half_a_surrogate_pair_is_saved(tmp_path):
    path = tmp_path / "responses.jsonl"
    journal.append(path, "draft", "x", "I would \ud83e call her")
    assert [record.answer for record in journal.records(path)] == ["I would \ufffd call her"]


@pytest.mark.parametrize("bad", [b"x\n", b"\n", b"[" * 40 + b"\n", b'{"v": 2, "kind": "commit", "item": "x"}\n'])
def test_however_many_bad_lines_there_are_what_follows_counts(bad):
    *problems, record = read(bad * 200_000 + GOOD)
    assert (record.answer, record.line) == ("a", 200_001)
    assert [problem.count for problem in problems] == ([200_000] if bad.strip() else [])


def test_an_impossible_number_beside_half_a_pair_costs_no_answer():
    assert read(GOOD.replace(b'"v"', b'"more": [1e999, "\\ud800"], "v"'))[0].answer == "a"


@given(st.text(st.characters(categories=["Cs", "Ll"]), max_size=5))
def test_every_text_of_a_record_can_be_written(text):
    (record,) = read(json.dumps({"v": 1, "kind": "commit", "item": text, "answer": {text: [text]}}).encode())
    assert json.dumps([record.item, record.answer], ensure_ascii=False).encode()
