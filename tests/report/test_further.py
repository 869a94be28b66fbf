"""What other commands left in the folder joins the page."""

import json

import pandas as pd
from report_folder import POLICIES, write_result

from realign.report import gather, write_report
from realign.report.further import further_tables
from realign.report.listing import safe_csv

WORTH = pd.DataFrame(
    {
        "stress": "baseline", "policy": "Plan", "what": ["Second mill", "=1+1"], "measure": "value",
        "futures_in": "all", "worth": [0.02, -0.001], "low": [0.01, -0.003], "high": [0.03, 0.001], "futures": 500,
    }
)  # fmt: skip
STORY = {"future": 3, "title": "Bakery: <b>future 3</b>", "paragraphs": ["It rained.", "<script>x</script>"],
         "svg": '<svg width="9pt" height="9pt" viewBox="0 0 9 9"><g id="figure_1"/></svg>'}  # fmt: skip


def complete(folder):
    write_result(folder, futures=60)
    (folder / "worth_contingencies.csv").write_text(safe_csv(WORTH), encoding="utf-8")
    (folder / "stories.json").write_text(json.dumps([STORY, STORY]), encoding="utf-8")
    return folder


def test_names_come_back_as_they_were_before_they_were_defused(tmp_path):
    table = further_tables(complete(tmp_path))["worth_contingencies"]
    assert list(table["what"]) == ["Second mill", "=1+1"]
    assert list(table["worth"]) == [0.02, -0.001]


def test_the_worth_of_contingencies_and_told_futures_have_chapters_of_their_own(tmp_path):
    text = write_report(complete(tmp_path)).read_text(encoding="utf-8")
    assert "What preparation is worth" in text and "Single futures" in text
    assert "Second mill to Plan +0.0200 (0.0100 to 0.0300)" in text
    assert (tmp_path / "figures" / "worth_contingencies.svg").is_file()


def test_stories_are_escaped_and_their_figures_do_not_share_ids(tmp_path):
    text = write_report(complete(tmp_path)).read_text(encoding="utf-8")
    assert "<script>" not in text and "&lt;script&gt;x&lt;/script&gt;" in text
    assert 'id="story_1-figure_1"' in text and 'id="story_2-figure_1"' in text


def test_without_them_nothing_is_missed(tmp_path):
    evidence = gather(write_result(tmp_path, futures=60))
    assert not evidence.further and not evidence.stories
    assert evidence.policies == POLICIES
