"""A preview is built again at each save; what cannot be built is said, and no answer is lost."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from click.testing import CliRunner

from eprofessionalism import serving
from eprofessionalism.authoring import new, preview
from eprofessionalism.authoring.bench import Bench, NoCaseError, checkout_or_none
from eprofessionalism.authoring.build import Checkout, check_bank
from eprofessionalism.authoring.commands import bank_findings
from eprofessionalism.authoring.preview import NEWS_FILE, Preview
from eprofessionalism.player import Player
from eprofessionalism.widgets import _page

SLUG = "20-harbor-run"


@pytest.fixture
def author(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Author(new.lay_down(SLUG, tmp_path / "bank", whole=False, schema=None), tmp_path / "pages" / SLUG)


class Author:
    """Somebody with an editor, and a preview of their case."""

    def __init__(self, folder, page) -> None:
        self.folder, self.page, self.said = folder, page, []
        self.case = folder / "case.yaml"
        self.times = self.case.stat().st_mtime_ns

    def preview(self) -> Preview:
        self.preview_ = Preview(Bench(str(self.folder)), self.page, self.said.append)
        self.preview_.build()
        return self.preview_

    def save(self, old: str, text: str) -> None:
        """Save a change and let the preview look until it has seen that the file is at rest."""
        before = self.case.read_text()
        assert old in before
        self.write(before.replace(old, text, 1))
        self.preview_.look()
        self.preview_.look()

    def write(self, text: str) -> None:
        self.case.write_text(text)
        self.times += 1_000_000_000  # clocks of file systems may be coarse
        os.utime(self.case, ns=(self.times, self.times))

    def news(self) -> dict:
        return json.loads((self.page / NEWS_FILE).read_text())

    def notebook(self) -> dict:
        return json.loads((self.page / f"{SLUG}.ipynb").read_text())

    def text(self) -> str:
        return "".join("".join(cell["source"]) for cell in self.notebook()["cells"])

    def number(self) -> int:
        return self.notebook()["metadata"]["eprofessionalism"]["preview"]


def test_a_sound_case_is_built_whole_and_marked_as_a_preview(author):
    author.preview()
    assert {path.name for path in author.page.iterdir()} == {f"{SLUG}.ipynb", "items.json", "art", NEWS_FILE}
    assert author.news() == {"looks": 1, "page": 1, "built": True, "findings": []}
    assert author.number() == 1
    assert "Bib 214" in author.text()
    assert author.said[-1].endswith("no findings")


def test_a_saved_change_is_another_page(author):
    author.preview()
    author.save("title: Bib 214", "title: Number 214")
    assert (author.news()["page"], author.number()) == (2, 2)
    assert "Number 214" in author.text()


def test_a_new_drawing_is_another_page(author):
    seen = author.preview()
    drawing = author.folder / "art" / "tent.svg"
    drawing.write_text(drawing.read_text().replace("#dfeaf0", "#000"))
    seen.look()
    seen.look()
    assert author.news()["page"] == 2
    assert "#000" in (author.page / "art" / "tent.svg").read_text()


def test_nothing_is_built_while_a_file_is_being_written(author):
    seen = author.preview()
    whole = author.case.read_text()
    for half in (whole[:100], whole[:200], whole):
        author.write(half)
        seen.look()
    assert author.news()["looks"] == 1
    seen.look()
    assert author.news() == {"looks": 2, "page": 1, "built": True, "findings": []}


def test_a_comment_is_no_other_page(author):
    author.preview()
    author.save("schema: 1", "# a note\nschema: 1")
    assert (author.news()["looks"], author.news()["page"]) == (2, 1)


def test_a_mistake_of_form_leaves_the_page_and_is_said(author):
    author.preview()
    before = author.text()
    author.save("minutes: 4", "minuts: 4")
    news = author.news()
    assert (news["page"], news["built"], author.text()) == (1, False, before)
    assert {finding["where"] for finding in news["findings"]} == {"minutes", "minuts"}
    line = next(number for number, text in enumerate(author.case.read_text().splitlines(), 1) if "minuts" in text)
    assert f"bank/{SLUG}/case.yaml:{line}: minuts: expected a known field" in "\n".join(author.said)
    assert author.said[-1].endswith("2 findings; the page stays as it was")
    author.save("minuts: 4", "minutes: 5")
    assert author.news() == {"looks": 3, "page": 2, "built": True, "findings": []}


def test_a_case_with_findings_that_can_be_built_is_shown(author):
    author.preview()
    author.save("title: Bib 214", "title: It's 214")
    news = author.news()
    assert (news["page"], news["built"]) == (2, True)
    assert [finding["expected"] for finding in news["findings"]] == ["a typographic apostrophe"]
    assert "It&#39;s 214" in author.text()


@pytest.mark.parametrize(
    ("old", "mistake"),
    [
        ("file: art/tent.svg", "file: art/boat.svg"),
        ("cites: [fact-5.1, mms-2.ii]", "cites: [fact-5.99]"),
        ("-2-which\n", "-1-first\n"),
        ("  - artifact: tent-post", "  - artifact: tent"),
    ],
)
def test_what_cannot_be_built_for_its_content_leaves_the_page(author, old, mistake):
    author.preview()
    author.save(old, mistake)
    news = author.news()
    assert news["findings"]
    assert (news["page"], news["built"]) == (1, False)


def test_a_case_that_cannot_be_built_at_first_has_a_page_that_says_so(author):
    author.write("schema: 1\n")
    author.preview()
    news = author.news()
    assert (news["page"], news["built"], author.number()) == (0, False, 0)
    assert len(news["findings"]) > 5
    assert "Nothing to show yet" in author.text()
    assert author.said[-1].endswith("there is no page yet")


def test_a_case_file_that_is_gone_for_a_moment_is_a_finding(author):
    seen = author.preview()
    author.case.rename(author.folder / "elsewhere.yaml")
    seen.look()
    seen.look()
    assert [finding["found"] for finding in author.news()["findings"]] == ["no such file or directory"]
    assert author.news()["built"] is False


def test_answers_given_in_a_preview_outlive_its_pages(author, monkeypatch):
    author.preview()
    monkeypatch.chdir(author.page)
    monkeypatch.setattr(_page, "_pages", {})
    items = list(_page.current_page().player.bank.items)
    _page.current_page().player.commit(items[0], "c")
    _page.current_page().player.commit(items[1], ["a", "c"], certainty=2)
    author.save(f"item: {items[1]}", f"item: {items[1]}-again")
    now = _page.current_page().player
    assert list(now.bank.items) == [items[0], f"{items[1]}-again"]
    assert now.view(items[0]).answer == "c"
    assert now.view(f"{items[1]}-again").state == "open"


def test_a_journal_beside_the_case_is_neither_read_nor_written(author):
    journal = author.folder / "responses.jsonl"
    journal.write_text("somebody’s answers\n")
    author.preview()
    Player(author.page).finish()
    assert journal.read_text() == "somebody’s answers\n"
    assert "somebody" not in (author.page / "responses.jsonl").read_text()


def test_an_item_id_of_another_case_in_the_bank_is_found(author):
    other = author.folder.with_name("21-other")
    shutil.copytree(author.folder, other)
    author.preview()
    assert {finding["expected"] for finding in author.news()["findings"]} == {"an item id used once in the course"}


def test_a_case_of_the_course_has_the_findings_of_check():
    checkout = Checkout()
    name = "01-friend-requests"
    bench = Bench(name)
    assert bench.folder == checkout.bank / name
    case, findings = bench.look()
    assert case is not None
    cases, found = check_bank(checkout)
    found += bank_findings(checkout, cases)
    assert findings == sorted(finding for finding in found if finding.file == case.source.file)


@pytest.mark.parametrize("name", ["{folder}", "{folder}/case.yaml"])
def test_a_case_is_named_by_its_folder_or_its_file(author, name):
    assert Bench(name.format(folder=author.folder)).folder == author.folder.resolve()


def test_a_folder_of_answers_is_not_taken_for_the_case_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "01-friend-requests").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Bench("01-friend-requests").folder == checkout_or_none().bank / "01-friend-requests"


def test_what_is_no_case_is_one_line(tmp_path):
    with pytest.raises(NoCaseError, match="expected a case’s folder"):
        Bench(str(tmp_path))
    result = CliRunner().invoke(preview.command, ["99-nowhere"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: 99-nowhere: expected a case’s folder, its case.yaml, or the name of a case")
    assert len(result.output.splitlines()) == 1


def test_the_preview_is_served_from_a_folder_that_is_gone_afterward(author, monkeypatch):
    served = {}

    def serve(pages, name, port, *, browser, memory, meanwhile):
        served.update(pages=pages, name=name, port=port, browser=browser)
        assert (pages / name / f"{name}.ipynb").is_file()
        assert memory.parent == pages.parent
        meanwhile()

    monkeypatch.setattr(serving, "serve", serve)
    before = sorted(author.folder.rglob("*"))
    result = CliRunner().invoke(preview.command, [str(author.folder), "--no-browser", "--port", "9000"])
    assert result.exit_code == 0, result.output
    assert (served["name"], served["port"], served["browser"]) == (SLUG, 9000, False)
    assert not served["pages"].exists()
    assert sorted(author.folder.rglob("*")) == before
