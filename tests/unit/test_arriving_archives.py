"""Archives as nobody should make them, by hand-made headers where no program would: what is refused, and how soon."""

import io
import os
import struct
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eprofessionalism_graders import intake
from eprofessionalism_graders.arriving import archives
from eprofessionalism_graders.arriving.gathering import Arrival, Whose, gather
from eprofessionalism_graders.arriving.tree import Budget, Refused, on_disk

FIRST = "01-friend-requests"
JOURNAL = b'{"v":1,"kind":"commit","item":"fr-1-request","answer":"a"}\n'
NAME = f"{FIRST}/responses.jsonl"
UNIX_LINK, UNIX_PIPE = 0o120777 << 16, 0o010644 << 16


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def handmade(*entries: dict) -> bytes:
    """A zip of stored entries, whose headers say what they are told to."""
    body, directory = bytearray(), bytearray()
    for entry in entries:
        name, data = entry["name"], entry.get("data", JOURNAL)
        size, stored = entry.get("size", len(data)), entry.get("stored", len(data))
        flags, crc = entry.get("flags", 0), entry.get("crc", zipfile.crc32(data))
        offset = entry.get("offset", len(body))
        fields = (20, flags, entry.get("method", 0), 0, 0x5821, crc, stored, size, len(name), 0)
        body += struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + data
        directory += (
            struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x031E, *fields, 0, 0, 0, entry.get("mode", 0), offset) + name
        )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *[min(len(entries), 0xFFFF)] * 2, len(directory), len(body), 0)
    return bytes(body + directory + end)


@pytest.fixture
def look(tmp_path):
    """What is found in an archive of one learner: the content of journals by place, and why others are refused."""

    def looked(content: bytes, **budget) -> tuple[dict[str, bytes], list[str]]:
        path = tmp_path / "ana.zip"
        path.write_bytes(content)
        taken, refused = {}, []
        for found in gather(on_disk(path), Whose("ana"), {FIRST, "02-patient-stories"}, Budget(**budget)):
            if not isinstance(found, Arrival):
                refused.append(found.why)
                continue
            try:
                taken[str(found.journal.place.relative_to(path))] = found.journal.content(intake.JOURNAL_LIMIT)
            except Refused as error:
                refused.append(error.why)
        return taken, refused

    return looked


def test_a_sound_archive_is_read(look):
    assert look(zipped({NAME: JOURNAL, f"{FIRST}/a.png": b"x"})) == ({NAME: JOURNAL}, [])
    assert look(handmade({"name": NAME.encode()})) == ({NAME: JOURNAL}, []), "the headers of this test are right"
    assert look(zipped({"course.zip": zipped({NAME: JOURNAL})})) == ({f"course.zip/{NAME}": JOURNAL}, [])


