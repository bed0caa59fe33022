"""Answers in Parquet: read back as written, and counted to the same whole numbers as in memory."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.large import values
from eprofessionalism_graders.cohort.large.answers import read_answers, write_answers
from eprofessionalism_graders.cohort.large.parquet import Asked, counts
from eprofessionalism_graders.cohort.large.schema import COLUMNS
from eprofessionalism_graders.cohort.tables import RESPONSES
from eprofessionalism_graders.errors import UserError

ODD = ("a;b", 'say "a"', "it's", "é – ü", "=1+1", "a\x00b", " ", "", "%_\\", "a\nb")


def answers(learners: int = 12, items: int = 5, seed: int = 1, offering: str = "2026") -> pd.DataFrame:
    """Everybody answers everything, with scores in thirds."""
    random = np.random.default_rng(seed)
    rows = [
        {
            "offering": offering,
            "learner": f"learner {learner}",
            "assignment": "90-form-a",
            "item": f"item {item}",
            "type": "sba",
            "sitting": "post",
            "answer": "abcd"[level],
            "certainty": 1 + level % 3,
            "late": False,
            "score": level / 3,
            "points": level / 3,
            "max_points": 1.0,
        }
        for learner in range(learners)
        for item, level in enumerate(random.integers(0, 4, items))
    ]
    return pd.DataFrame(rows)


def written(folder: Path, *frames: pd.DataFrame) -> Path:
    for number, frame in enumerate(frames):
        write_answers(frame, folder / f"{number}.parquet", str(frame["offering"].iloc[0]))
    return folder


def put(folder: Path, query: str, name: str = "answers") -> Path:
    """A file that something else wrote."""
    folder.mkdir(exist_ok=True)
    duckdb.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return folder


def in_memory(frame: pd.DataFrame, items: Sequence[str] | None = None) -> Counts:
    frame = frame.assign(learner=frame["offering"] + "\x01" + frame["learner"])
    table = frame[["learner", "item", "answer", "points"]].rename(columns={"answer": "option", "points": "score"})
    return Counts.from_answers(table, items or sorted(frame["item"].unique()))


# ---- Read and written ------------------------------------------------------------------------------------------------


def test_answers_are_read_back_as_they_were_written(tmp_path):
    frame = answers().assign(answer=[*ODD, None, *("a" * 49)], seconds=1.5, given=2, at="2026-10-01T09:00:00.000Z")
    frame["group"] = ["A", None] * 30
    frame["certainty"] = frame["certainty"].astype("Int64").mask(frame["certainty"] == 2)
    found = read_answers(written(tmp_path, frame))
    assert set(found.pop("file")) == {"0.parquet"}
    assert dict(found.dtypes.astype(str)) == COLUMNS
    expected = frame.reindex(columns=list(COLUMNS)).astype(dict(COLUMNS))
    pd.testing.assert_frame_equal(found, expected)


def test_only_its_owner_can_read_what_was_written(tmp_path):
    path = tmp_path / "new" / "answers.parquet"
    write_answers(answers(), path, "2026")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [found.name for found in path.parent.iterdir()] == ["answers.parquet"]


def test_half_of_a_surrogate_pair_becomes_a_question_mark(tmp_path):
    frame = answers(1, 1)
    frame["answer"] = pd.Series(["a\ud800b"], dtype=object)
    assert read_answers(written(tmp_path, frame))["answer"].tolist() == ["a?b"]


def test_no_answers_are_written_and_read(tmp_path):
    write_answers(pd.DataFrame(columns=pd.Index(RESPONSES)), tmp_path / "none.parquet", "2026")
    found = read_answers(tmp_path)
    assert found.empty
    assert dict(found.dtypes.astype(str)) == COLUMNS | {"file": "string"}


def test_a_folder_without_files_holds_no_answers(tmp_path):
    assert read_answers(tmp_path).empty
    assert list(read_answers(tmp_path / "nowhere")) == [*COLUMNS, "file"]


def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="expected to write the answers here"):
        write_answers(answers(), tmp_path / "file" / "answers.parquet", "2026")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_missing_has_a_default(tmp_path):
    folder = put(tmp_path / "site b", "SELECT 7 AS learner, 3 AS item, 0.5 AS score", "year 2025")
    (row,) = read_answers(folder).to_dict("records")
    assert (row["offering"], row["learner"], row["item"]) == ("year 2025", "7", "3")
    assert (row["assignment"], row["type"], row["sitting"], row["points"]) == ("answers", "sba", "post", 0.5)


def test_files_with_different_columns_and_types_are_one_table(tmp_path):
    put(
        tmp_path,
        "SELECT 1::UTINYINT AS learner, 'x' AS item, 1.5::DECIMAL(5, 2) AS points, DATE '2026-01-02' AS at",
        "a",
    )
    put(tmp_path, "SELECT 'y' AS item, 'b' AS learner, 0.5::FLOAT AS score, 4 AS max_points, 'now' AS offering", "b")
    found = read_answers(tmp_path).set_index("learner")
    assert found["offering"].to_dict() == {"1": "a", "b": "now"}
    assert found["points"].to_dict() == {"1": 1.5, "b": 2.0}
    assert found["at"].fillna("").to_dict() == {"1": "2026-01-02", "b": ""}


# ---- Refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 'a' AS learner, 1.0 AS score", "expected a column item, found learner, score"),
        ("SELECT 'a' AS learner, 'b' AS item", "expected a column points, or score"),
        ("SELECT 'a' AS learner, 'b' AS item, '1' AS score", "column score: expected numbers, found VARCHAR"),
        ("SELECT 'a' AS learner, 1.5 AS item, 1 AS score", "column item: expected text, found DECIMAL"),
        ("SELECT ['a'] AS learner, 'b' AS item, 1 AS score", r"column learner: expected text, found VARCHAR\[\]"),
        ("SELECT 'a' AS learner, 'b' AS item, 1 AS score, 1 AS late", "column late: expected true or false"),
        ("SELECT NULL::VARCHAR AS learner, 'b' AS item, 1 AS score", "column learner: expected a value in each row"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name(tmp_path, query, said):
    folder = put(tmp_path / "f", query)
    for work in (read_answers, counts):
        with pytest.raises(UserError, match=said) as refused:
            work(folder)
        assert str(folder / "answers.parquet") in refused.value.message
        assert "eprof export DIR --to parquet" in refused.value.message


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "broken.parquet"
    path.write_text("learner,item,score")
    with pytest.raises(UserError, match=r"broken\.parquet: expected .* can be read, found: this is no Parquet file"):
        read_answers(tmp_path)
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(UserError, match=r"can be read, found: (?!this is no Parquet)"):
        read_answers(tmp_path)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(UserError, match="expected files"):
        counts(tmp_path)


def test_two_assignments_are_not_counted_as_one(tmp_path):
    folder = written(tmp_path, answers(), answers(offering="2025").assign(sitting="pre"))
    with pytest.raises(UserError, match=r"found 90-form-a \(post\), 90-form-a \(pre\)"):
        counts(folder)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("'inf'::DOUBLE AS points", r"column points, row 3: expected points from 0 to 1e\+11, found inf"),
        ("-0.5 AS points", r"column points, row 3: expected points from 0 to 1e\+11, found -0.5"),
        ("1.5 AS points, 1 AS max_points", "column points, row 3: expected points from 0 to max_points, 1, found 1.5"),
        ("45::UTINYINT AS score", "column score, row 3: expected a score from 0 to 1, found 45"),
        ("-1 AS score, 0 AS points", "column score, row 3: expected a score from 0 to 1, found -1"),
        ("0.5 AS score, 'inf'::FLOAT AS max_points", "column max_points, row 3: expected points from 0 to"),
    ],
)
def test_scores_and_points_that_cannot_be_are_refused_with_file_column_and_row(tmp_path, columns, said):
    names = [part.rpartition(" ")[2] for part in columns.split(", ")]
    fine = ", ".join(f"{'1' if name == 'max_points' else '0.5'} AS {name}" for name in names)
    who = "SELECT {} AS learner, 'b' AS item"
    put(tmp_path, f"{who.format(1)}, {fine}", "a-fine")
    put(tmp_path, " UNION ALL ".join(f"{who.format(row)}, {what}" for row, what in enumerate([fine, fine, columns])))
    for work in (read_answers, counts):
        with pytest.raises(UserError, match=said) as refused:
            work(tmp_path)
        assert refused.value.message.startswith(str(tmp_path / "answers.parquet"))


def test_points_that_differ_from_question_to_question_are_no_mistake(tmp_path):
    """The least and the most of the columns do not settle it: each answer is within its own question's points."""
    frame = answers()
    double = frame["item"] == "item 1"
    frame.loc[double, ["points", "max_points"]] *= 2
    assert counts(written(tmp_path, frame)) == in_memory(frame)
    frame.loc[frame.index[frame["item"] == "item 2"][4], "points"] = 1.5
    write_answers(frame, tmp_path / "0.parquet", "2026")
    with pytest.raises(UserError, match=r"row 23: expected points from 0 to max_points, 1, found 1\.5"):
        counts(tmp_path)


