"""The files of a report and the page."""

import json
import re
from html.parser import HTMLParser

import pytest
from report_folder import write_result

from realign.compare import summarise_folder
from realign.report import write_report
from realign.report.gallery import PLATES

VOID = {"meta", "br", "img", "link", "input", "hr"}
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=y>', "A & B")


class Reader(HTMLParser):
    """Collects text, tags and attributes, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(path):
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    write_result(
        folder, policies=HOSTILE, stresses=("baseline", "</table><script>"), info={"name": "<i>x", "summary": "a<b"}
    )
    return write_report(folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_report(write_result(tmp_path_factory.mktemp("plain"), info={"scenario_hash": "abc", "seed": 0}))


def test_all_files_are_there_and_nothing_half_written_is_left(plain):
    folder = plain.parent
    assert plain.name == "report.html"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    figures = [plate.name for plate in PLATES if not plate.name.startswith(("worth_", "audit_"))]
    assert names == {
        "outcomes.parquet", "weekly.parquet", "run.json", "summary.csv", "summary.json", "report.html",
        *(f"figures/{name}.{kind}" for name in figures for kind in ("png", "svg")),
    }  # fmt: skip


def test_the_answer_comes_before_every_figure_and_table(plain):
    text = plain.read_text(encoding="utf-8")
    body = text[text.index("<body>") :]
    answer = body.index("holds up best")
    assert answer < body.index("<svg") and answer < body.index("<table")
    assert body.index("What breaks it") < body.index("<svg")


def test_a_name_from_the_scenario_cannot_become_markup(hostile):
    reader = read(hostile)
    assert "script" not in reader.tags and "img" not in reader.tags and "i" not in reader.tags
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert any("<script>alert(1)</script>" in words for words in reader.words)


def test_the_page_needs_nothing_from_elsewhere(hostile):
    text = hostile.read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!#)', text)
    assert "@import" not in text and "url(http" not in text


def test_no_two_elements_share_an_id_and_every_reference_finds_one(hostile):
    reader = read(hostile)
    ids = [value for name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    text = hostile.read_text(encoding="utf-8")
    assert set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_every_figure_has_a_text_for_those_who_do_not_see_it(hostile):
    text = hostile.read_text(encoding="utf-8")
    heads = re.findall(r"<svg[^>]*>", text)
    assert len(heads) == len([plate for plate in PLATES if not plate.name.startswith(("worth_", "audit_"))])
    assert all('role="img"' in head and re.search(r'aria-label="[^"]{40,}"', head) for head in heads)


def test_figures_follow_the_colours_of_the_page(hostile):
    text = hostile.read_text(encoding="utf-8")
    svg = text[text.index("<svg") : text.rindex("</svg>")]
    assert "var(--ink)" in svg and "#1f2a33" not in svg and "#fefefe" not in svg


def test_the_summary_on_disk_is_the_summary(plain):
    folder = plain.parent
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    expected = summarise_folder(folder)
    assert [row["policy"] for row in said["rows"]] == list(expected["policy"])
    assert said["rows"][1]["value"] == expected["value"].iloc[1]
    assert said["rows"][0]["variance_reduction"] is None
    assert (said["seed"], said["scenario_hash"]) == (0, "abc")
    assert said["headline"] in said["verdict"]
    assert len((folder / "summary.csv").read_text().splitlines()) == 1 + len(expected)


def test_writing_twice_gives_the_same_bytes(tmp_path):
    page = write_report(write_result(tmp_path, futures=60))
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert write_report(tmp_path) == page
    assert {path: path.read_bytes() for path in first} == first


def test_a_report_can_be_written_elsewhere(tmp_path):
    source, target = tmp_path / "run", tmp_path / "deep" / "out"
    source.mkdir()
    assert write_report(write_result(source, futures=60), out=target) == target / "report.html"
    assert not (source / "report.html").exists()


def test_a_seed_of_0_is_shown(plain):
    assert "<dt>seed</dt><dd>0</dd>" in plain.read_text(encoding="utf-8")


def test_a_run_without_a_record_is_still_reported(tmp_path):
    write_result(tmp_path, futures=60, policies=("Plan",), means=(0.5,))
    (tmp_path / "run.json").unlink()
    (tmp_path / "weekly.parquet").unlink()
    assert "no record of itself" in write_report(tmp_path).read_text(encoding="utf-8")


def test_names_that_a_spreadsheet_would_calculate_are_text_in_the_csv(tmp_path):
    names = ("=1+1", "@SUM(A1)", "-2", "Plan")
    write_result(tmp_path, futures=60, policies=names, means=(0.4, 0.5, 0.6, 0.7), stresses=("baseline", "+cmd"))
    write_report(tmp_path)
    lines = (tmp_path / "summary.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 8
    assert not any(cell.strip('"')[:1] in ("=", "+", "@") for line in lines for cell in line.split(",")[:3])
    assert any(",'=1+1," in line for line in lines) and any(",Plan," in line for line in lines)


def test_every_chapter_of_the_page_has_a_title_and_is_in_the_contents(plain):
    text = plain.read_text(encoding="utf-8")
    contents = re.findall(r'<a href="#section-\d+">([^<]+)</a>', text)
    assert contents == re.findall(r"<h2>([^<]+)</h2>", text)[1:]
    assert {"When it breaks", "Good and bad luck", "Over the weeks"} <= set(contents)
    assert "What preparation is worth" not in contents  # nothing is known of it


def test_the_scenario_as_run_is_told_in_full(tmp_path, request):
    from realign.scenario import dump, load

    bakery = load(request.config.rootpath / "scenarios" / "bakery.toml")
    write_result(tmp_path, futures=60)
    (tmp_path / "scenario.toml").write_text(dump(bakery), encoding="utf-8")
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "What was assumed" in text
    for thing in (*bakery.shocks, *bakery.policies, *bakery.units, *bakery.objectives, *bakery.contingencies):
        assert thing.name in text
    assert "not ruined in 90\u00a0% of futures" in text and ("✓ kept" in text or "✗ broken" in text)


def test_what_attitudes_choose_is_told_on_the_first_screen(plain):
    text = plain.read_text(encoding="utf-8")
    assert text.index("Whoever asks.") < text.index("<svg")
    assert "It depends on who asks." not in text
