"""Whatever a learner hands in as a journal: the score is what the sound lines alone are worth.

`EPROF_EXAMPLES` says how many journals each test tries; what holds is in DESIGN, "contract: the journal".
"""

from __future__ import annotations

import io
import json
import math
import os
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprofessionalism import journal
from eprofessionalism.items import Item, ItemBank, Key, load_items
from eprofessionalism.journal import Record
from eprofessionalism.library import built_cases
from eprofessionalism_graders.keys import assessment_keys, shipped_keys
from eprofessionalism_graders.scores import points, results

EXAMPLES = int(os.environ.get("EPROF_EXAMPLES", "60"))
TIMES = ["2026-11-20T09:00:00.000Z", "2031-01-01T00:00:00Z", "1970-01-01", "yesterday", "", None, 7]

tried = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


# ---- The course, and what a journal is worth in it -------------------------------------------------------------------


class Part(NamedTuple):
    """One assignment with its real keys."""

    bank: ItemBank
    keys: Mapping[str, Key]


class Mark(NamedTuple):
    """What became of one item: points where there is a rule, and the answer that counts."""

    points: float | None
    answer: object


@cache
def course() -> dict[str, Part]:
    return {name: Part(bank, keys_of(bank)) for name, bank in banks().items()}


def banks() -> dict[str, ItemBank]:
    return {name: load_items(folder) for name, folder in built_cases().items()}


def keys_of(bank: ItemBank) -> dict[str, Key]:
    practice = {item.id: item.key for item in bank.items.values() if item.key}
    shipped = filter(None, [shipped_keys().get(bank.case)])
    return practice | {item: entry.key for item, entry in assessment_keys(bank, shipped).items()}


def marks(part: Part, data: bytes) -> dict[str, Mark]:
    entries = journal.read(io.BytesIO(data))
    found = results(part.bank, part.keys, (entry for entry in entries if isinstance(entry, Record)))
    return {
        name: Mark(None if one.share is None else points(one.share, one.item.points), one.answer)
        for name, one in found.items()
    }


