"""`realign worth`, `realign tail` and `realign audit`, as a user types them."""

import json

from realign.cli.main import main


def test_worth_prints_tables_and_leaves_tables_and_figures(folder, capsys):
    assert main(["worth", "tiny.toml", "--futures", "20", "--out", "out", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "Knobs" in told and "slack 20 %" in told and "Tables and figures are in out" in told
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"worth_knobs.csv", "worth_tornado.png", "worth_tornado.svg", "worth_warning.csv"} <= names


def test_worth_prints_json_and_nothing_else(folder, capsys):
    assert main(["worth", "tiny.toml", "--futures", "20", "--policy", "Follow", "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["policy"] for row in found["knobs"]} == {"Follow"} and found["contingencies"] == []


def test_tail_prints_a_table_with_intervals_and_warnings(folder, capsys):
    assert main(["tail", "tiny.toml", "--futures", "1000", "--quiet", "--stress", "Two floods"]) == 0
    told = capsys.readouterr().out
    assert "Two floods" in told and "chance of ruin" in told and "95 % interval" in told


def test_tail_prints_json_and_nothing_else(folder, capsys):
    words = ["tail", "tiny.toml", "--of", "value", "--share", "0.05", "--futures", "1000", "--method", "strata"]
    assert main([*words, "--json", "--quiet"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["method"] for row in rows} == {"strata"} and len(rows) == 4


def test_what_cannot_be_asked_for_is_said(folder, capsys):
    assert main(["tail", "tiny.toml", "--share", "2"]) == 2
    assert "between 0 and 1" in capsys.readouterr().err
    assert main(["worth", "tiny.toml", "--policy", "Stya"]) == 2
    assert 'did you mean "Stay"' in capsys.readouterr().err


def test_formulas_in_names_are_defused_in_csv():
    import pandas as pd

    from realign.report.listing import safe_csv

    table = pd.DataFrame({"what": ["=1+1", "plain"], "worth": [-1.0, 2.0]})
    assert safe_csv(table) == "what,worth\n'=1+1,-1.0\nplain,2.0\n"


def test_audit_prints_findings_and_leaves_tables_and_figures(folder, capsys):
    assert main(["audit", "tiny.toml", "--futures", "8", "--out", "out", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Before anything is decided") and "After Follow" in told
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"audit_units.csv", "audit_map.png", "audit_network.svg", "audit_ties.csv"} <= names


def test_audit_prints_json_and_nothing_else(folder, capsys):
    assert main(["audit", "tiny.toml", "--futures", "8", "--json", "--quiet"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"units", "map", "whole", "ties"}
