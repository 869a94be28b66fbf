"""A full report of a small scenario, from the run to the page."""

from pathlib import Path

import pytest

from realign.full import complete
from realign.running import run_to_folder
from realign.scenario import load


@pytest.mark.slow
def test_a_full_report_has_what_every_command_finds(tmp_path):
    from realign.report import write_report

    scenario = load(Path(__file__).parent / "running" / "tiny.toml")
    out = run_to_folder(scenario, out=tmp_path / "out", futures=300)
    seen = []
    complete(out, progress=lambda what, done, wanted: seen.append(what))
    assert set(seen) == {"worth", "audit", "stories"}
    text = write_report(out).read_text(encoding="utf-8")
    for chapter in ("What preparation is worth", "Who pulls the same way", "Single futures"):
        assert f"<h2>{chapter}</h2>" in text
    assert 'id="figure-audit_network"' in text and text.count('id="figure-story_') == 3


@pytest.mark.slow
def test_a_new_run_takes_what_was_found_about_the_old_one_away(tmp_path):
    scenario = load(Path(__file__).parent / "running" / "tiny.toml")
    out = run_to_folder(scenario, out=tmp_path / "out", futures=40)
    (out / "stories.json").write_text("[]")
    (out / "worth_knobs.csv").write_text("a")
    run_to_folder(scenario, out=out, futures=50)
    assert not (out / "stories.json").exists() and not (out / "worth_knobs.csv").exists()