def test_rows_are_not_read_where_the_files_say_that_their_numbers_can_be(tmp_path):
    written(tmp_path, answers(), answers(offering="2025").assign(points=np.nan))
    with duckdb.connect() as connection:
        found = {path: ["score", "points", "max_points"] for path in tmp_path.glob("*.parquet")}
        assert values._doubtful(connection, found) == []
        duckdb.execute(f"COPY (SELECT 2.0 AS points, 1.0 AS max_points) TO '{tmp_path / '2.parquet'}' (FORMAT parquet)")
        found[tmp_path / "2.parquet"] = ["points", "max_points"]
        assert values._doubtful(connection, found) == [tmp_path / "2.parquet"]


@pytest.mark.parametrize("lacking", [0, 1, 2])
def test_a_learner_who_answers_twice_is_refused_with_file_and_rows(tmp_path, lacking):
    frame = answers()
    whose = frame["learner"] == "learner 3"
    double = frame[whose & (frame["item"] == "item 0")]
    kept = frame.drop(frame[whose & frame["item"].isin(["item 4", "item 3"][:lacking])].index)
    folder = written(tmp_path, pd.concat([kept, double.assign(points=0.0)]))
    for work in (read_answers, counts):
        with pytest.raises(UserError, match="expected one answer of learner learner 3 to item 0") as refused:
            work(folder)
        assert refused.value.message.startswith(f"{folder / '0.parquet'}, row 16: ")
        assert f"found another in row {61 - lacking};" in refused.value.message