def is_record(line: bytes) -> bool:
    """The contract of the journal once more, in the plainest words."""
    try:
        entry = json.loads(line.decode("utf-8-sig"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return False
    if not isinstance(entry, dict) or type(entry.get("v")) is not int or entry["v"] != 1:
        return False
    kinds = ("shown", "draft", "commit", "reset", "done")
    return isinstance(entry.get("item"), str) and any(entry.get("kind") == kind for kind in kinds)


def refuse(name: str) -> None:
    raise ValueError(name)


# ---- Journals --------------------------------------------------------------------------------------------------------

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([10**400, -0.0, True, 1.0])
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=3), parts, max_size=3)
)
PIECES = st.sampled_from(["a", "word ", "\ud83e", "\udd14", "\U0001fa7a", "\n", "\u2028", '"', "\\ud800", "[", "\x00"])
LETTERS = st.lists(PIECES, max_size=6).map("".join)


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Three times of four the one: `|` would take no notice of how often something is named."""
    return st.sampled_from([usual, usual, usual, rare]).flatmap(lambda drawn: drawn)


def right_form(item: Item) -> st.SearchStrategy[Any]:
    """Answers that can be given to an item."""
    ids = list(item.option_ids)
    match item.type:
        case "sba" | "branch":
            return st.sampled_from(ids)
        case "mrq" | "choose":
            return st.lists(st.sampled_from(ids), unique=True)
        case "ranking":
            return st.permutations(ids)
        case "rating":
            return st.dictionaries(st.sampled_from(ids), st.integers(1, 4))
        case "reflection":
            return LETTERS


def wrong_form(item: Item) -> list[Any]:
    """Answers that cannot be given to an item: of another type, or of its own with something spoilt."""
    ids = list(item.option_ids)
    never = [None, 7, -0.0, 10**400, True, [[]], [None], {"a": [1]}, ["a", "a"], {"a": True}, {"a": 1.0}, {"?": 1}]
    match item.type:
        case "sba" | "branch":
            mine = ["", "?", ids[0].upper(), [ids[0]], {ids[0]: 1}]
        case "mrq" | "choose":
            mine = [ids[0], [*ids, ids[0]], [ids[0], "?"], {ids[0]: 1}]
        case "ranking":
            mine = ["".join(ids), ids[:-1], [*ids[:-1], ids[0]], [*ids, "?"], []]
        case "rating":
            mine = ["", ids, {ids[0]: 0}, {ids[0]: 5}, {ids[0]: "1"}, {ids[0]: None}, {ids[0]: 4.0}]
        case "reflection":
            mine = [["text"], {"text": 1}]
    return never + mine


def entry(kind: str, item: str, answer: Any = None) -> dict[str, Any]:
    return {"v": 1, "kind": kind, "item": item, "answer": answer, "certainty": None, "at": TIMES[0]} | {
        "session": "s",
        "case": "d",
    }


def line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content).encode()


@st.composite
def pages(draw) -> tuple[Part, list[Item]]:
    """An assignment, and a few of its items, so that answers to one meet."""
    part = draw(st.sampled_from(list(course().values())))
    items = list(part.bank.items.values())
    rare = [item for item in items if item.type in ("reflection", "rating", "ranking")]
    return part, draw(st.lists(st.sampled_from(items + 3 * rare), min_size=1, max_size=4))


@st.composite
def written(draw, items: list[Item], kinds: Iterable[str] = ("commit", "commit", "draft", "reset")) -> dict[str, Any]:
    """A line about one of these items, as a rule with an answer that can be given to it."""
    item = draw(st.sampled_from(items))
    answer = draw(mostly(right_form(item), st.sampled_from(wrong_form(item)) | ANYTHING))
    content = entry(draw(st.sampled_from(list(kinds))), item.id, answer)
    return content | {
        "certainty": draw(st.sampled_from([None, 1, 2, 3, 4, True, "2"])),
        "at": draw(st.sampled_from(TIMES)),
    }


SPOILT = [
    *({"v": value} for value in (0, 2, True, 1.0, "1", None, [1])),
    *({"kind": value} for value in ("wish", "Commit", "", None, 1, ["commit"])),
    *({"item": value} for value in (None, 7, ["fr-1-request"])),
]
NO_JSON = [b"NaN", b"-Infinity", b"01", b"'a'", b"9" * 5000, b"[" * 150 + b"]" * 150]
BEFORE = [b"[", b"\x00", b"\xff\xfe", b"\xc3", b"//", b"\xef\xbb\xbf" * 2]
AFTER = [b"}", b",", b"x", b"\x00", b"\xff", b"{}"]


def near_misses(items: list[Item]) -> st.SearchStrategy[bytes]:
    """A good line, spoilt in one place."""
    content = written(items, ["commit"])
    good = content.map(line)
    return st.one_of(
        st.builds(torn, good, st.integers(0)),
        st.builds(without, content, st.sampled_from(["v", "kind", "item"])),
        st.builds(dict.__or__, content, st.sampled_from(SPOILT)).map(line),
        st.builds(with_value, content, st.sampled_from(["answer", "more"]), st.sampled_from(NO_JSON)),
        st.builds(bytes.__add__, st.sampled_from(BEFORE), good),
        st.builds(bytes.__add__, good, st.sampled_from(AFTER)),
        st.builds(bytes.__add__, good, good),
        good.map(lambda raw: raw.decode().encode("utf-16")),
    )


def torn(raw: bytes, place: int) -> bytes:
    return raw[: 1 + place % (len(raw) - 1)]


def without(content: Mapping[str, Any], name: str) -> bytes:
    return line({key: value for key, value in content.items() if key != name})


def with_value(content: Mapping[str, Any], name: str, raw: bytes) -> bytes:
    """A line with a value that is given as it stands in the file."""
    return line({**content, name: "HERE"}).replace(b'"HERE"', raw)


def junk(items: list[Item]) -> st.SearchStrategy[bytes]:
    """Lines that are no records: noise, foreign JSON, and above all what nearly is one."""
    foreign = (ANYTHING | st.just({"v": 1, "answers": {"q1": "a"}})).map(lambda value: json.dumps(value).encode())
    drawn = mostly(near_misses(items), st.binary(max_size=60) | foreign)
    return drawn.map(lambda raw: raw.replace(b"\n", b" ")).filter(is_junk)


def is_junk(raw: bytes) -> bool:
    return not is_record(raw) or raw.count(b"[") > journal.DEEPEST


@st.composite
def journals(draw) -> bytes:
    """A file of mostly good lines about one assignment, some spoilt, some of another kind, and other line ends."""
    _, items = draw(pages())
    lines = draw(st.lists(mostly(written(items).map(line), junk(items)), max_size=15))
    end = mostly(st.sampled_from([b"\n", b"\r\n", b"\n\n"]), st.sampled_from([b"\n", b"\r", b"", b" "]))
    joined = b"".join(one + draw(end) for one in lines)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + joined


def shuffled_in(draw, lines: list[bytes], more: list[bytes]) -> bytes:
    """Further lines at any places of a journal, whose own lines stay in order."""
    merged = list(lines)
    for one in more:
        merged.insert(draw(st.integers(0, len(merged))), one)
    return b"\n".join(merged) + draw(st.sampled_from([b"", b"\n"]))


@st.composite
def answered(draw) -> tuple[Part, list[Item], list[dict[str, Any]]]:
    """An assignment, a few of its items, and a journal of sound lines about them."""
    part, items = draw(pages())
    return part, items, draw(st.lists(written(items), min_size=1, max_size=12))


# ---- What holds ------------------------------------------------------------------------------------------------------


@tried
@given(mostly(journals(), st.binary(max_size=500)))
def test_any_bytes_give_scores_in_range_and_those_of_the_sound_lines_alone(data):
    sound = b"\n".join(raw for raw in data.split(b"\n") if not is_junk(raw))
    for part in course().values():
        found = marks(part, data)
        assert found.keys() == part.bank.items.keys()
        for name, mark in found.items():
            assert json.dumps(mark.answer, ensure_ascii=False).encode()
            assert mark.points is None or (
                math.isfinite(mark.points) and 0 <= mark.points <= part.bank.items[name].points
            )
            assert mark.points is not None or part.bank.items[name].is_text or part.bank.is_survey
        assert found == marks(part, sound)


@tried
@given(answered(), st.data())
def test_junk_lines_change_nothing_wherever_they_stand(given_, data):
    part, items, contents = given_
    lines = [line(content) for content in contents]
    noise = data.draw(st.lists(junk(items), min_size=1, max_size=8))
    assert marks(part, shuffled_in(data.draw, lines, noise)) == marks(part, b"\n".join(lines))


@tried
@given(answered(), st.data())
def test_times_change_nothing(given_, data):
    part, _, contents = given_
    times = data.draw(st.permutations([content["at"] for content in contents]) | st.just(TIMES))
    others = [content | {"at": times[number % len(times)]} for number, content in enumerate(contents)]
    assert marks(part, b"\n".join(map(line, others))) == marks(part, b"\n".join(map(line, contents)))


@tried
@given(answered(), st.data())
def test_of_each_item_the_first_answer_counts_or_the_last_where_nothing_is_revealed(given_, data):
    part, items, _ = given_
    steps = data.draw(st.lists(st.sampled_from(items).flatmap(steps_for), max_size=12))
    counted: dict[str, Any] = {}
    for item, answer, can_be_given in steps:
        last_counts = item.assessment or item.survey or item.type == "reflection"
        if can_be_given and (last_counts or item.id not in counted):
            counted[item.id] = answer
    whole = b"\n".join(line(entry("commit", item.id, answer)) for item, answer, _ in steps)
    alone = b"\n".join(line(entry("commit", name, answer)) for name, answer in counted.items())
    found = marks(part, whole)
    assert found == marks(part, alone)
    assert {name for name, mark in found.items() if mark.answer is not None} == counted.keys()


def steps_for(item: Item) -> st.SearchStrategy[tuple[Item, Any, bool]]:
    """Answers to an item, and whether they can be given to it."""
    right = right_form(item).map(lambda answer: (item, answer, True))
    return mostly(right, st.sampled_from(wrong_form(item)).map(lambda answer: (item, answer, False)))


@tried
@given(answered(), st.data())
def test_what_is_no_answer_to_the_assignment_never_changes_a_score(given_, data):
    part, items, contents = given_
    lines = [line(content) for content in contents]
    strangers = [
        item for other in course().values() for item in other.bank.items.values() if item.id not in part.bank.items
    ]
    looked_at = written(items, ["shown", "reset", "done"])
    elsewhere = written(strangers, ["commit", "draft"])
    more = data.draw(st.lists((looked_at | elsewhere).map(line), min_size=1, max_size=8))
    assert marks(part, shuffled_in(data.draw, lines, more)) == marks(part, b"\n".join(lines))


@tried
@given(answered(), st.data())
def test_a_draft_changes_only_a_text_that_was_never_given(given_, data):
    part, items, contents = given_
    lines = [line(content) for content in contents]
    drafts = data.draw(st.lists(written(items, ["draft"]).map(line), min_size=1, max_size=8))
    before, after = (marks(part, text) for text in (b"\n".join(lines), shuffled_in(data.draw, lines, drafts)))
    given_texts = {
        content["item"] for content in contents if content["kind"] == "commit" and isinstance(content["answer"], str)
    }
    open_texts = {item.id for item in items if item.type == "reflection" and item.id not in given_texts}
    assert {name: mark for name, mark in before.items() if name not in open_texts} == {
        name: mark for name, mark in after.items() if name not in open_texts
    }


@tried
@given(answered(), st.data())
def test_how_another_program_writes_the_same_lines_changes_nothing(given_, data):
    part, _, contents = given_
    other = b"".join(data.draw(other_hand(content)) for content in contents)
    assert marks(part, other) == marks(part, b"\n".join(map(line, contents)))


@st.composite
def other_hand(draw, content: dict[str, Any]) -> bytes:
    """The same line with unknown keys, its keys in another order, a name twice, and other spaces, signs and ends."""
    unknown = draw(st.dictionaries(st.text(string.ascii_uppercase, min_size=1, max_size=3), ANYTHING, max_size=2))
    pairs = draw(st.permutations(list((content | unknown).items())))
    first = '{"v": 2, ' if draw(st.booleans()) else "{"  # of two keys of one name the last counts
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " :  ")]))
    text = first + json.dumps(dict(pairs), separators=separators)[1:]
    start = draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"  ", b"\n\r\n", b"\xef\xbb\xbf \t"]))
    return start + text.encode() + draw(st.sampled_from([b"\n", b"\r\n", b" \n", b"\r\r\n", b"\n\n"]))


def every_item() -> Iterator[tuple[Part, Item]]:
    return ((part, item) for part in course().values() for item in part.bank.items.values())


def test_no_answer_that_cannot_be_given_to_its_question_counts():
    for part, item in every_item():
        for answer in wrong_form(item):
            assert marks(part, line(entry("commit", item.id, answer)))[item.id].answer is None, (item.id, answer)


def test_no_line_that_is_spoilt_in_one_place_counts():
    for part, item in every_item():
        content = entry("commit", item.id, best_answer(item, part.keys.get(item.id, {})))
        assert marks(part, line(content))[item.id].answer is not None
        spoilt = [line(content | change) for change in SPOILT]
        spoilt += [with_value(content, "more", raw) for raw in NO_JSON]
        spoilt += [*(start + line(content) for start in BEFORE), *(line(content) + end for end in AFTER)]
        for raw in spoilt:
            assert marks(part, raw)[item.id].answer is None, raw


@tried
@given(st.sampled_from(["1", "-0", "1e999", "[1e999]", '{"a": 1e999}', "-1e999", "0.1e1"]), st.data())
def test_a_number_beyond_all_bounds_is_no_answer(number, data):
    part, items = data.draw(pages())
    item = items[0]
    assert marks(part, with_value(entry("commit", item.id), "answer", number.encode()))[item.id].answer is None


def test_every_item_takes_an_answer_and_no_answer_is_worth_more_than_its_points():
    for part, item in every_item():
        best = marks(part, line(entry("commit", item.id, best_answer(item, part.keys.get(item.id, {})))))[item.id]
        assert json.dumps(best.answer, ensure_ascii=False).encode()
        assert best.answer is not None
        assert best.points == (None if item.is_text or item.survey else item.points)


def best_answer(item: Item, key: Key) -> Any:
    ids = list(item.option_ids)
    match item.type:
        case "sba" | "branch":
            return max(ids, key=lambda option: key.get(option, 0))
        case "mrq" | "choose":
            return [option for option in ids if key.get(option)]
        case "rating":
            return {option: int(key.get(option, 1)) for option in ids}
        case "ranking":
            return sorted(ids, key=lambda option: key[option])
        case "reflection":
            return "Half a pair, \ud83e, and a text."