@pytest.mark.parametrize(
    "name",
    [
        b"../" + NAME.encode(),
        b"a/../../" + NAME.encode(),
        b"/etc/" + NAME.encode(),
        b"//host/" + NAME.encode(),
        b"C:/" + NAME.encode(),
        b"c:responses.jsonl",
        b"a\\responses.jsonl",
        b"..\\responses.jsonl",
        b"responses.jsonl\0.png",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_the_rest_taken(look, name):
    taken, (why,) = look(handmade({"name": name}, {"name": b"02-patient-stories/responses.jsonl"}))
    assert why.startswith("names that lead out of the archive")
    assert list(taken) == ["02-patient-stories/responses.jsonl"]


def test_names_that_lead_elsewhere_are_told_once_however_many(look):
    _, (why,) = look(handmade(*({"name": f"../{number}".encode()} for number in range(2000))))
    assert why == "names that lead out of the archive (“../0” and 1,999 more)"


def test_names_are_utf8_with_and_without_the_flag(look):
    """Apple's Archive Utility writes UTF-8 and does not say so."""
    name = "Übung/responses.jsonl"
    for flags in (0, 0x800):
        assert look(handmade({"name": name.encode(), "flags": flags})) == ({name: JOURNAL}, [])
    taken, (why,) = look(handmade({"name": name.encode("cp850")}, {"name": NAME.encode()}))
    assert why.startswith("names that are not UTF-8")
    assert list(taken) == [NAME]
    taken, (why,) = look(handmade({"name": b"\xff/responses.jsonl", "flags": 0x800}))
    assert (taken, why) == ({}, "an archive with names that are not UTF-8")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"mode": UNIX_LINK, "data": b"/etc/passwd"}, "a link, not a file"),
        ({"mode": UNIX_PIPE}, "not a regular file"),
        ({"flags": 1}, "encrypted"),
        ({"method": zipfile.ZIP_LZMA}, "compressed in a way that is not read here"),
        ({"method": 9}, "compressed in a way that is not read here"),
        ({"crc": 1}, "broken in the archive: Bad CRC-32"),
        ({"size": 10}, "broken in the archive: Bad CRC-32"),
        ({"size": 200 << 20}, "would unpack to more than 200 times its size"),
        ({"method": 8}, "broken in the archive: Error -3"),
    ],
)
def test_an_entry_that_is_not_what_it_says_is_refused_and_the_rest_taken(look, entry, why):
    taken, refused = look(handmade({"name": NAME.encode()} | entry, {"name": b"02-patient-stories/responses.jsonl"}))
    assert [one[: len(why)] for one in refused] == [why]
    assert list(taken) == ["02-patient-stories/responses.jsonl"]


def test_a_link_that_was_to_be_a_folder_is_refused(look):
    for name in (FIRST.encode(), b"more.zip"):
        taken, refused = look(handmade({"name": name, "mode": UNIX_LINK, "data": b"/home/bo"}))
        assert (taken, refused) == ({}, ["a link, not a file"])


def test_the_same_journal_twice_is_not_taken(look):
    entries = (
        {"name": NAME.encode()},
        {"name": NAME.encode(), "data": JOURNAL * 2},
        {"name": b"02-patient-stories.jsonl"},
    )
    taken, refused = look(handmade(*entries))
    assert refused == ["the same name twice in one archive"]
    assert list(taken) == ["02-patient-stories.jsonl"]
    _, refused = look(handmade({"name": FIRST.encode()}, {"name": NAME.encode()}))
    assert refused == ["the same name twice in one archive"]


def test_entries_that_overlap_are_refused(look):
    one = {"name": b"a.jsonl"}
    assert look(handmade(one, one | {"name": b"b.jsonl", "offset": 0}))[1] == ["entries that overlap, as in a zip bomb"]
    reaching_on = handmade({"name": b"a.jsonl", "stored": 90}, {"name": b"b.jsonl"})
    assert look(reaching_on)[1] == ["entries that overlap, as in a zip bomb"]
    into_the_directory = handmade({"name": b"a.jsonl", "stored": 1000})
    assert look(into_the_directory)[1] == ["entries that overlap, as in a zip bomb"]


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", b"PK\5\6" + b"\xff" * 18, zipped({NAME: JOURNAL})[:-30]])
def test_what_is_no_zip_is_refused(look, content):
    taken, (why,) = look(content)
    assert taken == {}
    assert why.startswith("no zip that can be read")


def test_any_damage_ends_in_a_refusal_or_a_journal(look):
    """Every byte of a small zip, changed: nothing else than a refusal, or the very answers."""
    sound = zipped({"x.zip": zipped({NAME: JOURNAL}, zipfile.ZIP_STORED)})
    for place in range(len(sound)):
        damaged = bytearray(sound)
        damaged[place] ^= 0x5A
        taken, _ = look(bytes(damaged))
        assert set(taken.values()) <= {JOURNAL}


# ---- Bombs ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_seconds():
    """What is tested ends in some seconds, and in bounded memory, also on a machine that is busy."""
    resource = pytest.importorskip("resource")
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "kilobytes"


def test_a_bomb_of_zeros_is_refused(look, in_seconds):
    zeros = bytes(1 << 27)
    taken, (why,) = look(zipped({NAME: zeros, "02-patient-stories/responses.jsonl": JOURNAL}))
    assert why.startswith("would unpack to more than 200 times")
    assert list(taken) == ["02-patient-stories/responses.jsonl"]