def test_two_offerings_of_one_title_with_the_same_learner_are_told_to_change_it(tmp_path):
    """To keep one row of each, as is right for a row that stands twice, would throw one offering's answers away."""
    folder = written(tmp_path, answers(seed=1), answers(seed=2))
    for work in (read_answers, counts):
        with pytest.raises(UserError, match="change the title of one in its") as refused:
            work(folder)
        assert f"{folder / '0.parquet'} and 1.parquet both call their offering “2026”" in refused.value.message
        assert "keep one row" not in refused.value.message


def test_columns_that_are_needed_are_asked_for_in_one_line(tmp_path):
    needed = ("assignment", "sitting", "max_points")
    folder = put(tmp_path / "f", "SELECT 'a' AS learner, 'b' AS item, 1 AS score, 'post' AS sitting")
    with pytest.raises(
        UserError, match="expected the columns assignment, sitting, max_points too, found learner, item"
    ):
        read_answers(folder, needed)
    more = "'x' AS assignment, NULL::VARCHAR AS sitting, 1 AS max_points"
    put(folder, f"SELECT 'a' AS learner, 'b' AS item, 1 AS score, {more}")
    with pytest.raises(UserError, match=r"column sitting: expected a value in each row, found 1 row\(s\) without one"):
        read_answers(folder, needed)


# ---- Counted ---------------------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_frame(tmp_path):
    frame = answers(200, 7)
    assert counts(written(tmp_path, frame)) == in_memory(frame)
    assert in_memory(frame).complete == 200


def test_learners_of_one_name_are_two_people_in_two_offerings(tmp_path):
    first, second = answers(seed=1, offering="2025"), answers(seed=2, offering="2026")
    found = counts(written(tmp_path, first, second))
    assert found == in_memory(first) + in_memory(second)
    assert found.learners == 24


def test_one_learner_may_stand_in_two_files(tmp_path):
    frame = answers(30)
    folder = written(tmp_path, frame[::2], frame[1::2])
    assert counts(folder) == in_memory(frame)


def test_who_lacks_an_answer_has_no_total(tmp_path):
    frame = answers(30).drop([3, 8, 9])
    frame.loc[20, ["points", "score"]] = np.nan
    found = counts(written(tmp_path, frame))
    assert found == in_memory(frame)
    assert (found.learners, found.complete) == (30, 27)


