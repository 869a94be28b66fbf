import json
import os
import subprocess
import sys

import pytest

from realign.cli.main import COMMANDS, main

TEXT_ONLY = ["check tiny.toml", "schema", "new fresh", "--help", "run --help", "--version"]
HEAVY = ("numpy", "numba", "pandas", "pyarrow", "matplotlib", "scipy")


@pytest.mark.parametrize("words", TEXT_ONLY)
def test_commands_that_only_read_or_write_text_import_no_heavy_library(folder, words):
    code = f"""
import sys
from realign.cli.main import main
status = main({words.split()!r})
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded {{loaded}}, status {{status}}" if loaded or status else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_the_package_imports_no_heavy_library():
    code = f"import sys, realign; sys.exit(any(name in sys.modules for name in {HEAVY!r}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run nowhere.toml", "no such file"),
        ("run", "required: FILE"),
        ("rum tiny.toml", "invalid choice: 'rum'"),
        ("run .", "is a directory"),
        ("run tiny.toml --futurs 3", "did you mean --futures?"),
        ("run tiny.toml 3", "one word too many"),
        ("run tiny.toml --futures 0", "whole number from 1 to"),
        ("run tiny.toml --futures 1.5", "whole number"),
        ("run tiny.toml --futures many", "is not a number"),
        ("run tiny.toml --seed -1", "from 0 to"),
        ("run tiny.toml --threads 0", "whole number from 1 to"),
        ("run tiny.toml --until 0", "above 0"),
        ("run tiny.toml --policy Folow", 'did you mean "Follow"?'),
        ("run tiny.toml --stress Baseline", 'did you mean "baseline"?'),
        ("run tiny.toml --set organisation.cash=much", "organisation.cash"),
        ("run tiny.toml --set weeks", "weeks"),
        ("run tiny.toml --weeks 3", "beyond the horizon"),
        ("run tiny.toml --out tiny.toml", "is a file"),
        ("check tiny.toml nowhere.toml", "no such file"),
        ("new tiny.toml", "cannot be written"),
    ],
)
def test_a_fault_of_the_user_is_a_sentence_and_status_2(folder, capsys, words, said):
    assert main(words.split()) == 2
    printed = capsys.readouterr()
    assert said in printed.err + printed.out
    assert "Traceback" not in printed.err
    assert not (folder / "results").exists()


def test_no_command_prints_the_help_and_fails(capsys):
    assert main([]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in COMMANDS)


def test_check_says_what_a_sound_scenario_holds(folder, capsys):
    assert main(["check", "tiny.toml"]) == 0
    assert capsys.readouterr().out == (
        "tiny.toml: no faults; 2 units, 2 objectives, 1 shock, 2 policies, 1 stress test\n"
    )


def test_check_prints_every_fault_with_its_place(folder, capsys):
    text = (folder / "tiny.toml").read_text().replace('reports_to = "Owner"', 'reports_to = "Onwer"')
    (folder / "bad.toml").write_text(text.replace("rate = 2.0", "rate = -2.0"))
    assert main(["check", "tiny.toml", "bad.toml", "--quiet"]) == 2
    printed = capsys.readouterr().out
    assert 'did you mean "Owner"?' in printed and "bad.toml:37:8:" in printed
    assert main(["check", "bad.toml", "--json"]) == 2
    assert [fault["line"] for fault in json.loads(capsys.readouterr().out)] == [24, 37]


def test_new_writes_a_scenario_without_faults_and_never_over_another(folder, capsys):
    assert main(["new", "fresh"]) == 0
    assert main(["check", "fresh/scenario.toml"]) == 0
    before = (folder / "fresh" / "scenario.toml").read_bytes()
    assert main(["new", "fresh"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in (folder / "fresh").iterdir()] == ["scenario.toml"]
    assert (folder / "fresh" / "scenario.toml").read_bytes() == before


def test_the_schema_is_json(capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def test_a_reader_who_has_seen_enough_is_not_told_of_a_broken_pipe(folder):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-m", "realign", "schema"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert done.stderr == ""


def test_no_color_on_a_pipe_nor_where_it_is_not_wanted(realign, monkeypatch):
    from io import StringIO

    from realign.cli.terminal import wants_colour

    class Terminal(StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_colour(Terminal()) and not wants_colour(StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())
    assert "\x1b" not in realign("run", "nowhere.toml").stderr


def test_an_unforeseen_failure_of_the_disk_is_a_sentence_and_status_1(folder, capsys, monkeypatch):
    def full(*words, **options):
        raise OSError(28, "No space left on device", "out/run.json")

    monkeypatch.setattr("realign.cli.run.act", full)
    assert main(["run", "tiny.toml"]) == 1
    assert capsys.readouterr().err == "realign: out/run.json: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no such device")
def test_an_output_that_takes_no_text_is_a_sentence_and_status_1(folder):
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-m", "realign", "schema"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "realign: the output: No space left on device\n")


def test_a_name_that_is_no_text_is_a_sentence_and_status_2(folder, capsys):
    os.rename("tiny.toml", os.fsencode("tin\udcff.toml"))
    assert main(["run", "tin\udcff.toml", "--futures", "5"]) == 2
    assert "is not text in the encoding that is used here" in capsys.readouterr().err


def test_names_with_spaces_and_letters_of_all_kinds_are_names_like_others(folder, capsys):
    os.rename("tiny.toml", "kleine Bäckerei – 小.toml")
    assert main(["run", "kleine Bäckerei – 小.toml", "--futures", "5", "--quiet", "--out", "aus gabe/für 小"]) == 0
    assert sum(1 for _ in (folder / "aus gabe/für 小").glob("*.html")) == 1


def test_a_file_in_another_encoding_is_a_fault_with_its_place(folder, capsys):
    (folder / "old.toml").write_bytes('name = "Bäckerei"'.encode("latin-1"))
    assert main(["check", "old.toml"]) == 2
    said = capsys.readouterr()
    assert "old.toml:1:10: is not UTF-8 text" in said.out + said.err
