"""Whose something is, by what the exchange, Canvas and Moodle call it. Everybody here is invented."""

from datetime import UTC, datetime

import pytest

from eprofessionalism_graders.arriving.exchange import read_ticket
from eprofessionalism_graders.arriving.gathering import assignment_in, stem
from eprofessionalism_graders.arriving.people import People
from eprofessionalism_graders.arriving.systems import read_label, whose
from eprofessionalism_graders.arriving.tree import Refused
from eprofessionalism_graders.roster import Learner

FIRST = "01-friend-requests"
PEOPLE = People(
    [
        Learner("aruiz", "Ruiz Soto", "Ana María", "ana.ruiz@clinic.example", "Ward A"),
        Learner("u2", "O'Brien-Łukasz", "Seán", "sean@clinic.example"),
        Learner("u3", "Kim", "Jin", "jin@one.example"),
        Learner("u4", "Jin", "Kim", "jin@two.example"),
        Learner("4321", "Berg", "Björn", "bberg@clinic.example"),
        Learner("77", "", "", "someone@clinic.example"),
        Learner("u7", "Ruiz", "Lena", "", "Ward A"),
        Learner("u8", "Søndergård", "Æsa", "", ""),
        Learner("u9", "山田", "太郎", "", ""),
    ]
)


def test_an_id_an_address_or_what_is_before_its_sign_is_a_login():
    assert [PEOPLE.by_login(text).id for text in ("ARUIZ", "Ana.Ruiz@clinic.example", "ana.ruiz", "sean")] == [
        "aruiz",
        "aruiz",
        "aruiz",
        "u2",
    ]
    assert PEOPLE.by_login("jin") is None, "two have it"
    assert PEOPLE.by_login("jin@two.example").id == "u4"
    assert PEOPLE.by_login("") is None
    assert PEOPLE.by_id("sean") is None


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Ana María Ruiz Soto", ["aruiz"]),
        ("Ruiz Soto, Ana Maria", ["aruiz"]),
        ("ANA MARI\u0301A  RUIZ-SOTO", ["aruiz"]),
        ("Soto Ruiz Ana Maria", ["aruiz"]),
        ("ruizsotoanamaria", ["aruiz"]),
        ("ruizsotoanamaría", ["aruiz"]),
        ("Ana Ruiz", []),
        ("Sean OBrien Lukasz", ["u2"]),
        ("obrienłukaszseán", ["u2"]),
        ("Aesa Sondergard", ["u8"]),
        ("山田太郎", ["u9"]),
        ("Jin Kim", ["u3", "u4"]),
        ("kimjin", ["u3", "u4"]),
        ("", []),
        ("-", []),
    ],
)
def test_a_full_name_is_one_however_it_is_written(text, ids):
    assert sorted(one.id for one in PEOPLE.by_name(text)) == ids


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("ruizana_4321_98765_responses.jsonl", ("ruizana", False, "4321", 98765, "responses.jsonl")),
        ("ruizana_LATE_4321_98765_responses-1.jsonl", ("ruizana", True, "4321", 98765, "responses-1.jsonl")),
        ("de_la_cruzana_4321_98765_a_b.zip", ("de_la_cruzana", False, "4321", 98765, "a_b.zip")),
        ("山田太郎_9_8_x.jsonl", ("山田太郎", False, "9", 8, "x.jsonl")),
        ("4321_98765_responses.jsonl", ("", False, "4321", 98765, "responses.jsonl")),
        ("lateefann_4321_98765_r.jsonl", ("lateefann", False, "4321", 98765, "r.jsonl")),
        ("bobberg_7_4_5_r.jsonl", ("bobberg", None, "", None, "5_r.jsonl")),
    ],
)
def test_what_canvas_says(name, parts):
    label = read_label(name)
    assert (label.name, label.late, label.user, label.upload, label.original) == parts
    assert (label.system, label.anonymous) == ("Canvas", False)


@pytest.mark.parametrize("name", ["anon_x7Gh2_98765_responses.jsonl", "LATE_anon_x7Gh2_98765_responses.jsonl"])
def test_what_canvas_does_not_say(name):
    label = read_label(name)
    assert (label.anonymous, label.late, label.original) == (True, name.startswith("LATE"), "responses.jsonl")
    with pytest.raises(Refused, match="Canvas has left the name out"):
        whose(label, PEOPLE)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ana Ruiz_1234567_assignsubmission_file_", ("Ana Ruiz", "")),
        ("Ana Ruiz_1234567_assignsubmission_file", ("Ana Ruiz", "")),
        ("Ana Ruiz_1234567_assignsubmission_onlinetext", ("Ana Ruiz", "")),
        ("Ana Ruiz_1234567_assignsubmission_file_responses.jsonl", ("Ana Ruiz", "responses.jsonl")),
        (
            "Eve_1_assignsubmission_file_Bo Berg_2_assignsubmission_file_r.jsonl",
            ("Eve", "Bo Berg_2_assignsubmission_file_r.jsonl"),
        ),
    ],
)
def test_what_moodle_says(name, parts):
    label = read_label(name)
    assert (label.name, label.original) == parts
    assert (label.system, label.user, label.late, label.upload) == ("Moodle", "", None, None)