def test_points_that_are_no_number_are_missing(tmp_path):
    columns = "unnest(['a', 'a', 'b', 'b']) AS learner, unnest([1, 2, 1, 2]) AS item"
    found = counts(put(tmp_path / "f", f"SELECT {columns}, unnest([1, 'nan'::DOUBLE, 1, 0]) AS points"))
    assert found.complete == 1
    assert found.cells["n"].sum() == 3


def test_thirds_add_up_to_the_last_micro_point(tmp_path):
    frame = answers(1, 3).assign(points=1 / 3)
    found = counts(written(tmp_path, frame))
    assert found.totals["total"].tolist() == [999_999]


def test_odd_texts_are_counted_as_they_are(tmp_path):
    frame = answers(10, 10)
    frame["item"] = [ODD[row % 10] for row in range(100)]
    frame["learner"] = [ODD[row // 10] for row in range(100)]
    frame["answer"] = [ODD[(row * 7 + row // 10) % 10] for row in range(100)]
    assert counts(written(tmp_path, frame)) == in_memory(frame)


def test_a_learners_own_words_are_no_option(tmp_path):
    frame = answers(20)
    reflection = frame[frame["item"] == "item 0"].assign(type="reflection", item="item 9", answer="My own words.")
    long = frame.assign(answer=["x" * 300, *frame["answer"][1:]])
    folder = written(tmp_path, pd.concat([long, reflection]))
    found = counts(folder)
    assert found.items == tuple(f"item {number}" for number in range(5))
    assert "My own words." not in set(found.cells["option"].dropna())
    assert found.cells["option"].isna().sum() == 1
    assert found.complete == 20


def test_only_what_was_asked_for_is_counted(tmp_path):
    frame = answers(20)
    other = answers(20, seed=5).assign(assignment="91-form-b")
    earlier = answers(9, seed=7, offering="2025")
    folder = written(tmp_path, pd.concat([frame, other]), earlier)
    assert counts(folder, Asked("91-form-b")) == in_memory(other)
    assert counts(folder, Asked("90-form-a", offerings=("2026",))) == in_memory(frame)
    items = ("item 3", "item 1")
    expected = in_memory(frame[frame["item"].isin(items)], items)
    assert counts(folder, Asked("90-form-a", items=items, offerings=("2026",))) == expected


def test_parts_by_learner_add_up_to_the_whole(tmp_path):
    frame = answers(100)
    folder = written(tmp_path, frame[::3], frame[1::3], frame[2::3])
    parts = [
        counts(folder, Asked("90-form-a", items=tuple(sorted(frame["item"].unique())), part=(part, 4)))
        for part in range(4)
    ]
    assert sum(parts[1:], start=parts[0]) == in_memory(frame)
    assert min(part.learners for part in parts) > 10


@pytest.mark.parametrize("mixed", [True, False])
def test_offerings_that_share_a_file_are_counted_apart(tmp_path, mixed):
    first, second = answers(seed=1, offering="2025"), answers(seed=2, offering="2026").iloc[:-1]
    whole = pd.concat([first, second]).sample(frac=1, random_state=1) if mixed else pd.concat([first, second])
    with duckdb.connect() as connection:
        connection.register("whole", whole)
        connection.execute(f"COPY whole TO '{tmp_path / 'all.parquet'}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    found = counts(tmp_path)
    assert found == in_memory(first) + in_memory(second)
    assert (found.learners, found.complete) == (24, 23)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4)
rows = st.lists(
    st.tuples(
        st.sampled_from(["2025", "it's 2026"]),
        texts,
        st.sampled_from(["1", "2", "ü 3"]),
        st.one_of(st.none(), texts),
        st.one_of(st.none(), st.floats(0, 1e6), st.sampled_from([1 / 3, 2 / 3, 0.5, 0.0000005, 0.0000015])),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_any_answers_are_counted_as_in_memory(tmp_path_factory, found):
    frame = pd.DataFrame(found, columns=["offering", "learner", "item", "answer", "points"])
    frame["points"] = frame["points"].astype("Float64")
    folder = tmp_path_factory.mktemp("answers")
    for name, part in frame.groupby("offering"):
        write_answers(part, folder / f"{len(part)}-{hash(name)}.parquet", str(name))
    assert counts(folder) == in_memory(frame)