def test_a_nest_like_42_zip_is_refused(look, in_seconds):
    """Sixteen archives in each of sixteen, five levels down; all the same, which costs its maker nothing."""
    level = zipped({NAME: bytes(1 << 26)})
    for _ in range(5):
        level = zipped({f"lib {number}.zip": level for number in range(16)})
    taken, refused = look(level)
    assert taken == {}
    assert any("archives in one another" in why for why in refused)
    assert any("more archives than any learner has" in why for why in refused)


def test_what_one_learner_may_unpack_is_bounded(look, in_seconds):
    """Each entry below all bounds, and all of them together not."""
    piece = os.urandom(1 << 14) * 64  # a megabyte that shrinks, but not suspiciously
    many = zipped({f"{number}/a.jsonl": piece for number in range(20)})
    taken, refused = look(zipped({f"{number}.zip": many for number in range(3)}), unpacked=30 << 20)
    assert sum(map(len, taken.values())) <= 30 << 20
    assert set(refused) >= {"unpacks to more bytes than any learner has"}


def test_an_archive_of_very_many_entries_is_refused(look, in_seconds):
    taken, refused = look(handmade(*({"name": f"{number}.txt".encode(), "data": b""} for number in range(100_000))))
    assert (taken, refused) == ({}, ["100,000 entries, more than 50,000"])


def test_a_list_of_names_beyond_all_bounds_is_not_even_read(look, in_seconds, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_DIRECTORY", 1 << 20)
    names = ({"name": (b"%d" % number) + b"x" * 60_000, "data": b""} for number in range(20))
    assert look(handmade(*names))[1] == ["a list of names of more than 1 MB"]


def test_folders_without_end_are_refused(look, in_seconds):
    taken, (why,) = look(zipped({"a/" * 30_000 + "responses.jsonl": JOURNAL, NAME: JOURNAL}))
    assert why.startswith("more than 16 folders in one another")
    assert list(taken) == [NAME]


def test_an_archive_larger_than_any_is_refused_within_another(look, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_NESTED", 100)
    _, (why,) = look(zipped({"inner.zip": os.urandom(1000)}))
    assert why == "1,000 bytes, more than 100"


# ---- Times ----------------------------------------------------------------------------------------------------------


def arrivals(path: Path) -> list[Arrival]:
    return [found for found in gather(on_disk(path), Whose("ana"), {FIRST}, Budget()) if isinstance(found, Arrival)]


def test_the_time_is_that_of_the_entry_in_utc_where_it_says_so(tmp_path):
    path = tmp_path / "ana.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo(NAME, (2026, 11, 2, 23, 0, 0))
        archive.writestr(entry, JOURNAL)
        stamped = zipfile.ZipInfo("02/responses.jsonl", (2026, 11, 2, 23, 0, 0))
        second = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp())
        stamped.extra = struct.pack("<HHHH", 0x9999, 4, 1, 1) + struct.pack("<HHBi", 0x5455, 5, 1, second)
        archive.writestr(stamped, JOURNAL)
    first, other = sorted(arrivals(path), key=lambda one: one.place, reverse=True)
    assert [one.stated for one in (first, other)] == [False, False]
    times = {one.place.name: one.at for one in (first, other)}
    assert times[FIRST] == datetime(2026, 11, 2, 23, 0, 0).astimezone(UTC), "of no known zone: ours is the best guess"
    assert times["02"] == datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("date", [(1980, 1, 1, 0, 0, 0), (1980, 0, 0, 0, 0, 0), (2026, 13, 32, 25, 61, 61)])
def test_an_entry_without_a_time_has_that_of_the_archive(tmp_path, date):
    path = tmp_path / "ana.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(NAME), JOURNAL)
    year, month, day, hour, minute, second = date
    packed = struct.pack("<HH", hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    content = bytearray(path.read_bytes())
    content[10:14] = packed
    at = content.index(b"PK\1\2")
    content[at + 12 : at + 16] = packed
    path.write_bytes(content)
    moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert [one.at for one in arrivals(path)] == [moment]