def test_what_moodle_does_not_say():
    for name in ("Participant_123_assignsubmission_file_", "Participant_123_assignsubmission_file_r.jsonl"):
        with pytest.raises(Refused, match="Moodle has left the name out"):
            whose(read_label(name), PEOPLE)


@pytest.mark.parametrize(
    "name", ["responses.jsonl", "ana_responses.jsonl", "ana_1_responses.jsonl", "a_1_2", FIRST, ""]
)
def test_what_is_of_no_system(name):
    assert read_label(name) is None


@pytest.mark.parametrize(
    ("name", "learner", "by_name"),
    [
        ("ruizsotoanamaria_15_98765_responses.jsonl", "aruiz", True),
        ("bergbjorn_4321_98765_responses.jsonl", "4321", False),
        ("berg_4321_98765_responses.jsonl", "4321", False),
        ("4321_98765_responses.jsonl", "4321", False),
        ("anybody_77_98765_responses.jsonl", "77", False),
        ("aruiz_15_98765_responses.jsonl", "aruiz", True),
        ("Ana María Ruiz Soto_4321_assignsubmission_file_", "aruiz", True),
        ("Ward A-Ana María Ruiz Soto_15_assignsubmission_file_", "aruiz", True),
        ("Björn Berg_77_assignsubmission_file", "4321", True),
        ("sean_77_assignsubmission_file", "u2", True),
    ],
)
def test_whose_a_file_of_a_download_is(name, learner, by_name):
    """Moodle's number is nobody's id; Canvas's may be."""
    match = whose(read_label(name), PEOPLE)
    assert (match.learner.id, match.by_name) == (learner, by_name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("kimjin_15_98765_responses.jsonl", "more than one learner is called so: u3, u4"),
        ("Jin Kim_15_assignsubmission_file_", "more than one learner is called so: u3, u4"),
        ("adlereve_15_98765_responses.jsonl", "nobody on the roster is called “adlereve”"),
        ("ruizsotoanamaria_4321_98765_responses.jsonl", "the number 4321 is 4321’s id, but the name is not theirs"),
        ("adlereve_4321_98765_responses.jsonl", "the number 4321 is 4321’s id, but the name is not theirs"),
        ("bergbjorn_77_98765_responses.jsonl", "the number 77 is 77’s id, but the name is not theirs"),
        ("Ana-Lena Ruiz_15_assignsubmission_file_", "nobody on the roster is called “Ana-Lena Ruiz”"),
        ("Ward B-Björn Berg_15_assignsubmission_file_", "nobody on the roster is called “Ward B-Björn Berg”"),
    ],
)
def test_whose_cannot_be_told(name, why):
    with pytest.raises(Refused) as refused:
        whose(read_label(name), PEOPLE)
    assert refused.value.why == why
    assert "put it into a folder named by the learner’s id" in refused.value.remedy


@pytest.mark.parametrize(
    ("name", "user", "at"),
    [
        (f"ana+{FIRST}+2026-11-02 09:00:00.000000 UTC+aB3-_x9ZqQ12", "ana", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (f"ana+{FIRST}+2026-11-02 09:00:00.000000 UTC", "ana", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (f"ana+x+{FIRST}+2026-11-02 09:00:00 UTC+aB3-_x9ZqQ12", "ana+x", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (f"ana+{FIRST}+2026-11-02 09:00:00.000000 EST+aB3-_x9ZqQ12", "ana", datetime(2026, 11, 2, 14, tzinfo=UTC)),
    ],
)
def test_what_the_exchange_says(name, user, at):
    ticket = read_ticket(name)
    assert (ticket.user, ticket.assignment, ticket.at) == (user, FIRST, at)


@pytest.mark.parametrize(
    "name",
    ["ana", "ana+x", f"ana+{FIRST}+", f"ana+{FIRST}+yesterday", f"+{FIRST}+2026-11-02 09:00:00 UTC", "a+b+2026-99-99"],
)
def test_what_is_not_of_the_exchange(name):
    assert read_ticket(name) is None


def test_an_assignment_is_named_also_by_a_numbered_copy():
    names = {FIRST, "90-form-a"}
    for name in (
        FIRST,
        f"{FIRST}.zip",
        f"{FIRST}-1.zip",
        f"{FIRST} (2).ZIP",
        f"{FIRST}.jsonl",
        f"{FIRST}(1).jsonl.txt",
    ):
        assert assignment_in(name, names) == FIRST
    for name in ("01", "responses.jsonl", f"my {FIRST}", "01-friend"):
        assert assignment_in(name, names) == ""
    assert [stem(name) for name in ("ana.jsonl", "ana.JSONL.txt", "ana.zip", "a.na", "ana")] == [
        "ana",
        "ana",
        "ana",
        "a.na",
        "ana",
    ]
