"""`eprof report` of a folder of Parquet files: the numbers of the frames, in files for their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from eprofessionalism_graders.cohort import item_statistics, scale_statistics
from eprofessionalism_graders.cohort.cli import report
from eprofessionalism_graders.cohort.document import Note, Table
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.large.report import FILES, read, section

YEARS = {"2024": 40, "2025": 50, '2026 "é"; spring': 60}
BROKEN = "q-03"


def form(offering: str, learners: int, sitting: str = "post") -> pd.DataFrame:
    """A form of twelve questions, one of which is credited to the wrong option."""
    random = np.random.default_rng(learners)
    rows = []
    for learner in range(learners):
        ability = random.normal(0.5)
        for item in range(12):
            knows = random.random() < 1 / (1 + np.exp((item % 5) / 2 - 1 - 2 * ability))
            answer = "a" if knows else str(random.choice(list("bc")))
            name = f"q-{item:02d}"
            score = float(answer == ("b" if name == BROKEN else "a"))
            row = {"learner": f"l{learner}", "item": name, "answer": answer, "score": score, "points": 2 * score}
            rows.append(row | {"max_points": 2.0, "assignment": "90-form-a", "sitting": sitting, "type": "sba"})
    return pd.DataFrame(rows).assign(offering=offering, seconds=30.0)


@pytest.fixture(scope="module")
def frames() -> list[pd.DataFrame]:
    return [form(offering, learners) for offering, learners in YEARS.items()]


@pytest.fixture
def folder(tmp_path, frames) -> Path:
    for number, frame in enumerate(frames):
        before = form(frame["offering"].iloc[0], 30 + number, "pre")
        write_answers(pd.concat([frame, before]), tmp_path / f"{number}.parquet", frame["offering"].iloc[0])
    return tmp_path


def run(*arguments: object):
    return CliRunner().invoke(report, [str(one) for one in arguments])


def matrix(frames) -> pd.DataFrame:
    whole = pd.concat(frames)
    return whole.pivot_table(index=["offering", "learner"], columns="item", values="points")


def test_the_report_has_its_files_for_their_owner_alone(folder):
    done = run(folder)
    assert done.exit_code == 0, done.output
    written = {path.name for path in (folder / "report").iterdir()}
    assert written == {"index.html", "tables", *FILES}
    for path in (folder / "report").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "12 questions after the course, 150 learners of three offerings." in page
    assert "2026 &#34;é&#34;; spring" in page
    assert "<script" not in page


def test_items_and_scale_are_those_of_the_matrix(folder, frames):
    run(folder)
    points = matrix(frames)
    items = pd.read_csv(folder / "report" / "items.csv").set_index("item")
    expected = item_statistics(points, 2.0)
    pd.testing.assert_frame_equal(items[expected.columns], expected, check_dtype=False, atol=1e-6)
    assert (items["seconds"] == 30).all()
    before = matrix([form(offering, 30 + number, "pre") for number, offering in enumerate(YEARS)])
    assert items["before"].tolist() == pytest.approx(item_statistics(before, 2.0)["facility"].tolist(), abs=1e-6)
    scale = pd.read_csv(folder / "report" / "scale.csv").set_index("statistic")
    assert scale.loc["alpha", "value"] == pytest.approx(scale_statistics(points).loc["alpha", "value"], abs=1e-6)


def test_offerings_stand_beside_each_other_with_intervals(folder, frames):
    run(folder)
    offerings = pd.read_csv(folder / "report" / "offerings.csv").set_index("offering")
    assert offerings["learners"].to_dict() == YEARS
    for frame in frames:
        scale = scale_statistics(matrix([frame]))
        row = offerings.loc[frame["offering"].iloc[0]]
        assert [row["mean"], row["low"], row["high"]] == pytest.approx(
            list(scale.loc["mean", ["value", "low", "high"]] * 100 / 24), abs=1e-5
        )
        assert row["alpha"] == pytest.approx(scale.loc["alpha", "value"], abs=1e-6)


def test_a_wrong_key_is_found_from_the_answers_alone(folder):
    (one,) = read(folder)
    assert [(item, flags[0].kind) for item, flags in one.flags.items() if flags[0].severity == "check the key"] == [
        (BROKEN, "key")
    ]
    found = section(one)
    assert found.title == "90-form-a: one question needs a look"
    assert any(isinstance(block, Note) and block.text.startswith(f"{BROKEN}: ") for block in found.blocks)


def test_options_have_their_share_and_credit(folder, frames):
    run(folder)
    options = pd.read_csv(folder / "report" / "options.csv").set_index(["item", "option"])
    whole = pd.concat(frames)
    for item in ("q-00", BROKEN):
        chosen = whole[whole["item"] == item]["answer"].value_counts()
        assert options.loc[item]["n"].to_dict() == chosen.to_dict()
    assert options.loc[BROKEN]["credit"].to_dict() == {"a": 0, "b": 1, "c": 0}


def test_a_question_that_not_all_were_asked_is_left_out_and_named(tmp_path, frames):
    some = frames[0][frames[0]["item"] != "q-11"]
    write_answers(some, tmp_path / "a.parquet", "2024")
    write_answers(frames[1], tmp_path / "b.parquet", "2025")
    (one,) = read(tmp_path)
    assert one.left_out == ("q-11",)
    assert one.counts.complete == 90
    cautions = [block.text for block in section(one).blocks if isinstance(block, Note) and block.caution]
    assert cautions == ["Not every offering asked q-11: totals of different questions do not compare."]


def test_one_offering_is_compared_with_none(tmp_path, frames):
    write_answers(frames[0].drop(frames[0].index[5]), tmp_path / "a.parquet", "2024")
    (one,) = read(tmp_path)
    found = section(one)
    assert [block.name for block in found.blocks if isinstance(block, Table)] == [
        "items-90-form-a",
        "options-90-form-a",
        "scale-90-form-a",
    ]
    assert any(block.text.startswith("One learner (2.5%)") for block in found.blocks if isinstance(block, Note))


def test_all_types_and_odd_names_are_reported(tmp_path):
    rows = [
        {"learner": f"=l{learner}", "item": f"-{kind} é;'", "type": kind, "answer": answer, "score": learner % 3 / 2}
        | {"assignment": "01 Ä/case", "sitting": "practice"}
        for learner in range(12)
        for kind, answer in {
            "sba": ["strongly agree", "no", None][learner % 3],
            "mrq": ["a c", "", "b"][learner % 3],
            "rating": ["a=4 b=1", "a=2 b=2", "a=1 b=3"][learner % 3],
            "ranking": "b a c",
            "choose": "a b",
            "reflection": "=my own words",
        }.items()
    ]
    write_answers(pd.DataFrame(rows), tmp_path / "2026.parquet", "2026")
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "report").rglob("*.*")]
    assert not any("my own words" in text for text in texts)
    items = pd.read_csv(tmp_path / "report" / "items.csv")
    assert sorted(items["item"]) == [f"'-{kind} é;'" for kind in ("choose", "mrq", "ranking", "rating", "sba")]
    options = pd.read_csv(tmp_path / "report" / "options.csv")
    assert set(options["option"]) == {"a", "b", "c", "no", "strongly_agree"}


def test_too_few_learners_have_a_note_and_no_reliability(tmp_path):
    write_answers(form("2026", 3), tmp_path / "a.parquet", "2026")
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    scale = pd.read_csv(tmp_path / "report" / "scale.csv").set_index("statistic")
    assert np.isnan(scale.loc["alpha", "value"])
    assert scale.loc["alpha", "note"]


def test_a_scheduler_is_refused_for_an_offering(tmp_path, monkeypatch):
    (tmp_path / "offering.toml").write_text("")
    monkeypatch.setattr("eprofessionalism_graders.offering.Offering.open", lambda folder: folder)
    done = run(tmp_path, "--scheduler", "tcp://127.0.0.1:1")
    assert done.exit_code == 1
    assert "expected a folder of Parquet files, found that" in done.output


def test_groups_are_refused_where_no_page_is_shared(folder):
    done = run(folder, "--smallest-group", "12")
    assert done.exit_code == 1
    assert "leave out --smallest-group" in done.output
    assert not (folder / "report").exists()


def test_a_folder_of_reflections_alone_is_refused(tmp_path):
    frame = form("2026", 2).assign(type="reflection")
    write_answers(frame, tmp_path / "a.parquet", "2026")
    done = run(tmp_path)
    assert done.exit_code == 1
    assert "found none but reflections" in done.output


def test_a_file_without_rows_is_not_said_to_hold_reflections(tmp_path):
    write_answers(form("2026", 2).iloc[:0], tmp_path / "a.parquet", "2026")
    assert "found not one row" in run(tmp_path).output


@pytest.mark.parametrize(("complete", "said"), [(0, "no learners"), (9, "nine learners")])
def test_of_too_few_nothing_is_said_of_the_questions(tmp_path, complete, said):
    frame = form("2026", 40)
    frame = frame[frame["item"].isin(["q-01", "q-02"])]
    left = (frame["item"] == "q-02") & ~frame["learner"].isin([f"l{number}" for number in range(complete)])
    frame.loc[left, ["points", "score"]] = np.nan
    write_answers(frame.assign(seconds=np.nan), tmp_path / "a.parquet", "2026")
    (one,) = read(tmp_path)
    assert one.counts.complete == complete
    assert section(one).title == f"90-form-a: nothing can be said of its questions: {said} answered every one"


def test_without_a_score_nothing_is_said(tmp_path):
    write_answers(form("2026", 30).assign(points=np.nan, score=np.nan), tmp_path / "a.parquet", "2026")
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "nothing can be said of its questions: no learners answered every one" in page
    assert "looks broken" not in page


def test_the_page_is_headed_by_its_offerings(tmp_path, frames):
    write_answers(frames[0], tmp_path / "a.parquet", "2024")
    run(tmp_path)
    page = tmp_path / "report" / "index.html"
    assert "<h1>2024</h1>" in page.read_text(encoding="utf-8")
    write_answers(frames[1], tmp_path / "b.parquet", "2025")
    run(tmp_path)
    assert "<h1>Two offerings</h1>" in page.read_text(encoding="utf-8")
    assert "of two offerings (2024 and 2025)." in page.read_text(encoding="utf-8")


def test_one_title_in_two_files_is_told_since_it_may_be_two_offerings(tmp_path, frames):
    title = "Residency <2024> " + "and all of its sites " * 8
    write_answers(frames[0], tmp_path / "east.parquet", title)
    write_answers(frames[1], tmp_path / "other.parquet", "2025")
    run(tmp_path)
    page = tmp_path / "report" / "index.html"
    assert "counted as one offering" not in page.read_text(encoding="utf-8")
    others = frames[0].assign(learner="west-" + frames[0]["learner"])
    write_answers(others, tmp_path / "west.parquet", title)
    run(tmp_path)
    text = " ".join(page.read_text(encoding="utf-8").split())
    said = f"“{title.replace('<', '&lt;').replace('>', '&gt;')}” is the title in east.parquet and west.parquet"
    assert " ".join(said.split()) in text
    assert text.count("counted as one offering") == 1


def test_an_option_that_is_but_its_letter_is_said_once(folder):
    run(folder)
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert " B, which the key has as best" in page
    assert "(“b”)" not in page


@pytest.mark.parametrize(
    ("name", "said"), [("", "neither offering.toml nor such files"), ("nowhere", "no such folder")]
)
def test_what_is_neither_an_offering_nor_a_folder_of_files_is_refused(tmp_path, name, said):
    done = run(tmp_path / name)
    assert done.exit_code == 1
    assert f"an offering, or a folder with files *.parquet directly in it, found {said}" in done.output
