"""The roster contract: what is taken, and what is refused with file and line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism_graders.roster import Learner, is_id, read_roster


@pytest.fixture
def roster(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path)

    return write


def findings(roster, content) -> list[str]:
    with pytest.raises(FindingsError) as caught:
        roster(content)
    return [f"{found.line}: {found.where}: {found.found}" for found in caught.value.findings]


def test_a_full_row(roster):
    text = "id,last_name,first_name,email,group\njd1,Doe,Jane,jane@example.org,PGY-1\n"
    assert roster(text) == [Learner("jd1", "Doe", "Jane", "jane@example.org", "PGY-1")]


def test_only_the_id_is_required_and_columns_may_come_in_any_order(roster):
    assert roster("id\na\nb\n") == [Learner("a"), Learner("b")]
    assert roster("group,id\nday,a\n,b\n") == [Learner("a", group="day"), Learner("b")]


def test_what_spreadsheets_add_is_taken(roster):
    """A byte order mark, Windows line ends, empty lines, spaces, quoted commas and letters beyond ASCII."""
    text = '\ufeffid,last_name\r\n\r\n a ,"Doe, Jr."\r\n,\r\nb,Ødegård\r\n'
    assert roster(text) == [Learner("a", "Doe, Jr."), Learner("b", "Ødegård")]


def test_all_mistakes_are_found_at_once(roster):
    text = "id,last_name\n../evil,X\nok,Y\nOK,Z\n...,W\n,V\na b,U\nok2,T,more\n" + "x" * 65 + ",S\n"
    assert findings(roster, text) == [
        "2: id: “../evil”",
        "4: id: “OK” after “ok” on line 3",
        "5: id: “...”",
        "6: id: “”",
        "7: id: “a b”",
        "8: row: 3 cells",
        f"9: id: “{'x' * 65}”",
    ]


def test_a_name_that_the_gradebook_has_no_room_for_is_refused(roster):
    """A database server takes no more than 128 characters, and none of them null."""
    assert roster("id,last_name\na," + "ü" * 128 + "\n") == [Learner("a", "ü" * 128)]
    text = (
        "id,last_name,first_name,email,group\na,"
        + "x" * 129
        + ",,,\nb,,nu\0ll,,\nc,,,e@"
        + "x" * 127
        + ",\nd,,,,"
        + "x" * 200
    )
    assert findings(roster, text) == ["2: last_name: 129", "3: first_name: a null character", "4: email: 129"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "columns: an empty file"),
        (b"a\nb\n", "columns: a"),
        (b"id;last_name\na;b\n", "columns: id;last_name"),
        (b"id,password\na,b\n", "columns: “password”"),
        (b"id,id\na,b\n", "columns: “id” again"),
        (b"id\n", "roster: none"),
    ],
)
def test_what_is_no_roster_is_refused(roster, content, where):
    assert findings(roster, content) == [f"1: {where}"]


@pytest.mark.parametrize("content", [b"id\n\xff\xfe\n", b'id\n"open\n', b"PK\x03\x04\x00\xfe"])
def test_another_kind_of_file_is_refused_with_a_remedy(roster, content):
    with pytest.raises(FindingsError, match="save it from the spreadsheet as “CSV UTF-8”"):
        roster(content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FindingsError, match=r"roster\.csv:1: roster: expected a CSV file"):
        read_roster(tmp_path / "roster.csv")


@given(st.text(max_size=70))
def test_an_id_never_leads_out_of_its_folder(text):
    if is_id(text):
        assert 1 <= len(text) <= 64
        assert not set(text) & set("/\\:*?[]{}<>|\"' \n\x00~")
        assert text.strip(".")
