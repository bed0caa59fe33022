"""What can be wrong with the record of answers: what is sound in it counts, and nothing else does."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from . import CASE, FORM, Submission, commit, entry, named
from .notebooks import played_and_saved

BOM = b"\xef\xbb\xbf"
HUGE = 10**400
NAN, INFINITY = float("nan"), float("inf")


@entry("no record", "zero")
def missing(submission: Submission) -> None:
    """There is no journal, though the notebook was worked in."""
    played_and_saved(submission)
    submission.journal.unlink()


@entry("no record", "zero", assignment=FORM)
def missing_in_a_test(submission: Submission) -> None:
    """There is no journal of the test, though it was worked in."""
    played_and_saved(submission)
    submission.journal.unlink()


@entry("empty", "zero")
def empty(submission: Submission) -> None:
    """The journal is a file of no bytes."""
    submission.journal.write_bytes(b"")


@entry("cannot be used", "zero")
def binary(submission: Submission) -> None:
    """The journal is noise."""
    submission.journal.write_bytes(random.Random(1).randbytes(200_000))


@entry("cannot be used", "zero")
def utf16(submission: Submission) -> None:
    """The journal was saved in UTF-16."""
    submission.journal.write_bytes(submission.journal.read_text().encode("utf-16"))


@entry("cannot be used", "zero")
def one_list(submission: Submission) -> None:
    """The journal was made into one pretty JSON list."""
    submission.journal.write_text(json.dumps([json.loads(line) for line in submission.lines()], indent=2))


@entry("cannot be used", "zero")
def lines_run_together(submission: Submission) -> None:
    """The line breaks are gone."""
    submission.journal.write_bytes(b"".join(line.rstrip(b"\n") for line in submission.lines()))


@entry("cannot be used")
def noise_around(submission: Submission) -> None:
    """There is noise before and after the sound lines."""
    submission.around(random.Random(2).randbytes(10_000), b"\x00" * 1000)


@entry("cannot be used")
def torn_last_line(submission: Submission) -> None:
    """The last line, another answer, broke off."""
    torn = commit(next(iter(submission.items)), "a")[:-30]
    submission.journal.write_bytes(submission.journal.read_bytes() + torn)


@entry("cannot be used", assignment=FORM)
def torn_last_line_of_a_test(submission: Submission) -> None:
    """The last line, where the last answer counts, broke off."""
    torn_last_line(submission)


@entry("")
def last_line_without_its_break(submission: Submission) -> None:
    """Only the very last line break is missing: nothing is lost by it."""
    submission.journal.write_bytes(submission.journal.read_bytes().rstrip(b"\n"))


@entry("longer than")
def a_line_of_fifty_million_bytes(submission: Submission) -> None:
    """The first line is a sound answer of fifty million bytes."""
    first = next(iter(submission.items))
    submission.journal.write_bytes(
        commit(first, "a", session="x" * 50_000_000) + b"\n" + submission.journal.read_bytes()
    )


@entry("longer than", assignment=FORM)
def an_endless_last_line(submission: Submission) -> None:
    """The last line has fifty million bytes and no end."""
    with submission.journal.open("ab") as file:
        file.write(b'{"v": 1, "kind": "commit", "item": "' + b"x" * 50_000_000)


@entry("bytes", "zero")
def larger_than_any_disk_would_like(submission: Submission) -> None:
    """The journal is a file of three thousand million bytes, nearly all of them holes."""
    with submission.journal.open("r+b") as file:
        file.truncate(3_000_000_000)


@entry("not in this assignment")
def a_million_lines(submission: Submission) -> None:
    """A million sound lines of nothing stand before the answers."""
    line = b'{"v":1,"kind":"shown","item":"x","at":"2026-01-05T09:00:00Z"}\n'
    submission.journal.write_bytes(line * 1_000_000 + submission.journal.read_bytes())


@entry("cannot be used")
def junk_before(submission: Submission) -> None:
    """A hundred and fifty thousand lines of junk stand before the answers."""
    submission.journal.write_bytes(b"junk\n" * 150_000 + submission.journal.read_bytes())


@entry("cannot be used")
def deep_nesting(submission: Submission) -> None:
    """Lines of a hundred thousand lists in one another."""
    first = next(iter(submission.items))
    deep = "[" * 100_000 + "]" * 100_000
    submission.around(deep.encode(), commit(first, 0).replace(b'"answer": 0', f'"answer": {deep}'.encode()))


@entry("cannot be")
def deep_nesting_that_can_be_read(submission: Submission) -> None:
    """Answers of several hundred lists, and objects, in one another."""
    first = next(iter(submission.items))
    lists = "[" * 400 + "]" * 400
    objects = '{"a":' * 400 + "1" + "}" * 400
    plain = commit(first, 0)
    submission.around(*(plain.replace(b'"answer": 0', f'"answer": {deep}'.encode()) for deep in (lists, objects)))


@entry("another program")
def names_twice(submission: Submission) -> None:
    """Each line says things twice; of two JSON members of one name the last one counts."""
    lines = [b'{"kind": "reset", "answer": "zz", "item": "no-such", "v": 9, ' + line[1:] for line in submission.lines()]
    submission.journal.write_bytes(b"".join(lines))


def _wrong(value: Any, name: str, doc: str) -> None:
    """Every item is answered with a value, alone, in a list, and as a level of each option."""

    def spoil(submission: Submission) -> None:
        lines = []
        for item, about in submission.items.items():
            lines += [commit(item, value), commit(item, [value]), commit(item, [*about.ids[:-1], value])]
            lines += [commit(item, dict.fromkeys(about.ids or ["a"], value))]
            if about.type != "reflection":  # whose answers all text is
                lines += [commit(item, str(value))]
        submission.around(*lines)

    for assignment, suffix in ((CASE, ""), (FORM, "_in_a_test")):
        entry("cannot be", assignment=assignment)(named(spoil_of(spoil), name + suffix, doc))


def spoil_of(spoil: Any) -> Any:
    """A function of its own that does the same."""

    def alike(submission: Submission) -> Any:
        return spoil(submission)

    return alike


_wrong(NAN, "not_a_number", "NaN is given for an answer and for levels.")
_wrong(INFINITY, "infinity", "Infinity is given for an answer and for levels.")
_wrong(-INFINITY, "minus_infinity", "-Infinity is given for an answer and for levels.")
_wrong(-0.0, "minus_zero", "-0.0 is given for an answer and for levels.")
_wrong(1.0, "a_float", "1.0 is given for an answer and for levels.")
_wrong(True, "true", "True, which Python takes for 1, is given for an answer and for levels.")


def _ten_to_the_400(submission: Submission) -> None:
    lines = []
    for item, about in submission.items.items():
        lines += [commit(item, HUGE), commit(item, dict.fromkeys(about.ids or ["a"], HUGE)), commit(item, [HUGE])]
        lines += [commit(item, 0).replace(b'"answer": 0', b'"answer": ' + digits) for digits in _DIGITS]
        lines += [commit(item, "a", v=HUGE), commit(item, "a", v=1.0)]
    submission.around(*lines)


_DIGITS = (b"1e400", b"-1e400", b"1" + b"0" * 400, b"9" * 5000)
entry("cannot be")(named(spoil_of(_ten_to_the_400), "ten_to_the_400", "10**400 is given for answers and levels."))
entry("cannot be", assignment=FORM)(
    named(spoil_of(_ten_to_the_400), "ten_to_the_400_in_a_test", "10**400 is given for answers and levels of a test.")
)


@entry("")
def certainties_that_are_none(submission: Submission) -> None:
    """The answers are right, and how sure the learner was is nonsense: nobody is graded by that."""
    _in_turn(submission, "certainty", [HUGE, -0.0, 4, "2", [3], {"a": 1}, True, 2.0])


@entry("not in this assignment")
def unknown_items(submission: Submission) -> None:
    """There are answers to questions that nobody asked."""
    names = ("no-such", "", "__proto__", "../fr-1-request", next(iter(submission.items)).upper())
    submission.around(*(commit(name, "a") for name in names))


@entry("not in this assignment", assignment=FORM)
def other_cases_items(submission: Submission) -> None:
    """The answers of another case are in the record of the test."""
    submission.around(*(commit(name, "c") for name in ("fr-1-request", "fr-3-page", "fb-01-1")))


@entry("not in this assignment", "zero")
def another_cases_journal(submission: Submission) -> None:
    """The record is that of another case as a whole."""
    submission.journal.write_bytes(b"".join(commit(f"ps-{n}-x", "a") + b"\n" for n in range(8)))


# ---- Answers that cannot be given, by type of item ------------------------------------------------------------------


def _unsound(item: SimpleNamespace) -> Iterator[Any]:
    """Answers that an item of this type cannot be given."""
    yield from (None, True, False, 0, 2, 1.5, -0.0)
    first = item.ids[0] if item.ids else ""
    match item.type:
        case "reflection":
            yield from ([], ["text"], {}, {"text": "x"}, [["text"]])
        case "rating":
            yield from ("", first, [first], [1, 2], dict.fromkeys([*item.ids, "no-such"], 1))
            yield from (dict.fromkeys(item.ids, level) for level in (0, 5, -1, 2.0, True, "2", None, [2], {"a": 2}))
        case "sba" | "branch":
            yield from ("", "no-such", first.upper(), f" {first}", [first], [], {}, {first: 1}, [[first]])
        case _:
            yield from ("", first, "".join(item.ids), {}, dict.fromkeys(item.ids, True), [1, 2], [None], [item.ids])
            yield from ([*item.ids, "no-such"], [first, first], [first, first.upper()], [*item.ids, *item.ids])
            if item.type == "ranking":
                yield from ([], item.ids[:-1])


def _by_type(kind: str, assignment: str) -> None:
    def spoil(submission: Submission) -> None:
        items = {name: item for name, item in submission.items.items() if item.type == kind}
        assert items, f"no {kind} in {assignment}"
        submission.around(*(commit(name, answer) for name, item in items.items() for answer in _unsound(item)))

    where = "" if assignment == CASE else "_in_a_test"
    entry("cannot be given", assignment=assignment)(
        named(spoil, f"wrong_answers_to_{kind}{where}", f"Whatever is no answer to a {kind} is given as one.")
    )


for _kind in ("sba", "branch", "mrq", "ranking", "rating", "reflection"):
    _by_type(_kind, CASE)
for _kind in ("sba", "mrq", "ranking", "rating", "choose"):
    _by_type(_kind, FORM)


def _only_wrong(submission: Submission) -> None:
    lines = [commit(name, answer) for name, item in submission.items.items() for answer in _unsound(item)]
    submission.journal.write_bytes(b"\n".join(lines))


entry("cannot be given", "zero")(
    named(spoil_of(_only_wrong), "nothing_but_wrong_answers", "Not one answer is one that can be given.")
)
entry("cannot be given", "zero", assignment=FORM)(
    named(spoil_of(_only_wrong), "nothing_but_wrong_answers_in_a_test", "Not one answer is one that can be given.")
)


def _with_options(submission: Submission, change: Any) -> None:
    lines = []
    for name, item in submission.items.items():
        if item.type in ("mrq", "choose", "ranking"):
            lines.append(commit(name, change(submission.right[name])))
        elif item.type == "rating":
            lines.append(commit(name, submission.right[name] | {"no-such": 1}))
    submission.around(*lines)


@entry("cannot be given", assignment=FORM)
def options_that_do_not_exist(submission: Submission) -> None:
    """Beside the right options others are named that do not exist."""
    _with_options(submission, lambda right: [*right, "no-such"])


@entry("cannot be given", assignment=FORM)
def options_named_twice(submission: Submission) -> None:
    """The right options are named twice each."""
    _with_options(submission, lambda right: [*right, *right])


def _all_options(submission: Submission) -> dict[str, Any]:
    """Choose everything wherever one can choose, instead of the right answer."""
    given = {name: item.ids for name, item in submission.items.items() if item.type in ("mrq", "choose")}
    lines = [json.loads(line) for line in submission.lines()]
    for line in lines:
        line["answer"] = given.get(line["item"], line["answer"])
    submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return given


entry("", assignment=FORM)(
    named(spoil_of(_all_options), "all_options_chosen_in_a_test", "Every option is chosen: worth nothing, but sound.")
)
entry("")(named(spoil_of(_all_options), "all_options_chosen", "Every option is chosen: worth nothing, but sound."))


@entry("")
def other_answers_later(submission: Submission) -> dict[str, Any]:
    """Once the key of a practice question is known, another answer is no use, and a wrong one does no harm."""
    wrong = {name: item.ids[-1] for name, item in submission.items.items() if item.type in ("sba", "branch")}
    first = {name: answer for name, answer in wrong.items() if answer != submission.right[name]}
    before = b"".join(_now(submission, name, answer) for name, answer in first.items())
    submission.journal.write_bytes(before + submission.journal.read_bytes())
    return first


@entry("", assignment=FORM)
def other_answers_later_in_a_test(submission: Submission) -> dict[str, Any]:
    """In a test the last answer counts, and a learner may change to the worse."""
    wrong = {name: item.ids[-1] for name, item in submission.items.items() if item.type == "sba"}
    last = {name: answer for name, answer in wrong.items() if answer != submission.right[name]}
    after = b"".join(_now(submission, name, answer) for name, answer in last.items())
    submission.journal.write_bytes(submission.journal.read_bytes() + after)
    return last


def _now(submission: Submission, item: str, answer: Any) -> bytes:
    """A line of the same time, sitting and case as the others."""
    like = json.loads(submission.lines()[0])
    return json.dumps(like | {"item": item, "answer": answer}).encode() + b"\n"


def _in_turn(submission: Submission, name: str, values: list[Any]) -> None:
    """Let the lines say one of some values each, in turn."""
    lines = [json.loads(line) for line in submission.lines()]
    for number, line in enumerate(lines):
        line[name] = values[number % len(values)]
    submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))


@entry("in the future")
def times_in_the_future(submission: Submission) -> None:
    """Everything was answered in the year 2999, or later than calendars go."""
    _in_turn(submission, "at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999999-14:00"])


@entry("earlier line")
def times_unordered(submission: Submission) -> None:
    """Each answer was given before the one above it."""
    _in_turn(submission, "at", [f"20{25 - n:02}-01-01T00:00:00.000Z" for n in range(20)])


@entry("without a time")
def times_that_are_none(submission: Submission) -> None:
    """The times are no times, or of another type."""
    _in_turn(
        submission, "at", ["", "yesterday", None, 0, -1, [], {}, "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00"]
    )


@entry("another program")
def byte_order_mark(submission: Submission) -> None:
    """The journal begins with a byte order mark, as editors on Windows leave it."""
    submission.journal.write_bytes(BOM + submission.journal.read_bytes())


@entry("another program")
def windows_line_ends(submission: Submission) -> None:
    """The lines end as on Windows."""
    submission.journal.write_bytes(submission.journal.read_bytes().replace(b"\n", b"\r\n"))


@entry("cannot be used")
def invalid_utf8(submission: Submission) -> None:
    """Lines that would be answers hold bytes that are no text."""
    lines = [commit(name, "a", session="X").replace(b"X", b"\xff\xc3\x28") for name in submission.items]
    submission.around(*lines)


@entry("another version")
def digest_not_ours(submission: Submission) -> None:
    """The answers were given to another version of the questions."""
    lines = [json.dumps(json.loads(line) | {"case": "0" * 16}) + "\n" for line in submission.lines()]
    submission.journal.write_text("".join(lines))


@entry("cannot be used")
def lines_of_other_formats(submission: Submission) -> None:
    """Lines of other versions and kinds, and values that are no lines."""
    item, answer = next(iter(submission.items)), "a"
    kinds = [commit(item, answer, kind=kind) for kind in ("COMMIT", "", None, ["commit"], {"a": 1}, 1)]
    versions = [commit(item, answer, v=version) for version in (0, 2, "1", True, 1.0, None, [1])]
    names = [commit(item, answer, item=name) for name in (None, 1, [item], {item: 1})]
    submission.around(*kinds, *versions, *names, b"null", b"[]", b'"commit"', b"7", b"{}", b"NaN")


@entry("")
def blank_lines(submission: Submission) -> None:
    """There are empty lines between the answers, which are nothing."""
    submission.journal.write_bytes(b"\n\n".join(submission.lines()) + b"\n  \n\t\n")
