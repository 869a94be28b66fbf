import csv
import json
from pathlib import Path

import pytest

from realign.cli.main import main

BAKERY = str(Path(__file__).parent.parent.parent / "scenarios" / "bakery.toml")
FILES = {"story.txt", "events.csv", "story.png", "story.svg", "story.json"}
TOLD = ["--policy", "Annual plan", "--future", "12"]


def test_a_story_is_printed_and_its_files_are_written(folder, capsys):
    assert main(["explain", BAKERY, *TOLD, "--futures", "50", "--out", "out"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Corner bakery under “Annual plan”: future 12\n\nOn the first day")
    assert {path.name for path in Path("out").iterdir()} == FILES and "Written to out" in printed.err
    text = Path("out/story.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100 and text == printed.out
    with open("out/events.csv", encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["week", "kind", "name", "amount", "text"]
    assert Path("out/story.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in Path("out/story.svg").read_text(encoding="utf-8")


def test_json_is_the_whole_story_and_alone_on_stdout(realign):
    done = realign("explain", BAKERY, *TOLD, "--json", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["policy"], told["future"], told["stress"], told["seed"]) == ("Annual plan", 12, "baseline", 7)
    assert told["paragraphs"][0]["kind"] == "title" and told["events"] and told["outcomes"]["ruin_week"] is None


def test_options_change_what_is_told(folder, capsys):
    words = ["--stress", "Thin purse", "--seed", "3", "--weeks", "30", "--set", "organisation.credit=1e6", "--json"]
    assert main(["explain", BAKERY, *TOLD, *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["stress"], told["seed"], told["weeks"], told["outcomes"]["ruined"]) == ("Thin purse", 3, 30, 0.0)


def test_where_two_policies_differ_one_is_told_against_the_other(folder, capsys):
    words = ["--where-differs", "Annual plan", "Quarterly, prepared", "--futures", "60", "--json"]
    assert main(["explain", BAKERY, *words]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["policy"], first["told_against"]) == ("Annual plan", "Quarterly, prepared")
    assert first["paragraphs"][-1]["text"].startswith("The same future under “Quarterly, prepared”")
    assert main(["explain", BAKERY, *words, "--policy", "Quarterly, prepared"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert (second["policy"], second["told_against"]) == ("Quarterly, prepared", "Annual plan")
    assert first["future"] == second["future"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--future", "1"], "--policy is missing"),
        (["--policy", "Annual plan"], "--future is missing"),
        (["--policy", "Anual plan", "--future", "1"], 'did you mean "Annual plan"?'),
        (["--policy", "Annual plan", "--future", "wurst"], "or worst, median or best"),
        (["--policy", "Annual plan", "--future", "4294967296"], "from 0 to 4,294,967,295"),
        (["--policy", "Annual plan", "--future", "-1"], "--future"),
        ([*TOLD, "--stress", "Thin Purse"], 'did you mean "Thin purse"?'),
        ([*TOLD, "--where-differs", "Annual plan", "Stay the course"], "give one of them"),
        (["--where-differs", "Annual plan", "Annual plan"], "is named twice"),
        (["--where-differs", "Annual plan", "Stay"], 'policy "Stay": no such policy'),
        (["--where-differs", "Annual plan", "Stay the course", "--policy", "Follow the market"], "one of those two"),
    ],
)
def test_a_fault_of_the_input_is_a_sentence_and_status_2(folder, capsys, words, said):
    assert main(["explain", BAKERY, *words]) == 2
    told = capsys.readouterr()
    assert told.out == "" and said in told.err


def test_a_file_that_is_not_a_storys_is_left_alone(folder, capsys):
    Path("out").mkdir()
    Path("out/story.txt").write_text("mine", encoding="utf-8")
    assert main(["explain", BAKERY, *TOLD, "--out", "out"]) == 2
    assert "is not of realign's making" in capsys.readouterr().err
    assert [path.name for path in Path("out").iterdir()] == ["story.txt"]
    assert main(["explain", BAKERY, *TOLD, "--out", "out/story.txt"]) == 2
    assert Path("out/story.txt").read_text(encoding="utf-8") == "mine"


def test_a_story_that_cannot_be_finished_leaves_nothing(folder, capsys, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    assert main(["explain", BAKERY, *TOLD, "--futures", "20", "--out", "out"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_story_may_be_written_again(folder, capsys):
    assert main(["explain", BAKERY, *TOLD, "--futures", "20", "--out", "out"]) == 0
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    assert main(["explain", BAKERY, *TOLD, "--futures", "20", "--out", "out"]) == 0
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before
