"""From each kind of source to the right score: collect, then grade, by the commands that an instructor types."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import cli, intake

FIRST = "01-friend-requests"


@pytest.fixture
def handed_in(offering, play, judge, tmp_path):
    """A learner's own folder with every answer given: option number `number` of each question."""

    def played(number: int) -> tuple[Path, dict]:
        items = judge.keys(offering.root, FIRST)
        answers = {name: judge.other(item, number) for name, item in items.items() if item.type != "reflection"}
        folder = tmp_path / "homes" / str(number) / FIRST
        play(offering, FIRST, answers, folder)
        return folder, {name: float(judge.worth(items[name], answer)) for name, answer in answers.items()}

    return played


def compressed(folder: Path) -> bytes:
    """A folder as an operating system compresses it: itself within, and litter."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, Path(folder.name, path.relative_to(folder)))
        archive.writestr(f"__MACOSX/{folder.name}/._responses.jsonl", b"\0\5\x16\7")
        archive.writestr(f"{folder.name}/.DS_Store", b"\0\0\0\1Bud1")
    return file.getvalue()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def sources(offering, handed_in, nbgrader, tmp_path):
    """One learner's answers in each kind of source, with what they are worth."""
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    settings = [f"--Exchange.root={exchange}", f"--Exchange.cache={tmp_path / 'cache'}"]
    made, worth = [], {}

    def source(learner: int, make, *options: str) -> None:
        folder, worth[f"learner-{learner:02d}"] = handed_in(learner)
        made.append([make(folder), *options])

    def journal(folder: Path) -> bytes:
        return (folder / "responses.jsonl").read_bytes()

    def submitted(folder: Path) -> Path:
        course = offering.config().CourseDirectory.course_id
        where = [f"--ExchangeSubmit.assignment_dir={folder.parent}", "--CourseDirectory.student_id=learner-00"]
        for command in (["release_assignment", FIRST], ["submit", FIRST, f"--course={course}", *where]):
            done = nbgrader(offering, *command, *settings)
            assert done.returncode == 0, done.stderr
        return exchange

    def named(path: Path, content: bytes) -> Path:
        path.write_bytes(content)
        return path

    source(0, submitted)
    source(1, lambda folder: shutil.copytree(folder, tmp_path / "in" / "learner-01" / FIRST).parents[1])
    source(2, lambda folder: zipped(tmp_path / "c.zip", {"last2first2_8_9_responses-1.jsonl": journal(folder)}))
    source(3, lambda folder: zipped(tmp_path / "d.zip", {f"last3first3_LATE_8_9_{FIRST}.zip": compressed(folder)}))
    moodle = "First4 Last4_1234567_assignsubmission_file_"
    source(4, lambda folder: zipped(tmp_path / "e.zip", {f"{moodle}/{FIRST}.zip": compressed(folder)}))
    source(
        5, lambda folder: zipped(tmp_path / "f.zip", {"First5 Last5_12_assignsubmission_file_r.jsonl": journal(folder)})
    )
    source(6, lambda folder: named(tmp_path / "learner-06.zip", compressed(folder)))
    source(7, lambda folder: named(tmp_path / "responses (1).jsonl", journal(folder)), "--student", "learner-07")
    source(
        8, lambda folder: zipped(tmp_path / "g.zip", {"week 1/learner-08.jsonl": journal(folder), "__MACOSX/._x": b"x"})
    )
    return made, worth


def test_every_way_in_ends_in_the_right_score(offering, sources, scores_of):
    made, worth = sources
    for arguments in made:
        result = CliRunner().invoke(cli.collect, [str(offering.root), *map(str, arguments)])
        assert (result.exit_code, result.stdout.partition(",")[0]) == (0, "collected 1"), result.output
    result = CliRunner().invoke(cli.grade, [str(offering.root), "--no-feedback"])
    assert result.exit_code == 0, result.output
    for learner, points in worth.items():
        scores = scores_of(offering, learner)
        assert {name: scores[name].auto for name in points} == pytest.approx(points), learner
    assert len({tuple(sorted(points.items())) for points in worth.values()}) > 3, "the answers differ"
    assert intake.secret(offering.submitted("learner-00", FIRST))


def test_an_updated_submission_is_graded_again(offering, handed_in, scores_of, tmp_path):
    """Also where the file that came later has an earlier time: it goes on where the first one ends."""
    folder, points = handed_in(1)
    whole = (folder / "responses.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    for part, second in ((b"".join(lines[: len(lines) // 2]), 1_790_000_000), (whole, 1_780_000_000)):
        (tmp_path / "learner-01.jsonl").write_bytes(part)
        os.utime(tmp_path / "learner-01.jsonl", (second, second))
        assert CliRunner().invoke(cli.collect, [str(offering.root), str(tmp_path / "learner-01.jsonl")]).exit_code == 0
        assert "graded 1" in CliRunner().invoke(cli.grade, [str(offering.root), "--no-feedback"]).stdout
    scores = scores_of(offering, "learner-01")
    assert {name: scores[name].auto for name in points} == pytest.approx(points)
